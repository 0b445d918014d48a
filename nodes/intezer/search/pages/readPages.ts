import { CAPPED_COUNT } from './cappedCount';
import type { FoundEntries } from './foundEntries';
import type { Page, PageFetcher } from './pageFetcher';
import { PartialPageFetcher } from './partialPage';
import type { SearchQuery } from '../../types';

/** After this many consecutive pages with only known entries, reading stops. */
const MOST_PAGES_WITHOUT_NEW_ENTRIES = 3;
/** Without a count the pages are read to the end, but not forever. */
const MOST_PAGES_WITHOUT_COUNT = 20_000;

/** Which positions of a search to read. */
export interface PageRange {
	offset: number;
	/** The first position not to read; Infinity to read all. */
	end: number;
	pageSize: number;
	/** Whether to skip the last page unless it is full: findByExclusion requests its entries anyway. */
	skipsPartialLastPage?: boolean;
}

/**
 * What a query excludes by its ids. The list may be too long for the service, which may also ignore it: then the first
 * page is rejected. A count that equals one full page is not trusted.
 */
export interface ExcludedIds {
	ids: ReadonlySet<string>;
	/** The short query without the list: the service accepts it unless something else is wrong. */
	plainQuery: SearchQuery;
}

/** What reading the pages has shown. */
export interface ReadResult {
	/** Whether the first page alone contained every match from the offset on: then the result is exact. */
	isComplete: boolean;
	/** All entries that match, by the last response; undefined if the service returns no count. */
	count: number | undefined;
	/** Whether all responses gave the same count. */
	hasSameCount: boolean;
	/** The first position after all entries that were read. */
	end: number;
	/** Why the query could not be used: the service refused it, or returned an entry that it excludes. */
	rejection?: 'refused' | 'ignored';
	/** Whether page after page contained only known entries while the service counted more. */
	isStuck: boolean;
	/** The position of the page that was skipped, if one was. */
	skippedFrom?: number;
	/** The lowest position that the service refuses: it does not page further, or nothing matches there. */
	refusedFrom?: number;
}

/**
 * Whether a page contains every match from its position on. A full page is no proof: its count may be its own size. Nor
 * is a count that the service may not exceed.
 *
 * @param distinct how many distinct entries it contains
 */
export function containsAllMatches(
	page: Page,
	position: number,
	limit: number,
	distinct: number,
): boolean {
	if (page.count === undefined) return page.entries.length === 0;
	const isProof = page.entries.length < limit && page.count !== CAPPED_COUNT;
	return isProof && position + distinct >= page.count;
}

/**
 * Reads every page of a search into `found`: the first page gives the count and the size of a page, the others are
 * requested in parallel. Entries that move in the meantime may be missed.
 *
 * @param excluded the ids that the query excludes, unless the user named them
 * @throws IntezerError
 */
export async function readPages(
	fetcher: PageFetcher,
	query: SearchQuery,
	range: PageRange,
	found: FoundEntries,
	excluded?: ExcludedIds,
): Promise<ReadResult> {
	found.startReading();
	return await new PageReader(fetcher, query, range, found, excluded).read();
}

/** One reading in progress. */
class PageReader {
	private readonly result: ReadResult;
	private hasCount = true;
	private pagesRead = 0;
	private pagesWithoutNewEntries = 0;
	private readonly partial: PartialPageFetcher;

	constructor(
		private readonly fetcher: PageFetcher,
		private readonly query: SearchQuery,
		private readonly range: PageRange,
		private readonly found: FoundEntries,
		private readonly excluded: ExcludedIds | undefined,
	) {
		const isLong = excluded !== undefined;
		this.partial = new PartialPageFetcher(fetcher, query, range.offset, isLong);
		this.result = {
			isComplete: false,
			count: undefined,
			hasSameCount: true,
			end: range.offset,
			isStuck: false,
		};
	}

