/**
 * Reads a search completely although cases are created, changed and deleted meanwhile. No response says what moved
 * between two pages, so the strategy is to read first and then to prove that nothing is missing:
 *
 * 1. Read the pages once, in parallel (readPages).
 * 2. Request what remains: everything that matches except the ids already found, until a response contains as many
 *    cases as it counts. That response proves the result complete at its moment (fetchRemaining).
 * 3. If the service does not accept that many ids, cut the search by creation time, which never changes, into slices
 *    that fit one response each (readTimeSlices).
 * 4. If it can't be cut either, read everything again until two readings agree (readAgain).
 *
 * A search in mode `or` is proved filter by filter (splitByFilter). What can't be proved is returned as incomplete.
 */
import { fetchRemaining, type Completeness } from './fetchRemaining';
import { FoundCases } from './foundCases';
import { PageFetcher } from './pageFetcher';
import { readAgain } from './readAgain';
import { readPages, type ReadResult } from './readPages';
import { splitByFilter } from './splitByFilter';
import { readTimeSlices } from './timeSlices';
import type { Case, CaseSearcher, SearchQuery } from '../types';

/** Which of the matching cases a search returns. */
export interface SearchExtent {
	/** How many of the first matching cases to skip. */
	offset: number;
	/** The most cases to return; Infinity for all. */
	limit: number;
	/** Cases per request. */
	pageSize: number;
}

/** What a search returned. */
export interface SearchOutcome {
	/** In the service's order, each case once. */
	cases: Case[];
	/** All cases that match from the offset on, by the service's last count; undefined if it gives none. */
	matching: number | undefined;
	/** Whether every case that matched all the time, from the offset to the limit, is proved to be included. */
	complete: boolean;
}

/**
 * Returns the first cases that match, or all. With `limit` Infinity the result contains every case that matched from
 * the first request to the last, exactly once; `complete` says whether that could be proved.
 *
 * @param signal stops the search: no more requests are sent
 * @throws IntezerError, or the signal's reason
 */
export async function searchHistory(
	service: CaseSearcher,
	query: SearchQuery,
	extent: SearchExtent,
	signal?: AbortSignal,
): Promise<SearchOutcome> {
	const fetcher = new PageFetcher(service, signal);
	const found = new FoundCases();
	const { matching, complete } =
		extent.limit === Infinity
			? await findAll(fetcher, query, extent, found)
			: await findFirst(fetcher, query, extent, found);
	return { cases: found.inOrder().slice(0, extent.limit), matching, complete };
}

type Summary = Pick<SearchOutcome, 'matching' | 'complete'>;

async function findAll(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
): Promise<Summary> {
	const queries = splitByFilter(query);
	// The remaining cases of several queries would not arrive in the order of the whole search.
	const range = { ...extent, end: Infinity, skipsPartialLastPage: queries.length === 1 };
	const reading = await readPages(fetcher, query, range, found);
	const completeness = reading.isComplete
		? 'complete'
		: await findMissing(fetcher, { query, queries }, extent, found, reading);
	if (completeness === 'complete') return { matching: found.size, complete: true };
	return { matching: countFrom(extent.offset, reading.count), complete: false };
}

/** Adds the matches that the first reading missed, and says whether any may still be missing. */
async function findMissing(
	fetcher: PageFetcher,
	{ query, queries }: { query: SearchQuery; queries: SearchQuery[] },
	extent: SearchExtent,
	found: FoundCases,
	reading: ReadResult,
): Promise<Completeness> {
	const isSingle = queries.length === 1;
	if (!isSingle && extent.offset > 0) return await readAgain(fetcher, query, extent, found);
	// Twice, because a case may switch from one filter to another between two requests.
	for (const each of isSingle ? queries : [...queries, ...queries]) {
		const completeness = await findMissingOf(fetcher, each, extent, found, reading);
		if (completeness === 'unstable') return completeness;
		if (completeness !== 'complete') return await readAgain(fetcher, query, extent, found);
	}
	return 'complete';
}

async function findMissingOf(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
	{ isStuck, skippedFrom }: ReadResult,
): Promise<Completeness> {
	const { offset, pageSize } = extent;
	const completeness = await fetchRemaining(fetcher, query, extent, found);
	if (completeness === 'complete' || completeness === 'unstable') return completeness;
	// A service that neither returns more nor excludes anything contradicts itself: no request helps.
	if (completeness === 'ignored' && isStuck) return 'unstable';
	if (offset > 0) return completeness;
	if (skippedFrom !== undefined) {
		await readPages(fetcher, query, { offset: skippedFrom, end: Infinity, pageSize }, found);
	}
	return await readTimeSlices(fetcher, query, pageSize, found);
}

/** Reads on if cases came twice, and requests what remains if cases moved, until there are enough or no more. */
async function findFirst(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
): Promise<Summary> {
	const { offset, limit, pageSize } = extent;
	let position = offset;
	let matching: number | undefined;
	for (let isDone = false; !isDone; ) {
		const end = position + limit - found.size;
		const sizeBefore = found.size;
		const reading = await readPages(fetcher, query, { offset: position, end, pageSize }, found);
		matching = countFrom(offset, reading.count);
		position = end;
		isDone =
			found.size >= limit || found.size === sizeBefore || position >= (reading.count ?? Infinity);
	}
	const wanted = Math.min(limit, matching ?? found.size);
	if (found.size >= wanted) return { matching, complete: true };
	const [only, ...others] = splitByFilter(query);
	const completeness =
		only !== undefined && others.length === 0
			? await fetchRemaining(fetcher, only, extent, found)
			: 'refused';
	return { matching, complete: completeness === 'complete' };
}

function countFrom(offset: number, count: number | undefined): number | undefined {
	return count === undefined ? undefined : Math.max(0, count - offset);
}
