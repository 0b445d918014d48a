import type { Case } from '../types';

interface Place {
	found: Case;
	place: number;
}

/** The cases that a search has found so far: each once, and in the service's order whatever order they came in. */
export class FoundCases {
	private readonly places = new Map<string, Place>();
	private nextPlace = 0;
	private base = 0;

	get size(): number {
		return this.places.size;
	}

	/** From now on positions count anew: what is found comes after all that is there. */
	startReading(): void {
		this.base = this.nextPlace;
	}

	/**
	 * Takes in a page.
	 *
	 * @param position of the page's first case in this reading
	 * @returns how many different cases the page shows, and how many of them were not known
	 */
	add(page: readonly Case[], position: number): { shown: number; news: number } {
		const known = this.places.size;
		const shown = new Set<string>();
		page.forEach((found, index) => {
			const identity = identityOf(found);
			const place = this.base + position + index;
			shown.add(identity);
			const before = this.places.get(identity);
			if (before === undefined || place < before.place) this.places.set(identity, { found, place });
			this.nextPlace = Math.max(this.nextPlace, place + 1);
		});
		return { shown: shown.size, news: this.places.size - known };
	}

	/** Takes in what another search found, after all that is there. */
	addAll(other: FoundCases): void {
		this.startReading();
		this.add(other.inOrder(), 0);
	}

	/** The ids of all that have one. */
	ids(): string[] {
		return [...this.places.values()]
			.map(({ found }) => idOf(found))
			.filter((id) => id !== undefined);
	}

	/** Whether a case is known by its id. */
	knowsId(candidate: Case): boolean {
		const id = idOf(candidate);
		return id !== undefined && this.places.has(id);
	}

	inOrder(): Case[] {
		return [...this.places.values()].sort((a, b) => a.place - b.place).map(({ found }) => found);
	}

	/** Whether no case that both hold differs in a field. */
	agreesWith(other: FoundCases): boolean {
		for (const [identity, { found }] of this.places) {
			const same = other.places.get(identity)?.found;
			if (same !== undefined && JSON.stringify(same) !== JSON.stringify(found)) return false;
		}
		return true;
	}
}

function idOf(candidate: Case): string | undefined {
	const id = candidate.case_id;
	return typeof id === 'string' && id !== '' ? id : undefined;
}

/** A case is known by its id; one without is known by all that it says. */
function identityOf(candidate: Case): string {
	return idOf(candidate) ?? JSON.stringify(candidate);
}
