import type { IDataObject } from 'n8n-workflow';

import type { CaseSearcher, SearchPage, SearchQuery } from '../../intezer/types';
import { caseKey } from './caseHash';
import type { PollBudget, TimeField } from './events';

/** How long polls overlap: a case may appear in the search five minutes late, and one minute is added to be safe. */
export const OVERLAP_SECONDS = 360;
/** How far n8n's clock and the service's may be apart. */
export const MAX_CLOCK_SKEW_SECONDS = 600;
/** Cases requested at a time; the service may return fewer. */
export const PAGE_SIZE = 100;

/** The cases with a time between two seconds of the service's clock; all cases where neither is given. */
export interface TimeWindow {
	/** The filters by their names in the API. */
	payload: IDataObject;
	field: TimeField;
	from?: number;
	until?: number;
	/** `creation_time` unless set: it never changes, so cases don't move while pages are read. */
	sortBy?: TimeField;
}

/** The first response for a window. */
export interface FirstPage {
	window: TimeWindow;
	page: SearchPage;
	/** The service's time when it responded, or an earlier one where it sends none. */
	serverSecond: number;
	/** How long the response took, in milliseconds. */
	durationMs: number;
}

/** The search for a window. It starts a second early: the service's times may have fractions of a second. */
export function windowQuery({ payload, field, from, until, sortBy }: TimeWindow): SearchQuery {
	const range: IDataObject = {};
	if (from !== undefined) range.time_range_start = Math.max(0, from - 1);
	if (until !== undefined) range.time_range_end = Math.max(0, until);
	if (from !== undefined || until !== undefined) range.time_range_field = field;
	const sort_by = sortBy ?? 'creation_time';
	return { payload: { ...payload, ...range }, search_mode: 'and', sort_by };
}

/** Fetches the first page of a window. @throws IntezerError */
export async function fetchFirstPage(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
): Promise<FirstPage> {
	const sentAt = budget.now();
	const page = await service.searchPage(windowQuery(window), 0, PAGE_SIZE);
	const serverTime = page.serverTime ?? budget.now() / 1000 - MAX_CLOCK_SKEW_SECONDS;
	return {
		window,
		page,
		serverSecond: Math.floor(serverTime),
		durationMs: budget.now() - sentAt,
	};
}

/**
 * Fetches the first page of a window whose start depends on the service's clock, which the first response tells.
 *
 * @param estimate the start to ask with before the clock is known
 * @param exact the start, given the service's second
 * @throws IntezerError
 */
export async function fetchFirstPageFrom(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
	estimate: number,
	exact: (serverSecond: number) => number,
): Promise<FirstPage> {
	const firstPage = await fetchFirstPage(service, { ...window, from: estimate }, budget);
	const from = exact(firstPage.serverSecond);
	return from === estimate ? firstPage : await fetchFirstPage(service, { ...window, from }, budget);
}

/**
 * Whether a first page contains all that matched at that moment. A full page proves nothing: some services count the
 * cases of the page instead of those that match.
 */
export function isComplete({ page: { cases, casesCount } }: FirstPage): boolean {
	if (casesCount === undefined || cases.length >= PAGE_SIZE) return false;
	return new Set(cases.map(caseKey)).size >= casesCount;
}

/** How many cases a window has, by the service's count. @throws IntezerError */
export async function countInWindow(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
): Promise<number> {
	const { page } = await fetchFirstPage(service, window, budget);
	return page.casesCount ?? page.cases.length;
}
