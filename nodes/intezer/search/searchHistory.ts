/**
 * Reads a search completely although entries are created, changed and deleted meanwhile, and although the service may
 * limit how far it pages, how long a request is, or how many entries it counts. No response says what moved between two
 * pages, so the strategy is to read first and then to prove that nothing is missing:
 *
 * 1. Read the pages once, in parallel, as far as the service pages (pages/readPages).
 * 2. Request what remains: everything that matches except the ids already found, until a response contains as many
 *    entries as it counts. That response proves the result complete at its moment (exclusion/findByExclusion).
 * 3. If the service does not accept that many ids, cut the search by creation time, which never changes, into slices
 *    that fit one response each (timeRanges/timeSlices).
 * 4. If it can't be cut either, read everything again until two readings are the same (pages/readUntilStable).
 *
 * In search mode `or`, which only cases have, step 2 is possible if `exclude_case_ids` is a condition there, which a
 * request finds out (anyFilter/searchMode). If not, the search is proved filter by filter while no case changes
 * (anyFilter/readEachFilter). What can't be proved is returned as incomplete.
 */
import { CAPPED_COUNT } from './pages/cappedCount';
import type { Completeness } from './completeness';
import { findByExclusion } from './exclusion/findByExclusion';
import { findByExclusionOrSlices } from './timeRanges/findByExclusionOrSlices';
import { FoundEntries } from './pages/foundEntries';
import { isBeyondLastMatch } from './pages/beyondLastMatch';
import { PageFetcher } from './pages/pageFetcher';
import { readUntilStable } from './pages/readUntilStable';
import { readEachFilter } from './anyFilter/readEachFilter';
import { readPages, type ReadResult } from './pages/readPages';
import { asAnd, meaningOfExclusion, mustMatchAll } from './anyFilter/searchMode';
import type { Entry, SearchTarget } from './searchTarget';
import type { SearchQuery } from '../types';

/** Which of the matching entries a search returns. */
export interface SearchExtent {
	/** How many of the first matching entries to skip. */
	offset: number;
	/** Maximum number of entries to return; Infinity for all. */
	limit: number;
	/** Entries per request. */
	pageSize: number;
}

/** What a search returned. */
export interface SearchOutcome {
	/** In the service's order, each entry once. */
	entries: Entry[];
	/** All entries that match from the offset on, by the service's last count; undefined if it gives none. */
	matching: number | undefined;
	/** Whether more may match than `matching` says: the service may count no further, or entries change too fast. */
	isAtLeast: boolean;
	/** Whether every entry that matched all the time, from the offset to the limit, is proved to be included. */
	complete: boolean;
}

/**
 * Returns the first entries that match, or all. With `limit` Infinity the result contains every entry that matched from
 * the first request to the last, exactly once; `complete` says whether that could be proved.
 *
 * @param signal stops the search: no more requests are sent
 * @throws IntezerError, or the signal's reason
 */
export async function searchHistory(
	target: SearchTarget,
	query: SearchQuery,
	extent: SearchExtent,
	signal?: AbortSignal,
): Promise<SearchOutcome> {
	const fetcher = new PageFetcher(target, signal);
	const found = new FoundEntries(target);
	const summary =
		extent.limit === Infinity
			? await findAll(fetcher, query, extent, found)
			: await findFirst(fetcher, query, extent, found);
	return { entries: found.inOrder().slice(0, extent.limit), ...summary };
}

type Summary = Omit<SearchOutcome, 'entries'>;

async function findAll(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundEntries,
): Promise<Summary> {
	// The remaining entries of several searches would not arrive in the order of the whole search.
	const range = { ...extent, end: Infinity, skipsPartialLastPage: mustMatchAll(query) };
	const reading = await readPages(fetcher, query, range, found);
	if (reading.refusedFrom === extent.offset)
		return await summaryOfNone(fetcher, query, extent.offset);
	const completeness = reading.isComplete
		? 'complete'
		: await completeReading(fetcher, query, extent, found, reading);
	if (completeness === 'complete') return summaryOf(found.size, true);
	return { ...summaryOfCount(extent.offset, reading.count), complete: false };
}

