import type { IDataObject } from 'n8n-workflow';

import { LruMap } from '../../processState/lruMap';
import { shortHash } from '../polling/caseHash';
import { PROCESS_ID } from './processId';
import { fromStored, toStored, type SavedState } from './savedState';
import type { StateKeys } from './stateKey';

/*
 * n8n saves a trigger's state when a poll emits and when the workflow is activated. A new publication starts with what
 * was saved last, and discards a poll that it overtakes. So the process keeps what n8n may not hold:
 *
 * - the latest state, which polls without events have moved on since;
 * - the state before an emission, until a poll starts with a state that is not older than the emission: either n8n has
 *   saved it, or it has polled on in the same activation, which it does not after it discarded a poll.
 *
 * If a poll starts with a state from before an emission, n8n dropped the emission: it starts from the state
 * before, finds the same events, and gives them the same ids.
 */

/** What n8n may not hold of one trigger's states. */
interface UnsavedStates {
	/** A hash of the stored state from which this process went on; another process wrote it, or there was none. */
	rootHash: string;
	latest: SavedState;
	/** The last emission, while n8n may have dropped it. */
	emission?: { before: SavedState; revision: number };
}

/** Characters of JSON: a hundred states of the largest size. */
const CAPACITY = 20_000_000;

/** By trigger id. */
const unsavedStates = new LruMap<UnsavedStates>(
	CAPACITY,
	({ latest, emission }) => JSON.stringify([latest, emission?.before]).length,
);

let lastRevision = 0;

/** The state of one trigger during a poll: the one in n8n's static data, or one that n8n has not saved. */
export class StateStore {
	/** Whether n8n's static data contains a state that can't be read. */
	readonly isUnreadable: boolean;
	private readonly stored: SavedState | undefined;
	private readonly rootHash: string;
	/** What this process wrote after the stored state. */
	private readonly unsaved: UnsavedStates | undefined;
	private latest: SavedState | undefined;

	/** @param triggerId workflow and node name, as in n8n's static data */
	constructor(
		private readonly triggerId: string,
		private readonly staticData: IDataObject,
	) {
		const { state } = staticData;
		this.stored = fromStored(state);
		this.isUnreadable = state !== undefined && this.stored === undefined;
		const storedHash = shortHash(state ?? null);
		const isOwn = this.stored?.writer === PROCESS_ID;
		const unsaved = unsavedStates.get(triggerId);
		this.unsaved = isOwn || unsaved?.rootHash === storedHash ? unsaved : undefined;
		this.rootHash = this.unsaved?.rootHash ?? storedHash;
		this.latest = this.unsaved === undefined ? this.stored : this.laterThanStored(this.unsaved);
	}

	/** The state to continue from, whatever settings it belongs to; undefined if the trigger knows nothing. */
	get current(): SavedState | undefined {
		return this.latest;
	}

	/** The state to continue from for these settings. The first that use an older state's credential take it over. */
	stateFor({ key, keyWithoutCredential }: StateKeys): SavedState | undefined {
		const { current } = this;
		if (current?.polling.key === key) return current;
		if (current?.polling.key !== keyWithoutCredential) return undefined;
		return { ...current, polling: { ...current.polling, key } };
	}

	/**
	 * Stores the state after a poll, in one assignment.
	 *
	 * @param emittedFrom if the poll emits items: the state that it started with
	 */
	write(state: SavedState, emittedFrom?: SavedState): void {
		const revision = ++lastRevision;
		const latest: SavedState = { ...state, writer: PROCESS_ID, revision };
		this.latest = latest;
		this.staticData.state = toStored(latest);
		const unsaved: UnsavedStates = { rootHash: this.rootHash, latest };
		if (emittedFrom !== undefined) unsaved.emission = { before: emittedFrom, revision };
		unsavedStates.set(this.triggerId, unsaved);
	}

	private laterThanStored({ latest, emission }: UnsavedStates): SavedState | undefined {
		const revision = this.ownRevision(this.stored);
		if (emission === undefined || revision >= emission.revision) return latest;
		// For example, one activation emitted r5 from r4; the next one started from r4 too and emitted r6, the same events.
		// This process believed r5 to be dropped, but that is what n8n has saved.
		if (revision > this.ownRevision(emission.before)) return this.stored;
		return emission.before;
	}

	private ownRevision(state: SavedState | undefined): number {
		return state?.writer === PROCESS_ID ? (state.revision ?? 0) : 0;
	}
}
