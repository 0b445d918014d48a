import type { CaseSearcher } from '../../intezer/types';
import { keyHash } from './caseHash';
import { cursorOf, settledAt } from './cursor';
import { EVENT_TIME_FIELD, type PollBudget, type TriggerSettings } from './events';
import { MatchingSet, MAX_MATCHING } from './matchingSet';
import { Sightings } from './sightings';
import type { TriggerState, UnreadBaseline } from './state';
import { fetchFirstPage, type FirstPage, type TimeWindow } from './timeWindow';
import { refuseTooManyMatching } from './tooManyMatching';
import { readWindow } from './windowReader';

/** Whether a state holds all cases that matched when the trigger started. */
export function hasBaseline(state: TriggerState): boolean {
	return state.matching !== undefined && state.unreadBaseline === undefined;
}

/**
 * Records which cases match at the start, without events; where there is no time for all of them, the next poll
 * continues. What happens to a case from the start on is left to the polls that follow.
 *
 * @returns a state, with `unreadBaseline` where some is still to be read
 * @throws IntezerError; TooManyMatching where the event needs the complete baseline
 */
export async function recordBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<TriggerState> {
	const { unreadBaseline: stored } = state;
	const started =
		stored === undefined
			? await startBaseline(service, settings, state, budget)
			: await continueBaseline(service, settings, state, stored, budget);
	const { window, first, unread } = started;
	const matchingSet = new MatchingSet(state);
	const sightings = new Sightings(state.sightings);
	const reading = { service, window, first, budget, settled: unread.until };
	const limits = { maxAtOnce: MAX_MATCHING, isFull: () => false };
	let position = { from: unread.after, part: unread.part };
	for await (const chunk of readWindow({ ...reading, ...limits, position })) {
		// The service returns the newest first; the matching set starts with the longest unmodified.
		for (const found of [...chunk.cases].reverse()) {
			matchingSet.add(keyHash(found));
			sightings.add(found, '+', chunk.until);
		}
		position = { from: chunk.position.from, part: chunk.position.part };
	}
	sightings.settle(started.state.cursor ?? 0);
	const next: TriggerState = {
		...started.state,
		matching: matchingSet.pack(),
		sightings: sightings.pack(),
	};
	delete next.unreadBaseline;
	if (position.from >= unread.until) return next;
	return { ...next, unreadBaseline: { ...unread, after: position.from, part: position.part } };
}

/** The state to continue with, and what to read of the baseline. */
interface BaselineReading {
	state: TriggerState;
	window: TimeWindow;
	first: FirstPage;
	unread: UnreadBaseline;
}

async function startBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<BaselineReading> {
	const { payload, event } = settings;
	const field = EVENT_TIME_FIELD[event];
	const cursor = cursorOf(settings, state, budget);
	const all = await fetchFirstPage(service, { payload, field, sortBy: field }, budget);
	const { slow, last } = all.clocks;
	if (event === 'caseMatched') await refuseTooManyMatching(service, all);
	const empty = { version: 1, key: state.key, epoch: state.epoch, seen: {} } as const;
	if (cursor.isForBaseline) {
		// What later polls still read of the baseline ends at the start by the slower clock: a case that comes to match from
		// then on is an event.
		const unread = { after: 0, until: slow };
		const started = { ...empty, cursor: settledAt(slow) };
		return { state: started, window: { ...all.window, until: last }, first: all, unread };
	}
	// Nothing tells whether a case that was modified since was escalated since. With Look Back it is no event unless it was
	// created since; after a failed first poll it is one, because none may be lost.
	const from = cursor.exact(slow);
	const isByCreation = state.startedAt === undefined;
	const unread = { after: 0, until: from - 1, isByCreation };
	return await continueBaseline(service, settings, { ...empty, cursor: from }, unread, budget);
}

async function continueBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	unread: UnreadBaseline,
	budget: PollBudget,
): Promise<BaselineReading> {
	const { after, until, isByCreation, part } = unread;
	const field = isByCreation === true ? 'creation_time' : EVENT_TIME_FIELD[settings.event];
	const window: TimeWindow = { payload: settings.payload, field, sortBy: field, until };
	if (after > 0) window.from = after;
	const page = { ...window, until: part?.until ?? until };
	const first = await fetchFirstPage(service, page, budget, part?.offset);
	return { state, window, first, unread };
}
