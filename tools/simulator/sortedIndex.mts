import type { SimulatedCase, SortField } from './simulatedCase.mts';

/** A case in the store; `sequence` is its position in order of arrival. */
export interface Entry {
	readonly sequence: number;
	current: SimulatedCase;
}

/**
 * The entries in ascending order of one field, ties in order of arrival. Changes keep the order, so
 * that 200,000 cases can change between any two pages without sorting again.
 */
export class SortedIndex {
	readonly entries: Entry[];

	constructor(
		private readonly field: SortField,
		entries: Iterable<Entry>,
	) {
		this.entries = [...entries].sort(
			(a, b) => a.current[field] - b.current[field] || a.sequence - b.sequence,
		);
	}

	insert(entry: Entry): void {
		this.entries.splice(this.positionOf(entry.current[this.field], entry.sequence), 0, entry);
	}

	remove(entry: Entry): void {
		this.entries.splice(this.positionOf(entry.current[this.field], entry.sequence), 1);
	}

	private positionOf(value: number, sequence: number): number {
		let low = 0;
		let high = this.entries.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			const entry = this.entries[middle];
			if (entry === undefined) break;
			const order = entry.current[this.field] - value || entry.sequence - sequence;
			if (order < 0) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
