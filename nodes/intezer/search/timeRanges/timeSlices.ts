import { countsMore } from '../pages/countsMore';
import type { Completeness } from '../completeness';
import { findByExclusion } from '../exclusion/findByExclusion';
import { FoundEntries } from '../pages/foundEntries';
import type { PageFetcher } from '../pages/pageFetcher';
import { readUntilStable } from '../pages/readUntilStable';
import { containsAllMatches } from '../pages/readPages';
import { matchWithinRange } from './matchWithinRange';
import { splitSlice, type TimeSlice } from './splitSlice';
import { secondsOf, timeRangeOf, withTimeRange, type SearchTimeRange } from './timeRange';
import type { Entry } from '../searchTarget';
import type { SearchQuery } from '../../types';

/** Maximum number of requests to find the right slices, in addition to those for the pages. */
const MOST_EXTRA_REQUESTS = 100;
const MOST_REQUESTS_PER_PAGE = 6;
/**
 * How many times as many entries as were known at first may be read. The service may have shown only the first of many,
 * but a search must also end while entries are created faster than they can be read.
 */
const MOST_GROWTH = 100;
/** Entries that changed this many seconds ago or less may be seen differently by several copies of the data. */
const RECENT = 1_200;
const LEAST_RECENT_READINGS = 3;
const MOST_RECENT_READINGS = 6;
/** A page that contains at least this share of its count is completed by its ids rather than cut. */
const SHARE_WORTH_COMPLETING = 1 / 3;

/**
 * Reads a search in slices of time so thin that one response contains each completely. The creation time of an entry
 * never changes, so an entry stays in its slice. Neighboring slices overlap by a second: times may have fractions, and a
 * range may not contain its end. Unless a range has shown that it does, the seconds around each cut are read as well: it
 * may not contain its start either. If the user's own time range applies to one of the other two times, which only grow,
 * the slices are read from the oldest on, so that an entry that moves is found in a later slice.
 *
 * Only for a query all of whose filters must match.
 *
 * @param found the entries known so far: their times show where to cut. All entries of the slices are added.
 * @throws IntezerError
 */
export async function readTimeSlices(
	fetcher: PageFetcher,
	query: SearchQuery,
	pageSize: number,
	found: FoundEntries,
): Promise<Completeness> {
	const reader = new TimeSliceReader(fetcher, query, pageSize, found);
	const completeness = await reader.read();
	const outside = found.inOrder().filter((entry) => !reader.sliced.has(entry));
	found.addAll(reader.sliced);
	if (completeness !== 'complete') return completeness;
	const { whole } = reader;
	const isAll = await matchWithinRange(fetcher, query, whole, outside);
	return isAll ? 'complete' : 'ignored';
}

class TimeSliceReader {
	/** All entries of the slices read so far. */
	readonly sliced: FoundEntries;
	readonly whole: SearchTimeRange;
	/** The times of the known entries, in ascending order. */
	private readonly times: number[];
	private readonly firstRequest: number;
	/** The longest list of ids that is worth sending: shorter than any that was refused. */
	private mostExcluded: number;
	/** The seconds at which a slice ends and the next one starts. */
	private readonly cuts = new Set<number>();
	/** Whether a range has shown an entry of the second at which it ends: then every entry is in a slice. */
	private hasShownAnEnd = false;

	constructor(
		private readonly fetcher: PageFetcher,
		private readonly query: SearchQuery,
		private readonly pageSize: number,
		private readonly known: FoundEntries,
	) {
		this.sliced = new FoundEntries(fetcher.target);
		this.whole = timeRangeOf(fetcher.target.fields, query);
		this.times = this.timesOf(known.inOrder()).sort((a, b) => a - b);
		this.firstRequest = fetcher.requestCount;
		this.mostExcluded = known.size - 1;
	}

	async read(): Promise<Completeness> {
		const parts = this.split(this.whole, this.known.size);
		let completeness = await this.readAll(parts.length === 0 ? [this.whole] : parts);
		if (completeness === 'complete' && !this.hasShownAnEnd) completeness = await this.readCuts();
		if (!this.whole.movesEntries || completeness !== 'complete') return completeness;
		return await this.readRecentAgain();
	}

	private async readCuts(): Promise<Completeness> {
		for (const cut of this.cuts) {
			const completeness = await this.readCut(cut);
			if (completeness !== 'complete') return completeness;
		}
		return 'complete';
	}

	/** Reads the second before a cut and the one after it, in a range of both. */
	private async readCut(cut: number): Promise<Completeness> {
		if (!this.isWorthGoingOn) return 'refused';
		const query = this.queryWithin({ start: cut - 1, end: cut + 1 });
		const entries = new FoundEntries(this.fetcher.target);
		const completeness = await this.readWithoutCutting(query, entries, true);
		this.addSliced(entries);
		return completeness;
	}

