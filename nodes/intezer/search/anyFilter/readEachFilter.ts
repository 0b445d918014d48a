import { countsMore } from '../pages/countsMore';
import type { Completeness } from '../completeness';
import { findByExclusion } from '../exclusion/findByExclusion';
import { findByExclusionOrSlices } from '../timeRanges/findByExclusionOrSlices';
import { FoundEntries } from '../pages/foundEntries';
import type { PageFetcher } from '../pages/pageFetcher';
import { readPages } from '../pages/readPages';
import { meaningOfTimeRange, splitByFilter, type FilterMeaning } from './searchMode';
import type { SearchQuery } from '../../types';

const MOST_PASSES = 5;
const MOST_REQUESTS = 200;
const MOST_REQUESTS_PER_PAGE = 6;
/** How far back to look for changes, in seconds: the clocks of the service and of n8n may differ by minutes. */
const LOOK_BACK = 1200;

/**
 * Finds the matches of a search in mode `or` filter by filter. A case may switch from one filter to another between two
 * requests, so the result is proved only if no case changed in the meantime, and the whole search counts no more cases.
 * It is refused, though as complete as it can be, if the service does not show which cases changed.
 *
 * @param exclusion what `exclude_case_ids` means in mode `or`
 * @throws IntezerError
 */
export async function readEachFilter(
	fetcher: PageFetcher,
	query: SearchQuery,
	exclusion: FilterMeaning,
	{ pageSize }: { pageSize: number },
	found: FoundEntries,
): Promise<Completeness> {
	const timeRange = await meaningOfTimeRange(fetcher, query, found);
	if (timeRange === undefined) return 'refused';
	const queries = splitByFilter(query, { exclusion, timeRange });
	const findEach = async (): Promise<Completeness> => {
		for (const each of queries) {
			const extent = { offset: 0, pageSize, limit: Infinity };
			const completeness = await findByExclusionOrSlices(fetcher, each, extent, found, {
				isStuck: false,
			});
			if (completeness !== 'complete') return completeness;
		}
		return 'complete';
	};
	if (queries.length === 1) return await findEach();

	const now = fetcher.serverTime ?? Date.now() / 1000;
	const since = Math.floor(now) - LOOK_BACK;
	let before = await fetchChangedSince(fetcher, since, pageSize);
	const pages = Math.ceil(found.size / fetcher.largestPage);
	const most = fetcher.requestCount + MOST_REQUESTS + MOST_REQUESTS_PER_PAGE * pages;
	for (let pass = 0; pass < MOST_PASSES && fetcher.requestCount < most; pass++) {
		const completeness = await findEach();
		if (completeness !== 'complete') return completeness;
		// Not every change is visible.
		if (before === undefined || !showTimes(before)) return 'refused';
		const after = await fetchChangedSince(fetcher, since, pageSize);
		const isCalm = after?.hasSameEntries(before) === true;
		if (isCalm && !(await countsMore(fetcher, query, found.size))) return 'complete';
		before = after;
	}
	return 'unstable';
}

/** Without the modification time, a further change of an entry may not be visible. */
function showTimes(changed: FoundEntries): boolean {
	return changed.inOrder().every((each) => each['modification_time'] !== undefined);
}

/** The cases that were modified recently; undefined if they can't be read completely. */
async function fetchChangedSince(
	fetcher: PageFetcher,
	since: number,
	pageSize: number,
): Promise<FoundEntries | undefined> {
	const payload = { time_range_field: 'modification_time', time_range_start: since };
	const query: SearchQuery = { payload, search_mode: 'and', sort_by: 'modification_time' };
	const changed = new FoundEntries(fetcher.target);
	const range = { offset: 0, end: Infinity, pageSize };
	const { isComplete } = await readPages(fetcher, query, range, changed);
	if (isComplete) return changed;
	const extent = { offset: 0, pageSize, limit: Infinity };
	const completeness = await findByExclusion(fetcher, query, extent, changed);
	return completeness === 'complete' ? changed : undefined;
}