	async read(): Promise<ReadResult> {
		const { fetcher, query, excluded, result } = this;
		const { offset, end, pageSize } = this.range;
		let limit = Math.min(pageSize, end - offset);
		let first: Page | undefined;
		if (excluded === undefined) {
			({ page: first, limit } = await this.partial.fetch(offset, limit));
			if (first === undefined) return { ...result, refusedFrom: offset };
		} else {
			first = await fetcher.fetchUnlessRefused(query, offset, limit, excluded.plainQuery);
			if (first === undefined) return { ...result, rejection: 'refused' };
		}
		const { distinct } = this.add(first, offset);
		if (first.entries.some((each) => excluded?.ids.has(fetcher.target.idOf(each) ?? ''))) {
			return { ...result, rejection: 'ignored' };
		}
		if (containsAllMatches(first, offset, limit, distinct)) return { ...result, isComplete: true };
		if (first.entries.length === 0) return { ...result, isStuck: true };

		const countsOnePage = excluded !== undefined && first.count === offset + limit;
		await this.readAfterFirst(first.entries.length, countsOnePage ? undefined : first.count);
		result.isStuck = this.hasCount && this.isStuck;
		return result;
	}

	private async readAfterFirst(firstPageSize: number, count: number | undefined): Promise<void> {
		const { fetcher, result } = this;
		const { offset, end, skipsPartialLastPage = false } = this.range;
		this.hasCount = count !== undefined;
		let next = offset + firstPageSize;
		const remaining = Math.max(0, (count ?? next) - next);
		const skipped = skipsPartialLastPage ? remaining % firstPageSize : 0;
		const stop = Math.min(end, (count ?? Infinity) - skipped);
		if (skipped > 0) result.skippedFrom = stop;

		const worker = async () => {
			while (next < Math.min(stop, this.refusedFrom) && !this.isStuck) {
				const start = next;
				next = this.hasCount ? start + fetcher.largestPage : Infinity;
				await this.readRange(start, Math.min(next, stop));
			}
		};
		const workers = this.hasCount ? fetcher.parallelism : 1;
		await Promise.all(Array.from({ length: workers }, worker));
	}

	/** Reads from one position to another, in several pages if the service returns fewer entries than requested. */
	private async readRange(start: number, stop: number): Promise<void> {
		const { end, pageSize } = this.range;
		let position = start;
		while (position < Math.min(stop, this.refusedFrom) && !this.isStuck) {
			const room = position === start ? end - position : stop - position;
			const limit = Math.min(pageSize, room);
			const { page } = await this.partial.fetch(position, limit, this.result.count);
			if (page === undefined) {
				this.result.refusedFrom = Math.min(position, this.refusedFrom);
				return;
			}
			// If pages differ in size, some positions are read twice. Only beyond all of them are known entries a repetition.
			const isBeyondOthers = position + page.entries.length > this.result.end;
			const { added } = this.add(page, position);
			position += page.entries.length;
			const isLast = position >= (page.count ?? Infinity);
			if (added > 0) this.pagesWithoutNewEntries = 0;
			else if (!isLast && isBeyondOthers) this.pagesWithoutNewEntries++;
			if (page.entries.length === 0 || (this.hasCount && isLast)) return;
			if (!this.hasCount && this.pagesRead >= MOST_PAGES_WITHOUT_COUNT) return;
		}
	}

	private get refusedFrom(): number {
		return this.result.refusedFrom ?? Infinity;
	}

	private get isStuck(): boolean {
		return this.pagesWithoutNewEntries >= MOST_PAGES_WITHOUT_NEW_ENTRIES;
	}

	private add({ entries, count }: Page, position: number): { distinct: number; added: number } {
		const { result, range } = this;
		if (this.pagesRead++ > 0 && count !== result.count) result.hasSameCount = false;
		result.count = count;
		result.end = Math.max(result.end, position + entries.length);
		return this.found.add(entries, position - range.offset);
	}
}
