import { RecentMap } from '../../process/recentMap';
import { shortHash } from '../polling/caseHash';
import { readState, type TriggerState } from '../polling/state';

/** A state left by a poll without events, and a hash of the state that n8n held when that poll started. */
interface UnsavedState {
	stateHash: string;
	state: TriggerState;
}

/** Characters of JSON: a hundred states of the largest size. */
const CAPACITY = 20_000_000;

/**
 * By trigger id. n8n saves the state when a poll emits events; the state of any other poll it may drop: when the
 * workflow is published again, and with durable cursors after a failed poll and after the first of an activation.
 */
const unsavedStates = new RecentMap<UnsavedState>(
	CAPACITY,
	({ state }) => JSON.stringify(state).length,
);

/** The state of one trigger: the one in n8n's static data, or a later one that n8n has not saved. */
export class StoredState {
	private readonly stateHash: string;

	/** @param stored what n8n holds */
	constructor(
		private readonly triggerId: string,
		private readonly stored: unknown,
	) {
		this.stateHash = shortHash(stored ?? null);
	}

	/** The state to continue from. It may have another key, where there is none of this one. */
	read(key: string): TriggerState | undefined {
		const unsaved = unsavedStates.get(this.triggerId);
		const isLater = unsaved?.stateHash === this.stateHash && unsaved.state.key === key;
		return isLater ? unsaved.state : readState(this.stored);
	}

	/** Keeps the state after a poll. Not where it emitted events: if n8n drops those, they must be emitted again. */
	keep(state: TriggerState, hasEvents: boolean): void {
		if (hasEvents) unsavedStates.delete(this.triggerId);
		else unsavedStates.set(this.triggerId, { stateHash: this.stateHash, state });
	}
}
