import type { Case } from '../../../intezer/types';
import { caseKey, keyHash } from '../caseHash';
import type { CaseLookup } from '../caseLookup';
import { createdBefore } from './createdWithin';
import { findTooOld, type EventTimes } from '../findTooOld';
import { eventIdOf } from '../eventId';
import type { CaseEvent, TriggerSettings } from '../events';
import { matchesByFields } from './matchesFilters';
import { MatchingSet } from './matchingSet';
import { Sightings, type Outcome } from './sightings';
import type { TriggerState } from '../state';

const OUTCOMES = new Map<boolean | undefined, Outcome>([
	[true, '+'],
	[false, '-'],
]);

/** Evaluates which of the cases that a poll reads match, and finds the events. */
export class MatchEvaluation {
	private readonly sightings: Sightings;
	private readonly matchingSet: MatchingSet;

	constructor(
		private readonly lookup: CaseLookup,
		private readonly settings: TriggerSettings,
		private readonly state: TriggerState,
		/** The last second that the time of a case can have. */
		private readonly lastSecond: number,
		/** Cases created before this second have no events. */
		private readonly createdFrom: number,
	) {
		this.sightings = new Sightings(state.sightings);
		this.matchingSet = new MatchingSet(state);
	}

	/**
	 * Evaluates modified cases, and returns the events that are not too old, by case.
	 *
	 * @param times when the cases were modified
	 * @throws IntezerError, and has changed nothing then
	 */
	async add(cases: readonly Case[], times: EventTimes): Promise<Map<string, CaseEvent>> {
		const { payload } = this.settings;
		const undecided = cases.filter((found) => matchesByFields(payload, found) === undefined);
		const matching = await this.lookup.fetchMatching(payload, undecided);
		const evaluated = cases.map((found) => {
			const matchesNow = matching.get(caseKey(found));
			const byFields = OUTCOMES.get(matchesByFields(payload, found));
			const outcome = byFields ?? (matchesNow === undefined ? '?' : '+');
			return { found: matchesNow ?? found, outcome };
		});
		const candidates = evaluated
			.filter(({ found, outcome }) => outcome === '+' && this.mayBeNew(found))
			.map(({ found }) => found);
		const uncounted = await createdBefore(this.lookup, this.createdFrom, candidates);
		const counted = candidates.filter((found) => !uncounted.has(caseKey(found)));
		const tooOld = await findTooOld(this.lookup, this.settings, times, counted);
		const events = new Map<string, CaseEvent>();
		for (const { found, outcome } of evaluated) {
			const key = caseKey(found);
			if (uncounted.has(key)) continue;
			const event = this.evaluate(found, outcome);
			if (event !== undefined && !tooOld.has(key)) events.set(key, event);
		}
		return events;
	}

	/** Whether a case that matches would be an event. */
	private mayBeNew(found: Case): boolean {
		const { matchingSet, sightings } = this;
		return !matchingSet.has(keyHash(found)) || sightings.hasReturned(found);
	}

	private evaluate(found: Case, outcome: Outcome): CaseEvent | undefined {
		const { matchingSet, sightings } = this;
		const key = keyHash(found);
		if (sightings.isOutdated(found)) return undefined;
		if (outcome !== '+') {
			if (matchingSet.has(key)) sightings.add(found, outcome, this.lastSecond);
			return undefined;
		}
		if (sightings.hasReturned(found)) matchingSet.remove(key);
		const isNew = !matchingSet.has(key);
		matchingSet.add(key);
		sightings.add(found, outcome, this.lastSecond);
		if (!isNew) return undefined;
		return { found, eventId: eventIdOf(this.settings, found, this.state) };
	}

	/** What the state stores. @param cursor the second from which the next poll reads */
	pack(cursor: number): Pick<TriggerState, 'matching' | 'sightings'> {
		for (const key of this.sightings.settle(cursor)) this.matchingSet.remove(key);
		return { matching: this.matchingSet.pack(), sightings: this.sightings.pack() };
	}
}
