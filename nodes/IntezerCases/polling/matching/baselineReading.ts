import { caseIdOf } from '../../../intezer/caseId';
import type { Case, CaseSearcher } from '../../../intezer/types';
import { oldestCreation } from './createdWithin';
import { cursorOf, settledAt } from '../window/cursor';
import { EVENT_TIME_FIELD, type PollBudget, type TriggerSettings } from '../events';
import { emptyState, type TriggerState, type UnreadBaseline } from '../state';
import {
	fetchTimedPage,
	MAX_LEAD_SECONDS,
	type WindowResponse,
	type TimeWindow,
} from '../window/timeWindow';
import { refuseTooManyAtStart } from './tooManyMatching';

/** How long the first poll may read, and the last second of a range, which some services exclude. */
const MARGIN_SECONDS = 60;

/** The state to continue with, and the part of the baseline to read. */
export interface BaselineReading {
	state: TriggerState;
	window: TimeWindow;
	first: WindowResponse;
	unread: UnreadBaseline;
	/** The cases modified last at the start, if they are not the first page: with Look Back, the window is one of creation. */
	latest?: readonly Case[];
}

/** Begins to read what matches at the start. @throws IntezerError, TooManyMatching */
export async function startBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<BaselineReading> {
	const cursor = cursorOf(settings, state, budget);
	const { all, slow, createdFrom } = await fetchAll(service, settings, Infinity, budget);
	const empty = emptyState(state.key, state.epoch);
	if (createdFrom > 0) empty.createdFrom = createdFrom;
	if (cursor.isForBaseline) {
		// What later polls still read of the baseline ends before the start: a case that starts to match after it is an
		// event. It begins at the oldest creation that counts, because no case is modified before it is created.
		const unread = { after: createdFrom, until: slow - MAX_LEAD_SECONDS };
		const started = { ...empty, cursor: settledAt(slow) };
		return { state: started, unread, ...(await upToNow(service, createdFrom, all, budget)) };
	}
	// It is unknown whether a case that was modified since was also escalated. With Look Back, it is an event only if it
	// was created since; after a failed first poll it is always one, because none may be lost.
	const from = cursor.exact(slow);
	const isByCreation = state.startedAt === undefined;
	const unread: UnreadBaseline = {
		after: Math.min(createdFrom, from - 1),
		until: from - 1,
		isByCreation,
	};
	if (isByCreation) unread.modifiedBefore = slow - MAX_LEAD_SECONDS;
	const known = { ...empty, cursor: from };
	const reading = await continueBaseline(service, settings, known, unread, budget);
	const latest = all.page.cases.filter((found) => caseIdOf(found) !== undefined);
	return isByCreation ? { ...reading, latest } : reading;
}

/**
 * Begins to read the cases that count since the limit was raised. Cases that the state already contains are kept.
 *
 * @throws IntezerError, TooManyMatching
 */
export async function extendBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<BaselineReading> {
	const { createdFrom: known = 0, ...others } = state;
	const { all, slow, createdFrom } = await fetchAll(service, settings, known, budget);
	// The ranges overlap by a second, because times may have fractions and some services exclude the end of a range.
	const unread = { after: createdFrom, until: slow - MAX_LEAD_SECONDS, createdUntil: known };
	// A backlog is read from its start again: the state has no room for the progress of two readings.
	const extended: TriggerState = { ...others, part: undefined, tailOffset: undefined };
	if (createdFrom > 0) extended.createdFrom = createdFrom;
	return { state: extended, unread, ...(await upToNow(service, createdFrom, all, budget)) };
}

/**
 * The first page of all that match, and the second from which the creation of cases counts: by the settings, but not
 * later than the given one.
 */
async function fetchAll(
	service: CaseSearcher,
	settings: TriggerSettings,
	latest: number,
	budget: PollBudget,
): Promise<{ all: WindowResponse; slow: number; createdFrom: number }> {
	const { payload, event } = settings;
	const field = EVENT_TIME_FIELD[event];
	const all = await fetchTimedPage(service, { payload, field, sortBy: field }, budget);
	const { slow } = all.clocks;
	const createdFrom = Math.min(latest, oldestCreation(settings, slow));
	await refuseTooManyAtStart(service, settings, createdFrom, all, budget);
	return { all, slow, createdFrom };
}

/** The window of the first poll of a baseline, and its first page. @param all the first page of all that match */
async function upToNow(
	service: CaseSearcher,
	createdFrom: number,
	all: WindowResponse,
	budget: PollBudget,
): Promise<Pick<BaselineReading, 'window' | 'first'>> {
	// A case that is modified while the poll reads must not leave the window, because it would not be recorded.
	const window: TimeWindow = { ...all.window, until: all.clocks.last + MARGIN_SECONDS };
	if (createdFrom === 0) return { window, first: all };
	window.from = createdFrom;
	return { window, first: await fetchTimedPage(service, window, budget) };
}

/** Continues where the last poll stopped. @throws IntezerError */
export async function continueBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	unread: UnreadBaseline,
	budget: PollBudget,
): Promise<BaselineReading> {
	const { after, until, isByCreation, part } = unread;
	const { payload, event } = settings;
	const field = isByCreation === true ? 'creation_time' : EVENT_TIME_FIELD[event];
	const window: TimeWindow = { payload, field, sortBy: field, until, pageSize: state.maxIds };
	if (after > 0) window.from = after;
	const page = { ...window, until: part?.until ?? until };
	const first = await fetchTimedPage(service, page, budget, part?.offset);
	return { state, window, first, unread };
}