/** Adds the matches that the first reading missed, and says whether any may still be missing. */
async function completeReading(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundEntries,
	reading: ReadResult,
): Promise<Completeness> {
	const completeness = mustMatchAll(query)
		? await findByExclusionOrSlices(fetcher, asAnd(query), extent, found, reading)
		: await completeReadingOfAny(fetcher, query, extent, found);
	if (completeness === 'complete' || completeness === 'unstable') return completeness;
	return await readUntilStable(fetcher, query, extent, found);
}

/** For a search in mode `or`. */
async function completeReadingOfAny(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundEntries,
): Promise<Completeness> {
	const exclusion = await meaningOfExclusion(fetcher, query, found);
	if (exclusion === undefined) return 'refused';
	if (exclusion === 'condition') {
		const completeness = await findByExclusion(fetcher, query, extent, found);
		if (completeness === 'complete' || completeness === 'unstable') return completeness;
	}
	if (extent.offset > 0) return 'refused';
	return await readEachFilter(fetcher, query, exclusion, extent, found);
}

/** Reads until there are enough, also if entries moved. Where no more may match, it finds out whether any are missing. */
async function findFirst(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundEntries,
): Promise<Summary> {
	const { offset, limit, pageSize } = extent;
	let position = offset;
	let reading: ReadResult;
	let sizeBefore: number;
	do {
		const end = position + limit - found.size;
		sizeBefore = found.size;
		reading = await readPages(fetcher, query, { offset: position, end, pageSize }, found);
		// One page with all that match.
		if (position === offset && reading.isComplete) return summaryOf(found.size, true);
		position = reading.end;
	} while (
		found.size < limit &&
		found.size > sizeBefore &&
		reading.refusedFrom === undefined &&
		position < (reading.count ?? Infinity)
	);
	if (reading.refusedFrom === offset) return await summaryOfNone(fetcher, query, offset);
	const { matching = found.size, isAtLeast } = summaryOfCount(offset, reading.count);
	const matchMore = matching > limit || isAtLeast;
	if (found.size >= limit && (matchMore || fetcher.requestCount === 1)) {
		return { matching, isAtLeast, complete: true };
	}
	// The count of the last page is no proof that these are all: between two pages, entries may come and go.
	const oneMore = { ...extent, limit: limit + 1 };
	const completeness = matchMore
		? await findUpToLimit(fetcher, query, oneMore, found)
		: await completeReading(fetcher, query, oneMore, found, reading);
	if (completeness === 'complete' && found.size <= limit) return summaryOf(found.size, true);
	if (found.size >= limit) {
		return { matching: Math.max(matching, found.size), isAtLeast: true, complete: true };
	}
	return { matching, isAtLeast, complete: false };
}

/** Adds the matches that the first reading missed up to the limit, if the service can exclude the others. */
async function findUpToLimit(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundEntries,
): Promise<Completeness> {
	const canExclude =
		mustMatchAll(query) || (await meaningOfExclusion(fetcher, query, found)) === 'condition';
	return canExclude ? await findByExclusion(fetcher, asAnd(query), extent, found) : 'refused';
}

/** Where the service refused the offset itself. @throws IntezerError of kind `offsetTooLarge` if entries match from there on */
async function summaryOfNone(
	fetcher: PageFetcher,
	query: SearchQuery,
	offset: number,
): Promise<Summary> {
	const isEmpty = await isBeyondLastMatch(fetcher, query, offset);
	return isEmpty ? summaryOf(0, true) : { ...summaryOfCount(offset, undefined), complete: false };
}

function summaryOf(matching: number, complete: boolean): Summary {
	return { matching, isAtLeast: false, complete };
}

function summaryOfCount(offset: number, count: number | undefined) {
	const matching = count === undefined ? undefined : Math.max(0, count - offset);
	return { matching, isAtLeast: count === undefined || count === CAPPED_COUNT };
}
