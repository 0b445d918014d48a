import { CAPPED_COUNT, isAtMost } from '../pages/cappedCount';
import type { Completeness } from '../completeness';
import { FoundEntries } from '../pages/foundEntries';
import type { PayloadFields } from '../searchTarget';
import type { PageFetcher } from '../pages/pageFetcher';
import { readPages } from '../pages/readPages';
import type { SearchQuery } from '../../types';

/** If a search is still changing after this many rounds or requests, it is reported as unstable. */
const MOST_ROUNDS = 20;
const MOST_REQUESTS = 60;
const MOST_REQUESTS_PER_PAGE = 3;
/** Each of these requests carries all excluded ids: the longer the list, the fewer pages a round may take. */
const MOST_IDS_SENT_PER_ROUND = 1_000_000;
/** With more ids, reading many pages this way is too expensive if the service refuses to page further. */
const MOST_IDS_FOR_MANY_PAGES = 30_000;

/**
 * Requests every match that is not found yet, and adds it, until a response contains as many entries as it counts: at
 * that moment no match is missing. With an offset, at most that many are. Only for a query whose excluded ids never
 * match: in search mode `or` see anyFilter/searchMode.ts.
 *
 * @param extent with a limit, stops once that many entries are found
 * @param idsToExclude called for each round; the ids of everything found, unless given
 * @throws IntezerError
 */
export async function fetchExcludingIds(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: { offset: number; pageSize: number; limit: number },
	found: FoundEntries,
	idsToExclude = () => found.ids(),
): Promise<Completeness> {
	const { offset, pageSize, limit } = extent;
	const { fields } = fetcher.target;
	const pagesSoFar = Math.ceil(found.size / fetcher.largestPage);
	const mostRequests = fetcher.requestCount + MOST_REQUESTS + MOST_REQUESTS_PER_PAGE * pagesSoFar;
	let hasMore = false;
	for (let round = 0; round < MOST_ROUNDS && fetcher.requestCount < mostRequests; round++) {
		if (found.size >= limit) return 'complete';
		if (hasMore && found.size > MOST_IDS_FOR_MANY_PAGES) return 'refused';
		const ids = idsToExclude();
		const pages = Math.min(
			MOST_IDS_SENT_PER_ROUND / (ids.length + 1),
			mostRequests - fetcher.requestCount,
		);
		const mostEntries = Math.min(
			limit - found.size,
			Math.max(pageSize, Math.floor(pages) * fetcher.largestPage),
		);
		const range = { offset, end: offset + mostEntries, pageSize };
		const excluded = ids.length > 0 ? { ids: new Set(ids), plainQuery: query } : undefined;
		const remaining = new FoundEntries(fetcher.target);
		const result = await readPages(
			fetcher,
			excluding(fields, query, ids),
			range,
			remaining,
			excluded,
		);
		const sizeBefore = found.size;
		found.addAll(remaining);
		if (result.rejection === 'refused' && (await isWithinOffset(fetcher, query, ids, offset))) {
			return 'complete';
		}
		if (result.rejection !== undefined) return result.rejection;
		if (result.isComplete) return 'complete';
		// Entries without an id can't be excluded: once a page is full of them, another round shows the same page.
		if (found.size === sizeBefore) return remaining.size === 0 ? 'unstable' : 'refused';
		hasMore = result.refusedFrom !== undefined || result.count === CAPPED_COUNT;
	}
	return hasMore ? 'refused' : 'unstable';
}

/** Whether no more entries remain than the offset skips: some services refuse an offset beyond the last match. */
async function isWithinOffset(
	fetcher: PageFetcher,
	query: SearchQuery,
	ids: string[],
	offset: number,
): Promise<boolean> {
	if (offset === 0) return false;
	const rest = excluding(fetcher.target.fields, query, ids);
	const page = await fetcher.fetchUnlessRefused(rest, 0, 1, query);
	return isAtMost(page?.count, offset);
}

/** The same search without certain entries, in addition to those that the user excludes. */
function excluding({ excludedIds }: PayloadFields, query: SearchQuery, ids: string[]): SearchQuery {
	if (ids.length === 0) return query;
	const excluded = query.payload[excludedIds];
	const all = Array.isArray(excluded) ? [...excluded, ...ids] : ids;
	return {
		...query,
		search_mode: query.search_mode ?? 'and',
		payload: { ...query.payload, [excludedIds]: all },
	};
}
