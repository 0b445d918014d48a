import type { CaseSearcher } from '../../intezer/types';
import { caseHash, keyHash } from './caseHash';
import { cursorOf, settledAt } from './cursor';
import { EVENT_TIME_FIELD, type PollBudget, type TriggerSettings } from './events';
import { findPartEnd } from './findPartEnd';
import { idFilters } from './matchesFilters';
import { MatchingSet, MAX_MATCHING } from './matchingSet';
import { SeenHashes, type PackedHashes } from './seenHashes';
import type { TriggerState } from './state';
import {
	countInWindow,
	fetchFirstPage,
	fetchFirstPageFrom,
	isComplete,
	type FirstPage,
	type TimeWindow,
} from './timeWindow';
import { TooManyMatching } from './tooManyMatching';
import { isReadableInTime, readInParts } from './windowParts';

/** Hashes of the cases modified just before the start: enough that the next poll knows them. */
const MAX_SEEN = 1_000;

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
	const started = await (state.unreadBaseline === undefined
		? startBaseline(service, settings, state, budget)
		: continueBaseline(service, settings, state, state.unreadBaseline, budget));
	const { firstPage } = started;
	const matchingSet = new MatchingSet(state);
	let unread = started.state.unreadBaseline ?? { after: 0, until: firstPage.serverSecond };
	let isFullyRead = false;
	const limits = { settled: Infinity, room: () => state.partSize ?? Infinity };
	for await (const part of readInParts(service, firstPage, budget, limits)) {
		// The service returns the newest first; the matching set starts with the longest unmodified.
		for (const found of [...part.cases].reverse()) matchingSet.add(keyHash(found));
		if (!part.complete) break;
		if (part.end === undefined) isFullyRead = true;
		else unread = { ...unread, after: part.end };
	}
	const next = { ...started.state, ...matchingSet.pack() };
	delete next.unreadBaseline;
	if (isFullyRead) return next;
	return { ...next, cursor: Math.max(next.cursor ?? 0, unread.until), unreadBaseline: unread };
}

/** The state to continue with, and the first page of the window that holds the baseline. */
interface BaselineReading {
	state: TriggerState;
	firstPage: FirstPage;
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
	const modified = await fetchFirstPageFrom(
		service,
		{ payload: idFilters(payload), field },
		budget,
		cursor.estimate,
		(second) => cursor.exact(second),
	);
	const { serverSecond } = modified;
	const from = modified.window.from ?? cursor.estimate;
	const until = cursor.isForBaseline ? serverSecond : from - 1;
	const empty = { version: 1, key: state.key, epoch: state.epoch } as const;

	const window = { payload, field, sortBy: field };
	const all = await fetchFirstPage(
		service,
		cursor.isForBaseline ? window : { ...window, until },
		budget,
	);
	const count = all.page.casesCount ?? 0;
	const max = Math.min(state.partSize ?? Infinity, MAX_MATCHING);
	if (count > MAX_MATCHING && event === 'caseMatched') throw new TooManyMatching(count);
	// Where possible, read all that matches at once: that is the most exact baseline.
	if (cursor.isForBaseline && isReadableInTime(all, budget, max)) {
		const seen = hashesOf(modified);
		return { state: { ...empty, cursor: settledAt(serverSecond), seen }, firstPage: all };
	}
	const after =
		count > MAX_MATCHING
			? await secondBeforeNewest(MAX_MATCHING, service, { ...window, until }, count, budget)
			: 0;
	const started: TriggerState = {
		...empty,
		cursor: cursor.isForBaseline ? serverSecond : from,
		seen: {},
		unreadBaseline: { after, until },
	};
	return await continueBaseline(service, settings, started, { after, until }, budget);
}

/** The hashes of recently modified cases, so that the next poll knows them; none where there are too many to know. */
function hashesOf(modified: FirstPage): PackedHashes {
	const seen = new SeenHashes({});
	if (isComplete(modified)) for (const found of modified.page.cases) seen.add(caseHash(found));
	return seen.pack(modified.serverSecond, modified.serverSecond, MAX_SEEN);
}

async function continueBaseline(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	{ after, until }: { after: number; until: number },
	budget: PollBudget,
): Promise<BaselineReading> {
	const field = EVENT_TIME_FIELD[settings.event];
	const window: TimeWindow = { payload: settings.payload, field, sortBy: field, until };
	if (after > 0) window.from = after;
	return { state, firstPage: await fetchFirstPage(service, window, budget) };
}

/** A second after which the newest `max` cases of a window lie, or a few more. */
async function secondBeforeNewest(
	max: number,
	service: CaseSearcher,
	window: TimeWindow & { until: number },
	count: number,
	budget: PollBudget,
): Promise<number> {
	const older = count - max;
	const range = { low: 0, high: window.until, highCount: count, max: older };
	return await findPartEnd({ ...range, enough: older - 0.1 * max }, (until) =>
		countInWindow(service, { ...window, until }, budget),
	);
}
