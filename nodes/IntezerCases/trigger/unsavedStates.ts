import { shortHash } from '../polling/caseHash';
import { readState, type TriggerState } from '../polling/state';

/** What a poll left that gave no events, and a mark of what n8n held when it began. */
interface Unsaved {
	began: string;
	left: TriggerState;
}

/**
 * By the node of a workflow. n8n saves what a poll left when it gave events; what another left it may drop: at a new
 * publication, and with durable cursors after a failed poll and after the first of an activation.
 */
const unsaved = new Map<string, Unsaved>();

/** What a trigger knows: n8n's static data, or what this process knows better. */
export class TriggerMemory {
	private readonly began: string;

	/**
	 * @param place names the node of a workflow
	 * @param stored what n8n holds
	 */
	constructor(
		private readonly place: string,
		private readonly stored: unknown,
	) {
		this.began = shortHash(stored ?? null);
	}

	/** The state to go on from: of this key if there is one, else another or none. */
	recall(key: string): TriggerState | undefined {
		const last = unsaved.get(this.place);
		const isDropped = last?.began === this.began && last.left.key === key;
		return isDropped ? last.left : readState(this.stored);
	}

	/** Keeps what a poll left, unless it gave events: if n8n drops those, they are to come again. */
	keep(left: TriggerState, gaveEvents: boolean): void {
		if (gaveEvents) unsaved.delete(this.place);
		else unsaved.set(this.place, { began: this.began, left });
	}
}
