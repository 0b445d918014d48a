import { caseIdOf } from '../../../intezer/caseId';
import type { Case, CaseSearcher } from '../../../intezer/types';
import { keyHash, modifiedAt } from '../caseHash';
import { CaseLookup } from '../caseLookup';
import { createdIn, oldestCreation } from './createdWithin';
import { cursorOf, settledAt } from '../window/cursor';
import { EVENT_TIME_FIELD, type PollBudget, type TriggerSettings } from '../events';
import { MatchingSet, MAX_MATCHING } from './matchingSet';
import { pageByPage, type Position } from '../window/windowPosition';
import { reportExhausted } from '../window/readWindowAtOnce';
import { Sightings } from './sightings';
import { emptyState, type TriggerState, type UnreadBaseline } from '../state';
import {
	fetchFirstPage,
	isComplete,
	MAX_LEAD_SECONDS,
	type FirstPage,
	type TimeWindow,
} from '../window/timeWindow';
import { refuseTooManyAtStart, refuseTooManyMatching } from './tooManyMatching';
import { readWindow } from '../window/readWindow';

/** Maximum number of cases to read at once if another search shows when they were created. */
const MAX_LIMITED_AT_ONCE = 1_000;
/** How long the first poll may read, and the last second of a range, which some services exclude. */
const MARGIN_SECONDS = 60;

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
	const started =
		stored === undefined
			? await begin(service, settings, state, budget)
			: await continueBaseline(service, settings, state, stored, budget);
	const { window, first, unread, latest } = started;
	const lookup = new CaseLookup(service, state.maxIds);
	const matchingSet = new MatchingSet(state);
	const sightings = new Sightings(state.sightings);
	const creation = { from: started.state.createdFrom ?? 0, until: unread.createdUntil };
	const isLimited = creation.from > 0 || creation.until !== undefined;
	const maxAtOnce = isLimited ? MAX_LIMITED_AT_ONCE : MAX_MATCHING;
	const limits = { settled: unread.until, maxAtOnce, isFull: () => false };
	const start: Position = { from: unread.after, part: unread.part };
	// What was modified after the start is left to later polls.
	const modifiedBefore = 1000 * (stored?.modifiedBefore ?? Infinity);
	let position = start;
	const record = async (cases: readonly Case[], until: number, range = creation) => {
		const recorded = await createdIn(lookup, range, cases);
		// The service returns the newest first; the matching set begins with the least recently modified.
		for (const found of [...recorded].reverse()) {
			if (modifiedAt(found) >= modifiedBefore) continue;
			matchingSet.add(keyHash(found));
			sightings.add(found, '+', until);
		}
		refuseTooManyMatching(settings.event, matchingSet.size);
	};
	try {
		// They may be modified again before a later poll reads them, and would seem to match since then.
		if (latest !== undefined && !isComplete(first)) {
			await record(latest, first.clocks.last, { ...creation, until: unread.until });
		}
		for await (const chunk of readWindow({ service, window, first, budget, ...limits, position })) {
			await record(chunk.cases, chunk.until);
			position = { from: chunk.position.from, part: chunk.position.part };
		}
		// What matched at the start, though it is modified too late for a baseline that is read page by page.
		if (stored === undefined) await record(first.page.cases, first.clocks.last);
	} catch (error) {
		reportExhausted(error, budget);
		// There are not enough requests to find out at once when all were created.
		if (position === start) position = pageByPage(start, unread.until);
	}
	for (const key of sightings.settle(started.state.cursor ?? 0)) matchingSet.remove(key);
	const next: TriggerState = {
		...started.state,
		matching: matchingSet.pack(),
		sightings: sightings.pack(),
	};
	delete next.unreadBaseline;
	delete next.maxIds;
	if (position.from >= unread.until) return next;
	const unreadBaseline = { ...unread, after: position.from, part: position.part };
	return { ...next, maxIds: lookup.maxIds, unreadBaseline };
}

/** The state to continue with, and the part of the baseline to read. */
interface BaselineReading {
	state: TriggerState;
	window: TimeWindow;
	first: FirstPage;
	unread: UnreadBaseline;
	/** With Look Back: the cases that match at the start and were modified last, whenever they were created. */
	latest?: readonly Case[];
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
	const { slow } = all.clocks;
	const createdFrom = oldestCreation(settings, slow);
	await refuseTooManyAtStart(service, settings, createdFrom, all, budget);
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

/** Reads the cases that count since the limit was raised. Cases that the state already contains are kept. */
async function extendBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<BaselineReading> {
	const { payload, event } = settings;
	const field = EVENT_TIME_FIELD[event];
	const all = await fetchFirstPage(service, { payload, field, sortBy: field }, budget);
	const { slow } = all.clocks;
	const { createdFrom: known = 0, ...others } = state;
	const createdFrom = Math.min(known, oldestCreation(settings, slow));
	await refuseTooManyAtStart(service, settings, createdFrom, all, budget);
	const unread = { after: createdFrom, until: slow - MAX_LEAD_SECONDS, createdUntil: known - 1 };
	const extended = createdFrom > 0 ? { ...others, createdFrom } : others;
	return { state: extended, unread, ...(await upToNow(service, createdFrom, all, budget)) };
}

/** The window of the first poll of a baseline, and its first page. @param all the first page of all that match */
async function upToNow(
	service: CaseSearcher,
	createdFrom: number,
	all: FirstPage,
	budget: PollBudget,
): Promise<Pick<BaselineReading, 'window' | 'first'>> {
	// A case that is modified while the poll reads must not leave the window, because it would not be recorded.
	const window: TimeWindow = { ...all.window, until: all.clocks.last + MARGIN_SECONDS };
	if (createdFrom === 0) return { window, first: all };
	window.from = createdFrom;
	return { window, first: await fetchFirstPage(service, window, budget) };
}

async function continueBaseline(
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
	const first = await fetchFirstPage(service, page, budget, part?.offset);
	return { state, window, first, unread };
}
