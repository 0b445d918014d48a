import { unreadable } from '../http/errors';
import type { SearchQuery } from '../types';
import { CAPPED_COUNT } from './pages/cappedCount';
import type { SearchTarget } from './searchTarget';
import { PageFetcher } from './pages/pageFetcher';
import { mustMatchAll } from './anyFilter/searchMode';
import { searchHistory } from './searchHistory';
import { timeRangeOf, withTimeRange, type SearchTimeRange } from './timeRanges/timeRange';

/** Entries per request if they have to be read to be counted. */
const PAGE_SIZE = 100;
const MOST_REQUESTS = 2_000;

/** How many entries match. */
export interface MatchCount {
	count: number;
	/** Whether more may match: the service counts no further, and the exact number can't be found out. */
	isAtLeast: boolean;
}

/**
 * The number of matching entries, from one search for a single entry. If the service may count no further, it adds up
 * the counts of shorter time ranges.
 *
 * @param signal stops the count: no more requests are sent
 * @throws IntezerError, or the signal's reason
 */
export async function countMatching(
	target: SearchTarget,
	query: SearchQuery,
	signal?: AbortSignal,
): Promise<MatchCount> {
	const fetcher = new PageFetcher(target, signal);
	const count = await countOf(fetcher, query);
	if (count !== CAPPED_COUNT) return { count, isAtLeast: false };
	if (mustMatchAll(query)) {
		const counter = new TimeRangeCounter(fetcher, query);
		return { count: await counter.countAll(count), isAtLeast: counter.isAtLeast };
	}
	// The counts of several filters can't be added up: an entry may match more than one of them.
	const extent = { offset: 0, limit: Infinity, pageSize: PAGE_SIZE };
	const { entries, complete } = await searchHistory(target, query, extent, signal);
	return { count: Math.max(count, entries.length), isAtLeast: !complete };
}

class TimeRangeCounter {
	isAtLeast = false;
	private readonly range: SearchTimeRange;

	constructor(
		private readonly fetcher: PageFetcher,
		private readonly query: SearchQuery,
	) {
		this.range = timeRangeOf(fetcher.target.fields, query);
	}

	async countAll(count: number): Promise<number> {
		const { start, end } = this.range;
		return await this.countHalves(start, end, count);
	}

	/** The number of entries with a time from one second to another, for which the service returned `count`. */
	private async countHalves(start: number, end: number, count: number): Promise<number> {
		if (count !== CAPPED_COUNT) return count;
		if (end - start < 3 || this.fetcher.requestCount >= MOST_REQUESTS) {
			this.isAtLeast = true;
			return count;
		}
		const middle = Math.floor((start + end) / 2);
		const [older, newer] = await Promise.all([
			this.countBetween(start, middle + 1),
			this.countBetween(middle, end),
		]);
		// The halves overlap: a range may contain neither its start nor its end.
		const twice = older === 0 || newer === 0 ? 0 : await this.countBetween(middle, middle + 1);
		if (twice === CAPPED_COUNT) this.isAtLeast = true;
		const [all, others] = await Promise.all([
			this.countHalves(start, middle + 1, older),
			this.countHalves(middle, end, newer),
		]);
		const sum = all + others - twice;
		if (sum >= count) return sum;
		// Entries moved meanwhile, or the responses come from several copies of the data.
		this.isAtLeast = true;
		return count;
	}

	private async countBetween(start: number, end: number): Promise<number> {
		const { fetcher, query, range } = this;
		const { fields } = fetcher.target;
		return await countOf(fetcher, withTimeRange(fields, query, range, { start, end }));
	}
}

async function countOf(fetcher: PageFetcher, query: SearchQuery): Promise<number> {
	const { count } = await fetcher.fetch(query, 0, 1);
	if (count === undefined) throw unreadable({ reason: 'noCount' });
	return count;
}
