import type { IDataObject } from 'n8n-workflow';

import type { CaseSearcher, SearchPage, SearchQuery } from '../../intezer/types';
import { caseKey } from './caseHash';
import type { PollBudget, TimeField } from './events';

/** A case that shows up in the search so many seconds late is not missed: five minutes, and one for good measure. */
export const LATE_SECONDS = 360;
/** How far n8n's clock and the service's may be apart. */
export const SKEW_SECONDS = 600;
/** Cases asked for at a time; the service may give fewer. */
export const PAGE_SIZE = 100;

/** The cases with a time between two seconds of the server. Where neither is given, all cases. */
export interface TimeWindow {
	/** The filters by their names on the wire. */
	payload: IDataObject;
	field: TimeField;
	from?: number;
	until?: number;
	/** In which order to ask; by creation unless set, which no change of a case changes. */
	sortBy?: TimeField;
}

/** A window's first answer. */
export interface FirstPage {
	window: TimeWindow;
	page: SearchPage;
	/** The service's second when it answered, or one that it has passed for certain. */
	server: number;
	/** How long the answer took, in milliseconds. */
	took: number;
}

/** What to ask for a window. It starts a second early: the service may know its times more exactly than in seconds. */
export function queryOf({ payload, field, from, until, sortBy }: TimeWindow): SearchQuery {
	const range: IDataObject = {};
	if (from !== undefined) range.time_range_start = Math.max(0, from - 1);
	if (until !== undefined) range.time_range_end = Math.max(0, until);
	if (from !== undefined || until !== undefined) range.time_range_field = field;
	const sort_by = sortBy ?? 'creation_time';
	return { payload: { ...payload, ...range }, search_mode: 'and', sort_by };
}

/** Asks for the first page of a window. @throws IntezerError */
export async function fetchFirstPage(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
): Promise<FirstPage> {
	const asked = budget.now();
	const page = await service.searchPage(queryOf(window), 0, PAGE_SIZE);
	const server = Math.floor(page.serverTime ?? budget.now() / 1000 - SKEW_SECONDS);
	return { window, page, server, took: budget.now() - asked };
}

/**
 * Asks for the first page of a window whose start depends on the server's clock, which the first answer tells.
 *
 * @param guess the start to ask with before it is known
 * @param exact the start by the server's second
 * @throws IntezerError
 */
export async function openFrom(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
	guess: number,
	exact: (server: number) => number,
): Promise<FirstPage> {
	const opened = await fetchFirstPage(service, { ...window, from: guess }, budget);
	const from = exact(opened.server);
	return from === guess ? opened : await fetchFirstPage(service, { ...window, from }, budget);
}

/** Whether a first page is all that matched when it was given. A full one is no proof: the count may be its own size. */
export function isWhole({ page: { cases, casesCount } }: FirstPage): boolean {
	if (casesCount === undefined || cases.length >= PAGE_SIZE) return false;
	return new Set(cases.map(caseKey)).size >= casesCount;
}

/** How many cases of a window there are, by the service's count. @throws IntezerError */
export async function countOf(
	service: CaseSearcher,
	window: TimeWindow,
	budget: PollBudget,
): Promise<number> {
	const { page } = await fetchFirstPage(service, window, budget);
	return page.casesCount ?? page.cases.length;
}
