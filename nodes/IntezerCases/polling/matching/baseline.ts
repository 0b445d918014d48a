import type { Case, CaseSearcher } from '../../../intezer/types';
import { keyHash, modifiedAt } from '../caseHash';
import { CaseLookup } from '../caseLookup';
import { createdIn, type CreationRange } from './createdWithin';
import type { PollBudget, TriggerSettings } from '../events';
import { MatchingSet, MAX_MATCHING } from './matchingSet';
import { pageByPage, type Position } from '../window/windowPosition';
import { reportOrThrow } from '../exhausted';
import { Sightings } from './sightings';
import type { TriggerState } from '../state';
import { isComplete } from '../window/timeWindow';
import { refuseTooManyMatching } from './tooManyMatching';
import { readWindow } from '../window/readWindow';
import { continueBaseline, extendBaseline, startBaseline } from './baselineReading';

/** Maximum number of cases to read at once if another search shows when they were created. */
const MAX_LIMITED_AT_ONCE = 1_000;

/** Whether a state holds all cases that matched when the trigger started. */
export function hasBaseline(state: TriggerState): boolean {
	return state.matching !== undefined && state.unreadBaseline === undefined;
}

/**
 * Records which cases match at the start, without events; if there is no time for all of them, the next poll continues.
 * What happens to a case after the start is left to later polls. If there is a baseline already, this adds the older
 * cases that count since the user raised 'Only Created Within (Days)'.
 *
 * @returns a state, with `unreadBaseline` if some is still to be read
 * @throws IntezerError; TooManyMatching if the event needs the complete baseline
 */
export async function recordBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<TriggerState> {
	const { unreadBaseline: stored } = state;
	const begin = state.matching === undefined ? startBaseline : extendBaseline;
	const reading = await (stored === undefined
		? begin(service, settings, state, budget)
		: continueBaseline(service, settings, state, stored, budget));
	const { window, first, unread, latest = first.page.cases } = reading;
	const lookup = new CaseLookup(service, state.maxIds);
	const matchingSet = new MatchingSet(state);
	const sightings = new Sightings(state.sightings);
	const creation: CreationRange = {
		from: reading.state.createdFrom ?? 0,
		until: unread.createdUntil,
	};
	const isLimited = creation.from > 0 || creation.until !== undefined;
	const maxAtOnce = isLimited ? MAX_LIMITED_AT_ONCE : MAX_MATCHING;
	const limits = { settled: unread.until, maxAtOnce, isFull: () => false };
	const start: Position = { from: unread.after, part: unread.part };
	// What was modified after the start is left to later polls.
	const modifiedBefore = 1000 * (stored?.modifiedBefore ?? Infinity);
	let position = start;
	/** Those that count: the state contains them already, or they were created in the range. */
	const counted = async (range: CreationRange, cases: readonly Case[]) => {
		const isKnown = (found: Case) => matchingSet.has(keyHash(found));
		const unknown = cases.filter((found) => !isKnown(found));
		const created = new Set(await createdIn(lookup, range, unknown));
		return cases.filter((found) => isKnown(found) || created.has(found));
	};
	const add = (cases: readonly Case[], until: number) => {
		for (const found of leastRecentFirst(cases)) {
			const isLeftToLaterPolls =
				modifiedAt(found) >= modifiedBefore || sightings.hasReturned(found);
			if (isLeftToLaterPolls || sightings.isOutdated(found)) continue;
			matchingSet.add(keyHash(found));
			sightings.add(found, '+', until);
		}
		// If there was a baseline before, the set also contains cases that don't count any more.
		if (unread.createdUntil === undefined) refuseTooManyMatching(settings.event, matchingSet.size);
	};
	const keptAtEnd = matchingSet.last(unread.latest ?? 0);
	let recordedLatest: readonly Case[] = [];
	try {
		// They may be modified again before a later poll reads them, and would seem to match since then.
		if (stored === undefined && !isComplete(first)) {
			const range = unread.isByCreation === true ? { ...creation, until: unread.until } : creation;
			recordedLatest = await counted(range, latest);
		}
		for await (const chunk of readWindow({ service, window, first, budget, ...limits, position })) {
			add(await counted(creation, chunk.cases), chunk.until);
			({ position } = chunk);
		}
	} catch (error) {
		reportOrThrow(error, budget);
		// There are not enough requests to find out at once when all were created.
		if (position === start) position = pageByPage(start, unread.until);
	}
	// If the matching set has no room for all, it drops the first, so these come last.
	for (const key of keptAtEnd) matchingSet.add(key);
	add(recordedLatest, first.clocks.last);
	for (const key of sightings.settle(reading.state.cursor ?? 0)) matchingSet.remove(key);
	const { from: after, part } = position;
	const isEnd = after >= unread.until;
	const { length } = stored === undefined ? recordedLatest : keptAtEnd;
	return {
		...reading.state,
		matching: matchingSet.pack(),
		sightings: sightings.pack(),
		maxIds: isEnd ? undefined : lookup.maxIds,
		unreadBaseline: isEnd ? undefined : { ...unread, after, part, latest: length },
	};
}

/** The order of the matching set. The service usually returns the newest first, which helps if cases have no times. */
function leastRecentFirst(cases: readonly Case[]): Case[] {
	const timed = cases.map((found) => ({ found, time: modifiedAt(found) })).reverse();
	return timed.sort((a, b) => a.time - b.time).map(({ found }) => found);
}
