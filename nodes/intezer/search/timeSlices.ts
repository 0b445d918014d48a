import { fetchRemaining, type Completeness } from './fetchRemaining';
import { FoundCases } from './foundCases';
import type { PageFetcher } from './pageFetcher';
import { readAgain } from './readAgain';
import { containsAllMatches } from './readPages';
import { splitSlice, type TimeSlice } from './splitSlice';
import type { Case, SearchQuery } from '../types';

const DAY = 86_400;
/** Requests that finding the right slices may take, besides those for the pages. */
const MOST_EXTRA_REQUESTS = 100;
const MOST_REQUESTS_PER_PAGE = 6;
/** A page that contains at least this share of its count is completed by its ids rather than cut. */
const SHARE_WORTH_COMPLETING = 1 / 3;

/**
 * Reads a search in slices of time so thin that one response contains each completely. The creation time of a case
 * never changes, so a case stays in its slice. If the user's own time range is over one of the other two times, which
 * only grow, the slices are read from the oldest on: a case that moves is found further on. Only for a query all of
 * whose filters must match.
 *
 * @param found the cases known so far: their times show where to cut. All cases of the slices are added.
 * @throws IntezerError
 */
export async function readTimeSlices(
	fetcher: PageFetcher,
	query: SearchQuery,
	pageSize: number,
	found: FoundCases,
): Promise<Completeness> {
	const reader = new TimeSliceReader(fetcher, query, pageSize, found);
	const completeness = await reader.readAll();
	const outside = found.ids().filter((id) => !reader.sliced.hasId(id));
	found.addAll(reader.sliced);
	if (completeness !== 'complete' || outside.length === 0) return completeness;

	// These cases no longer match, unless the service ignores time ranges for them: a page of their ids shows it.
	const payload = { ...query.payload, case_ids: outside.slice(0, pageSize) };
	const { count } = await fetcher.fetch({ ...query, search_mode: 'and', payload }, 0, 1);
	return count === 0 ? 'complete' : 'ignored';
}

class TimeSliceReader {
	/** All cases of the slices read so far. */
	readonly sliced = new FoundCases();
	private readonly field: string;
	private readonly whole: TimeSlice;
	/** Whether the user bounds the search; if not, the outermost slice on that side is open. */
	private readonly hasStart: boolean;
	private readonly hasEnd: boolean;
	/** The times of the known cases, in ascending order. */
	private readonly times: number[];
	private readonly mostRequests: number;
	/** The longest list of ids that is worth sending: shorter than any that was refused. */
	private mostExcluded: number;

	constructor(
		private readonly fetcher: PageFetcher,
		private readonly query: SearchQuery,
		private readonly pageSize: number,
		private readonly known: FoundCases,
	) {
		const { time_range_start: start, time_range_end: end, time_range_field: field } = query.payload;
		this.hasStart = typeof start === 'number';
		this.hasEnd = typeof end === 'number';
		const hasRange = this.hasStart || this.hasEnd;
		this.field = hasRange && typeof field === 'string' ? field : 'creation_time';
		const first = typeof start === 'number' ? start : 0;
		const tomorrow = Math.floor(Date.now() / 1000) + DAY;
		this.whole = {
			start: first,
			end: typeof end === 'number' ? end : Math.max(tomorrow, first + 1),
		};
		this.times = known
			.inOrder()
			.map((each) => secondsOf(each[this.field]))
			.filter((time) => time !== undefined)
			.sort((a, b) => a - b);
		const pages = Math.ceil(known.size / fetcher.largestPage);
		this.mostRequests = fetcher.requestCount + MOST_EXTRA_REQUESTS + MOST_REQUESTS_PER_PAGE * pages;
		this.mostExcluded = known.size - 1;
	}

	async readAll(): Promise<Completeness> {
		const parts = this.split(this.whole, this.known.size);
		let pending = parts.length === 0 ? [this.whole] : parts;
		// Only creation times never move; otherwise from the oldest slice on, one at a time.
		const atOnce = this.field === 'creation_time' ? this.fetcher.parallelism : 1;
		while (pending.length > 0) {
			const batch = pending.slice(0, atOnce);
			const outcomes = await Promise.all(batch.map(async (slice) => await this.read(slice)));
			const smaller: TimeSlice[] = [];
			for (const outcome of outcomes) {
				if (typeof outcome === 'string' && outcome !== 'complete') return outcome;
				if (typeof outcome === 'object') for (const slice of outcome) smaller.push(slice);
			}
			pending = [...smaller, ...pending.slice(atOnce)];
		}
		return 'complete';
	}

	/** Reads one slice. Returns the smaller slices to read instead if it does not fit one response. */
	private async read(slice: TimeSlice): Promise<Completeness | TimeSlice[]> {
		const { fetcher, pageSize } = this;
		if (fetcher.requestCount >= this.mostRequests) return 'refused';
		const query = this.queryFor(slice);
		const page = await fetcher.fetch(query, 0, pageSize);
		const cases = new FoundCases();
		const { distinct } = cases.add(page.cases, 0);
		const parts = this.split(slice, page.count ?? Infinity);
		let completeness: Completeness = 'refused';
		if (containsAllMatches(page, 0, pageSize, distinct)) {
			completeness = 'complete';
		} else if (parts.length === 0 || this.isWorthCompleting(page.count, distinct)) {
			completeness = await this.readWithoutCutting(query, cases, parts.length === 0);
		}
		this.sliced.addAll(cases);
		return completeness === 'complete' || parts.length === 0 ? completeness : parts;
	}

	private isWorthCompleting(count = Infinity, distinct: number): boolean {
		return distinct >= count * SHARE_WORTH_COMPLETING && distinct <= this.mostExcluded;
	}

	private async readWithoutCutting(
		query: SearchQuery,
		cases: FoundCases,
		isLastResort: boolean,
	): Promise<Completeness> {
		const { fetcher, pageSize } = this;
		const extent = { offset: 0, limit: Infinity, pageSize };
		const completeness = await fetchRemaining(fetcher, query, extent, cases);
		if (completeness === 'refused') {
			this.mostExcluded = Math.min(this.mostExcluded, cases.size - 1);
		}
		if (completeness === 'complete' || !isLastResort) return completeness;
		return await readAgain(fetcher, query, extent, cases);
	}

	private split(slice: TimeSlice, count: number): TimeSlice[] {
		return splitSlice(slice, count, this.fetcher.largestPage, this.times);
	}

	private queryFor({ start, end }: TimeSlice): SearchQuery {
		const { whole, hasStart, hasEnd } = this;
		const payload = { ...this.query.payload, time_range_field: this.field };
		if (start > whole.start || hasStart) Object.assign(payload, { time_range_start: start });
		if (end < whole.end || hasEnd) Object.assign(payload, { time_range_end: end });
		return { ...this.query, search_mode: 'and', payload };
	}
}

/** A time as a case may carry it, in Unix seconds. It only suggests where to cut. */
function secondsOf(time: Case[string]): number | undefined {
	const value = typeof time === 'string' ? Date.parse(time) : time;
	if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
	return Math.floor(Math.abs(value) >= 1e11 ? value / 1000 : value);
}
