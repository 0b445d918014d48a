import type { IDataObject } from 'n8n-workflow';

import { IntezerError } from '../../../intezer/http/errors';
import { mayBeTooFar } from '../../../intezer/http/mayBeTooFar';
import type { CaseSearcher, SearchPage, SearchQuery } from '../../../intezer/types';
import { caseKey } from '../caseHash';
import type { PollBudget, TimeField } from '../events';
import { idFilters } from '../matching/matchesFilters';

/** How far the slower clock may be ahead of the one that stamps the cases. */
export const MAX_LEAD_SECONDS = 60;
/** How long polls overlap: a case may appear in the search five minutes late. */
export const OVERLAP_SECONDS = 300 + MAX_LEAD_SECONDS;
/** How far the clocks of n8n and of the service may be apart. */
export const MAX_CLOCK_SKEW_SECONDS = 600;
/** Cases requested at a time; the service may return fewer. */
export const PAGE_SIZE = 100;

/** The cases with a time between two seconds of the service's clock; all cases if neither is given. */
export interface TimeWindow {
	/** The filters by their names in the API. */
	payload: IDataObject;
	field: TimeField;
	from?: number;
	until?: number;
	/** `creation_time` unless set: it never changes, so cases don't move while pages are read. */
	sortBy?: TimeField;
	/** Cases requested at a time: `PAGE_SIZE` unless set. */
	pageSize?: number;
}

/** The current second, by the clocks that are known: that of the response, and n8n's. */
export interface Clocks {
	/** By the slower clock: nothing from before it is still to come, except late cases. */
	slow: number;
	/** The last second that a time in the response can have. */
	last: number;
}

/**
 * Whether cases may be added to what has settled, because they start to match the filters and keep their time. If one is
 * added and another one leaves between two pages, the count stays the same, but a page may miss a case.
 */
export function mayGainCases({ payload, field }: TimeWindow): boolean {
	if (field === 'modification_time') return false;
	return Object.keys(payload).length > Object.keys(idFilters(payload)).length;
}

/** A response for a window: a page of it, and when it was received. */
export interface WindowResponse {
	window: TimeWindow;
	page: SearchPage;
	clocks: Clocks;
	/** How long the response took, in milliseconds. */
	durationMs: number;
	/** The position of the page: 0 where the requested one was refused. */
	offset: number;
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

/**
 * Fetches a page of a window, the first unless `offset` is given. Where the service refuses that position, because fewer
 * cases match by now or it does not page that far, it is the first one.
 *
 * @throws IntezerError
 */
export async function fetchTimedPage(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
	offset = 0,
): Promise<WindowResponse> {
	const sentAt = budget.now();
	const page = await fetchUnlessTooFar(service, window, offset);
	if (page === undefined) return await fetchTimedPage(service, window, budget);
	return {
		window,
		offset,
		page,
		clocks: clocksAt(page.serverTime, budget.now() / 1000),
		durationMs: budget.now() - sentAt,
	};
}

/** Fetches a page; undefined where the service refuses a position that is not the first. @throws IntezerError */
export async function fetchUnlessTooFar(
	service: CaseSearcher,
	window: TimeWindow,
	offset: number,
): Promise<SearchPage | undefined> {
	const { pageSize = PAGE_SIZE } = window;
	return await service.searchPage(windowQuery(window), offset, pageSize).catch((error: unknown) => {
		if (offset > 0 && error instanceof IntezerError && mayBeTooFar(error)) return undefined;
		throw error;
	});
}

function clocksAt(serverTime: number | undefined, localTime: number): Clocks {
	const slow = Math.min(serverTime ?? localTime - MAX_CLOCK_SKEW_SECONDS, localTime);
	const fast = Math.max(serverTime ?? localTime, localTime);
	return { slow: Math.floor(slow), last: Math.ceil(fast) + MAX_CLOCK_SKEW_SECONDS };
}

/**
 * Whether a first page contains all that matched at that moment. A full page proves nothing: some services count the
 * cases of the page instead of those that match.
 */
export function isComplete({ window, page }: WindowResponse): boolean {
	const { pageSize = PAGE_SIZE } = window;
	const { cases, casesCount = Infinity } = page;
	return cases.length < pageSize && new Set(cases.map(caseKey)).size >= casesCount;
}
