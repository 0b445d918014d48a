import { askForTheRest } from './askForTheRest';
import { FoundCases } from './foundCases';
import { PageAsker } from './pageAsker';
import { readPages } from './readPages';
import type { Case, CaseSearcher, SearchQuery } from './types';

/** Which of the matching cases a search gives. */
export interface SearchExtent {
	/** How many of the first matching cases to leave out. */
	offset: number;
	/** The most cases to give; Infinity for all. */
	limit: number;
	/** Cases asked for at a time. */
	pageSize: number;
}

/** What a search gave. */
export interface SearchOutcome {
	/** In the service's order, no case twice. */
	cases: Case[];
	/** All that match from the offset on, by the service's last count; undefined where it does not say. */
	matching: number | undefined;
	/** Whether every case that matched throughout, from the offset to the limit, is among them. */
	complete: boolean;
	/** How many requests it took. */
	requests: number;
}

/**
 * Gives the cases that match: the first so many, or all. All is exact: every case that the service showed as matching
 * from the first request to the last, once, however the history moves meanwhile; `complete` says whether that could be
 * proved.
 *
 * @param signal stops the search: nothing more is asked
 * @throws IntezerError, or the signal's reason
 */
export async function searchCases(
	service: CaseSearcher,
	query: SearchQuery,
	extent: SearchExtent,
	signal?: AbortSignal,
): Promise<SearchOutcome> {
	const asker = new PageAsker(service, signal);
	const found = new FoundCases();
	const { matching, complete } =
		extent.limit === Infinity
			? await findAll(asker, query, extent, found)
			: await findSome(asker, query, extent, found);
	const cases = found.inOrder().slice(0, extent.limit);
	return { cases, matching, complete, requests: asker.asked };
}

async function findAll(
	asker: PageAsker,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
): Promise<Pick<SearchOutcome, 'matching' | 'complete'>> {
	const reading = await readPages(asker, query, { ...extent, end: Infinity }, found);
	if (reading.whole) return { matching: found.size, complete: true };
	const matching = beyond(extent.offset, reading.count);
	if (query.search_mode === 'or') {
		return { matching, complete: matching !== undefined && found.size >= matching };
	}
	const proof = await askForTheRest(asker, query, extent, found);
	return proof === 'whole'
		? { matching: found.size, complete: true }
		: { matching, complete: false };
}

/** Reads on where cases came twice, until there are enough or no more. */
async function findSome(
	asker: PageAsker,
	query: SearchQuery,
	extent: SearchExtent,
	found: FoundCases,
): Promise<Pick<SearchOutcome, 'matching' | 'complete'>> {
	const { offset, limit, pageSize } = extent;
	let position = offset;
	let matching: number | undefined;
	for (let isOver = false; !isOver; ) {
		const end = position + limit - found.size;
		const before = found.size;
		const reading = await readPages(asker, query, { offset: position, end, pageSize }, found);
		matching = beyond(offset, reading.count);
		position = end;
		isOver =
			found.size >= limit || found.size === before || position >= (reading.count ?? Infinity);
	}
	const wanted = Math.min(limit, matching ?? found.size);
	return { matching, complete: found.size >= wanted };
}

function beyond(offset: number, count: number | undefined): number | undefined {
	return count === undefined ? undefined : Math.max(0, count - offset);
}
