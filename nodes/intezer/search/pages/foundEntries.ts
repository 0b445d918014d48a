import type { Entry, SearchTarget } from '../searchTarget';

interface RankedEntry {
	found: Entry;
	/** The position of the entry in the service's order. */
	rank: number;
}

/** The entries that a search has found so far, each once, in the service's order regardless of the order of arrival. */
export class FoundEntries {
	private readonly entries = new Map<string, RankedEntry>();
	private nextRank = 0;
	private firstRank = 0;

	constructor(private readonly target: SearchTarget) {}

	get size(): number {
		return this.entries.size;
	}

	/** Ranks the pages that follow after everything found so far. */
	startReading(): void {
		this.firstRank = this.nextRank;
	}

	/**
	 * Adds the entries of a page.
	 *
	 * @param position the position of the page's first entry, counted from where this reading started
	 * @returns how many distinct entries the page contains, and how many of them were not found before
	 */
	add(page: readonly Entry[], position: number): { distinct: number; added: number } {
		const sizeBefore = this.entries.size;
		const distinct = new Set<string>();
		page.forEach((found, index) => {
			const key = this.keyOf(found);
			const rank = this.firstRank + position + index;
			distinct.add(key);
			const known = this.entries.get(key);
			if (known === undefined || rank < known.rank) this.entries.set(key, { found, rank });
			this.nextRank = Math.max(this.nextRank, rank + 1);
		});
		return { distinct: distinct.size, added: this.entries.size - sizeBefore };
	}

	/** Adds what another reading found, ranked after everything found so far. */
	addAll(other: FoundEntries): void {
		this.startReading();
		this.add(other.inOrder(), 0);
	}

	/** The entry as it was found here, or as given if it was not: to keep one object of an entry that was read twice. */
	asFound(given: Entry): Entry {
		return this.entries.get(this.keyOf(given))?.found ?? given;
	}

	/** The ids of all entries that have one. */
	ids(): string[] {
		const ids = [...this.entries.values()].map(({ found }) => this.target.idOf(found));
		return [...new Set(ids)].filter((id) => id !== undefined);
	}

	/** Whether this entry was found, perhaps with other fields. */
	has(candidate: Entry): boolean {
		return this.entries.has(this.keyOf(candidate));
	}

	inOrder(): Entry[] {
		return [...this.entries.values()].sort((a, b) => a.rank - b.rank).map(({ found }) => found);
	}

	/** Whether both contain the same entries, the same in every field. */
	hasSameEntries(other: FoundEntries): boolean {
		if (this.size !== other.size) return false;
		for (const key of this.entries.keys()) if (!other.entries.has(key)) return false;
		return this.isConsistentWith(other);
	}

	/** Whether every entry that both contain is the same in every field. */
	isConsistentWith(other: FoundEntries): boolean {
		for (const [key, { found }] of this.entries) {
			const same = other.entries.get(key)?.found;
			if (same !== undefined && JSON.stringify(same) !== JSON.stringify(found)) return false;
		}
		return true;
	}

	/** An entry without an id, or without the scope of its id, is identified by its whole content. */
	private keyOf(candidate: Entry): string {
		const { idScope } = this.target;
		const id = this.target.idOf(candidate);
		if (id !== undefined && idScope === undefined) return id;
		const scope = idScope?.scopeOf(candidate);
		const isKnown = id !== undefined && scope !== undefined;
		return JSON.stringify(isKnown ? [id, scope] : candidate);
	}
}
