import type { Case } from '../../../intezer/types';
import { keyHash, modifiedAt } from '../caseHash';
import type { CaseLookup } from '../caseLookup';
import type { TriggerState } from '../state';
import { createdIn, type CreationRange } from './createdWithin';
import { MatchingSet } from './matchingSet';
import { Sightings } from './sightings';

/** Records which cases match, without events. */
export class MatchingRecorder {
	private readonly matchingSet: MatchingSet;
	private readonly sightings: Sightings;

	/** @param modifiedBefore cases modified from this second on are left to later polls */
	constructor(
		state: TriggerState,
		private readonly lookup: CaseLookup,
		private readonly modifiedBefore: number,
	) {
		this.matchingSet = new MatchingSet(state);
		this.sightings = new Sightings(state.sightings);
	}

	get size(): number {
		return this.matchingSet.size;
	}

	/**
	 * Those that are recorded already, or were created in a range. Of those that stopped matching and started again, only
	 * the latter: for the others, that is an event.
	 *
	 * @throws IntezerError
	 */
	async counted(cases: readonly Case[], range: CreationRange): Promise<Case[]> {
		const { matchingSet, sightings } = this;
		const isKnown = (found: Case) =>
			matchingSet.has(keyHash(found)) && !sightings.hasReturned(found);
		const unknown = cases.filter((found) => !isKnown(found));
		const created = new Set(await createdIn(this.lookup, range, unknown));
		return cases.filter((found) => isKnown(found) || created.has(found));
	}

	/** Adds cases that match. @param until the last second at which they can have been modified */
	add(cases: readonly Case[], until: number): void {
		const { matchingSet, sightings } = this;
		for (const found of leastRecentFirst(cases)) {
			const isLeftToLaterPolls = modifiedAt(found) >= 1000 * this.modifiedBefore;
			if (isLeftToLaterPolls || sightings.isOutdated(found)) continue;
			matchingSet.add(keyHash(found));
			sightings.add(found, '+', until);
		}
	}

	/** The keys of the cases modified last, at most this many. */
	last(count: number): string[] {
		return this.matchingSet.last(count);
	}

	/** Makes some cases those modified last. */
	moveToEnd(keys: readonly string[]): void {
		for (const key of keys) this.matchingSet.add(key);
	}

	/** What the state stores. @param cursor the second from which the next poll reads */
	pack(cursor: number): Pick<TriggerState, 'matching' | 'sightings'> {
		for (const key of this.sightings.settle(cursor)) this.matchingSet.remove(key);
		return { matching: this.matchingSet.pack(), sightings: this.sightings.pack() };
	}
}

/** The order of the matching set. The service usually returns the newest first, which helps if cases have no times. */
function leastRecentFirst(cases: readonly Case[]): Case[] {
	const timed = cases.map((found) => ({ found, time: modifiedAt(found) })).reverse();
	return timed.sort((a, b) => a.time - b.time).map(({ found }) => found);
}