	/**
	 * Reads the newest slice again: if the responses come from several copies of the data, an entry that changed shortly
	 * before may have been in none of the slices. One copy may respond several times in a row.
	 */
	private async readRecentAgain(): Promise<Completeness> {
		const { fetcher, query, whole } = this;
		const now = fetcher.serverTime ?? Date.now() / 1000;
		const recent = { start: Math.max(whole.start, Math.floor(now) - RECENT), end: whole.end };
		const countsNoMore = async () => !(await countsMore(fetcher, query, this.sliced.size));
		if (recent.start > recent.end) return (await countsNoMore()) ? 'complete' : 'unstable';
		for (let reading = 1; reading <= MOST_RECENT_READINGS; reading++) {
			const completeness = await this.readAll([recent]);
			if (completeness !== 'complete') return completeness;
			if (reading < LEAST_RECENT_READINGS) continue;
			if (await countsNoMore()) return 'complete';
		}
		return 'unstable';
	}

	private async readAll(slices: TimeSlice[]): Promise<Completeness> {
		let pending = slices;
		// Entries that move are found from the oldest slice on, one slice at a time.
		const atOnce = this.whole.movesEntries ? 1 : this.fetcher.parallelism;
		while (pending.length > 0) {
			const batch = pending.slice(0, atOnce);
			const outcomes = await Promise.all(batch.map(async (slice) => await this.readSlice(slice)));
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
	private async readSlice(slice: TimeSlice): Promise<Completeness | TimeSlice[]> {
		const { fetcher, pageSize } = this;
		if (!this.isWorthGoingOn) return 'refused';
		const query = this.queryFor(slice);
		const page = await fetcher.fetch(query, 0, pageSize);
		const entries = new FoundEntries(fetcher.target);
		const { distinct } = entries.add(page.entries, 0);
		const parts = this.split(slice, page.count ?? Infinity, page.entries);
		let completeness: Completeness = 'refused';
		if (containsAllMatches(page, 0, pageSize, distinct)) {
			completeness = 'complete';
		} else if (parts.length === 0 || this.isWorthCompleting(page.count, distinct)) {
			completeness = await this.readWithoutCutting(query, entries, parts.length === 0);
		}
		this.addSliced(entries);
		if (slice.end < this.whole.end) {
			this.cuts.add(slice.end + 1);
			this.hasShownAnEnd ||= this.timesOf(entries.inOrder()).includes(slice.end + 1);
		}
		return completeness === 'complete' || parts.length === 0 ? completeness : parts;
	}

	private addSliced(entries: FoundEntries): void {
		this.sliced.startReading();
		this.sliced.add(
			entries.inOrder().map((entry) => this.known.asFound(entry)),
			0,
		);
	}

	private get isWorthGoingOn(): boolean {
		const { fetcher, known, sliced, firstRequest } = this;
		const { largestPage, requestCount } = fetcher;
		const mostEntries = MOST_GROWTH * Math.max(known.size, largestPage);
		const entries = Math.min(Math.max(known.size, sliced.size), mostEntries);
		const pages = Math.ceil(entries / largestPage);
		return requestCount - firstRequest < MOST_EXTRA_REQUESTS + MOST_REQUESTS_PER_PAGE * pages;
	}

	private isWorthCompleting(count = Infinity, distinct: number): boolean {
		return distinct >= count * SHARE_WORTH_COMPLETING && distinct <= this.mostExcluded;
	}

	private async readWithoutCutting(
		query: SearchQuery,
		entries: FoundEntries,
		isLastResort: boolean,
	): Promise<Completeness> {
		const { fetcher, pageSize } = this;
		const extent = { offset: 0, limit: Infinity, pageSize };
		const completeness = await findByExclusion(fetcher, query, extent, entries);
		if (completeness === 'refused') {
			this.mostExcluded = Math.min(this.mostExcluded, entries.size - 1);
		}
		if (completeness === 'complete' || !isLastResort) return completeness;
		return await readUntilStable(fetcher, query, extent, entries);
	}

	private split(slice: TimeSlice, count: number, firstPage: Entry[] = []): TimeSlice[] {
		const { fetcher, times } = this;
		return splitSlice(slice, count, fetcher.largestPage, times, this.timesOf(firstPage));
	}

	private timesOf(entries: Entry[]): number[] {
		return entries
			.map((each) => secondsOf(each[this.whole.field]))
			.filter((time) => time !== undefined);
	}

	private queryFor({ start, end }: TimeSlice): SearchQuery {
		return this.queryWithin({ start, end: end < this.whole.end ? end + 1 : end });
	}

	private queryWithin(range: TimeSlice): SearchQuery {
		return withTimeRange(this.fetcher.target.fields, this.query, this.whole, range);
	}
}
