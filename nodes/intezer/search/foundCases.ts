import { caseIdOf } from '../caseId';
import type { Case } from '../types';

interface Entry {
	found: Case;
	/** The position of the case in the service's order. */
	rank: number;
}

/** The cases that a search has found so far, each once, in the service's order regardless of the order of arrival. */
export class FoundCases {
	private readonly entries = new Map<string, Entry>();
	private nextRank = 0;
	private firstRank = 0;

	get size(): number {
		return this.entries.size;
	}

	/** Ranks the pages that follow after everything found so far. */
	startReading(): void {
		this.firstRank = this.nextRank;
	}

	/**
	 * Adds the cases of a page.
	 *
	 * @param position the position of the page's first case, counted from where this reading started
	 * @returns how many distinct cases the page contains, and how many of them were not found before
	 */
	add(page: readonly Case[], position: number): { distinct: number; added: number } {
		const sizeBefore = this.entries.size;
		const distinct = new Set<string>();
		page.forEach((found, index) => {
			const key = keyOf(found);
			const rank = this.firstRank + position + index;
			distinct.add(key);
			const known = this.entries.get(key);
			if (known === undefined || rank < known.rank) this.entries.set(key, { found, rank });
			this.nextRank = Math.max(this.nextRank, rank + 1);
		});
		return { distinct: distinct.size, added: this.entries.size - sizeBefore };
	}

	/** Adds what another reading found, ranked after everything found so far. */
	addAll(other: FoundCases): void {
		this.startReading();
		this.add(other.inOrder(), 0);
	}

	/** The ids of all cases that have one. */
	ids(): string[] {
		return [...this.entries.values()]
			.map(({ found }) => caseIdOf(found))
			.filter((id) => id !== undefined);
	}

	hasId(id: string): boolean {
		return this.entries.has(id);
	}

	/** Whether a case with the same id was found. A case without an id never counts as found. */
	hasIdOf(candidate: Case): boolean {
		const id = caseIdOf(candidate);
		return id !== undefined && this.entries.has(id);
	}

	inOrder(): Case[] {
		return [...this.entries.values()].sort((a, b) => a.rank - b.rank).map(({ found }) => found);
	}

	/** Whether both contain the same cases, the same in every field. */
	hasSameCases(other: FoundCases): boolean {
		if (this.size !== other.size) return false;
		for (const key of this.entries.keys()) if (!other.entries.has(key)) return false;
		return this.isConsistentWith(other);
	}

	/** Whether every case that both contain is the same in every field. */
	isConsistentWith(other: FoundCases): boolean {
		for (const [key, { found }] of this.entries) {
			const same = other.entries.get(key)?.found;
			if (same !== undefined && JSON.stringify(same) !== JSON.stringify(found)) return false;
		}
		return true;
	}
}

/** A case without an id is identified by its whole content. */
function keyOf(candidate: Case): string {
	return caseIdOf(candidate) ?? JSON.stringify(candidate);
}
