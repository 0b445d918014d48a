import type { Case, CaseSearcher } from '../../../intezer/types';
import { CaseLookup } from '../caseLookup';
import type { CreationRange } from './createdWithin';
import type { PollBudget, TriggerSettings } from '../events';
import { MatchingRecorder } from './matchingRecorder';
import { MAX_MATCHING } from './matchingSet';
import { pageByPage, type Position } from '../window/windowPosition';
import { reportOrThrow } from '../exhausted';
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
	const recorder = new MatchingRecorder(state, lookup, stored?.modifiedBefore ?? Infinity);
	const creation: CreationRange = {
		from: reading.state.createdFrom ?? 0,
		until: unread.createdUntil,
	};
	const isLimited = creation.from > 0 || creation.until !== undefined;
	const maxAtOnce = isLimited ? MAX_LIMITED_AT_ONCE : MAX_MATCHING;
	const limits = { settled: unread.until, maxAtOnce, isFull: () => false };
	const start: Position = { from: unread.after, part: unread.part };
	const add = (cases: readonly Case[], until: number) => {
		recorder.add(cases, until);
		// If there was a baseline before, the set also contains cases that don't count any more.
		if (unread.createdUntil === undefined) refuseTooManyMatching(settings.event, recorder.size);
	};
	const keptAtEnd = recorder.last(unread.latest ?? 0);
	let recordedLatest: readonly Case[] = [];
	let position = start;
	try {
		// They may be modified again before a later poll reads them, and would seem to match since then.
		if (stored === undefined && !isComplete(first)) {
			const range = unread.isByCreation === true ? { ...creation, until: unread.until } : creation;
			recordedLatest = await recorder.counted(latest, range);
		}
		for await (const chunk of readWindow({ service, window, first, budget, ...limits, position })) {
			add(await recorder.counted(chunk.cases, creation), chunk.until);
			({ position } = chunk);
		}
	} catch (error) {
		reportOrThrow(error, budget);
		// There are not enough requests to find out at once when all were created.
		if (position === start) position = pageByPage(start, unread.until);
	}
	// If the matching set has no room for all, it drops the first, so these come last.
	recorder.moveToEnd(keptAtEnd);
	add(recordedLatest, first.clocks.last);
	const { from: after, part } = position;
	const isEnd = after >= unread.until;
	const { length } = stored === undefined ? recordedLatest : keptAtEnd;
	return {
		...reading.state,
		...recorder.pack(reading.state.cursor ?? 0),
		maxIds: isEnd ? undefined : lookup.maxIds,
		unreadBaseline: isEnd ? undefined : { ...unread, after, part, latest: length },
	};
}
