import type { FoundCases } from './foundCases';
import type { Page, PageFetcher } from './pageFetcher';
import type { SearchQuery } from '../types';

/** A service that answers so many times in a row with nothing but cases already given gets no further. */
const PAGES_WITHOUT_NEWS = 3;
/** Where the service does not say how many match, the pages are read to the end, but not for ever. */
const MOST_PAGES_UNCOUNTED = 20_000;

/** Which positions of a search to read. */
export interface Positions {
	offset: number;
	/** The first position not to read; Infinity for all. */
	end: number;
	pageSize: number;
	/** Whether to leave out the last page, if it is not full: for who asks for the rest anyway. */
	leavesLastPage?: boolean;
	/**
	 * How many matched from the offset on when this was last asked: so the first of their pages go together, before an
	 * answer tells how many there are now. Wrong, it costs a few requests.
	 */
	expected?: number;
}

/** What a reading showed. */
export interface Reading {
	/** Whether the first answer alone held every match from the offset on: it is exact for its moment. */
	whole: boolean;
	/** All that match, by the answer that came last; undefined where the service does not say. */
	count: number | undefined;
	/** The query was not taken: the service refused it, or did not leave out a case that it excludes. */
	notTaken?: 'refused' | 'ignored';
	/** Whether the service showed nothing new over and over while it said that more remain. */
	stuck: boolean;
	/** Where the page begins that was left out, if one was. */
	leftOut?: number;
}

/**
 * Whether an answer holds every match from its position on. A full page is no proof: what it says of the count may be
 * its own size.
 *
 * @param shown the different cases on it
 */
export function isWhole(page: Page, position: number, limit: number, shown: number): boolean {
	if (page.count === undefined) return page.cases.length === 0;
	return position + shown >= page.count && page.cases.length < limit;
}

/**
 * Reads every page of a search into `found`: the first one tells the count and the size of a page, the others come side
 * by side. Cases that move while they are read may be missed.
 *
 * @param excluded the cases that the query leaves out; without the count they are read on, one page after the other,
 * where a full page seems to be the last
 * @throws IntezerError
 */
export async function readPages(
	asker: PageFetcher,
	query: SearchQuery,
	positions: Positions,
	found: FoundCases,
	excluded?: FoundCases,
): Promise<Reading> {
	found.startReading();
	const reader = new PageReader(asker, query, positions, found);
	const [reading] = await Promise.all([reader.readFromFirst(excluded), ...reader.readAhead()]);
	return reading;
}

/** One reading, while it goes on. */
class PageReader {
	private readonly reading: Reading = { whole: false, count: undefined, stuck: false };
	/** Where the pages end that are asked for together with the first one. */
	private readonly headEnd: number;
	private knowsCount = true;
	private pagesUncounted = 0;
	private pagesWithoutNews = 0;

	constructor(
		private readonly asker: PageFetcher,
		private readonly query: SearchQuery,
		private readonly positions: Positions,
		private readonly found: FoundCases,
	) {
		const { offset, end, pageSize } = positions;
		this.headEnd = Math.min(end, offset + pageSize * pagesAtOnce(asker, positions));
	}

	async readFromFirst(excluded: FoundCases | undefined): Promise<Reading> {
		const { asker, query, reading } = this;
		const { offset, end, pageSize } = this.positions;
		const limit = Math.min(pageSize, end - offset);
		const first =
			excluded === undefined
				? await asker.page(query, offset, limit)
				: await asker.pageUnlessRefused(query, offset, limit);
		if (first === undefined) return { ...reading, notTaken: 'refused' };
		const { shown } = this.takeIn(first, offset);
		if (first.cases.some((each) => excluded?.knowsId(each))) {
			return { ...reading, notTaken: 'ignored' };
		}
		if (isWhole(first, offset, limit, shown)) return { ...reading, whole: true };
		if (first.cases.length === 0) return { ...reading, stuck: true };

		const isDoubtful = excluded !== undefined && first.count === offset + limit;
		await this.readAfter(first.cases.length, isDoubtful ? undefined : first.count);
		reading.stuck = this.knowsCount && this.isStuck;
		return reading;
	}

	/** The pages that do not wait for the first. */
	readAhead(): Array<Promise<void>> {
		const { offset, pageSize } = this.positions;
		const spans: Array<Promise<void>> = [];
		for (let start = offset + pageSize; start < this.headEnd; start += pageSize) {
			spans.push(this.readSpan(start, Math.min(start + pageSize, this.headEnd)));
		}
		return spans;
	}

	/** What the first page leaves: a gap before those that were asked for with it, if it is small, and all that follows. */
	private async readAfter(firstPage: number, count: number | undefined): Promise<void> {
		const { asker, reading, headEnd } = this;
		const { offset, end, pageSize, leavesLastPage = false } = this.positions;
		this.knowsCount = count !== undefined;
		const afterFirst = offset + firstPage;
		let next = Math.max(afterFirst, headEnd);
		const remaining = Math.max(0, (count ?? next) - next);
		const left = leavesLastPage ? remaining % firstPage : 0;
		const last = Math.min(end, (count ?? Infinity) - left);
		if (left > 0) reading.leftOut = last;

		const readOn = async () => {
			while (next < last && !this.isStuck) {
				const start = next;
				next = this.knowsCount ? start + asker.largestPage : Infinity;
				await this.readSpan(start, Math.min(next, last));
			}
		};
		const gap = this.readSpan(afterFirst, Math.min(offset + pageSize, headEnd));
		const lanes = Array.from({ length: this.knowsCount ? asker.width : 1 }, readOn);
		await Promise.all([gap, ...lanes]);
	}

	/** Reads from one position to another: more than one page where the service gives less than asked for. */
	private async readSpan(start: number, stop: number): Promise<void> {
		const { end, pageSize } = this.positions;
		let position = start;
		while (position < stop && !this.isStuck) {
			const room = position === start ? end - position : stop - position;
			const page = await this.asker.page(this.query, position, Math.min(pageSize, room));
			const { news } = this.takeIn(page, position);
			position += page.cases.length;
			const isOver = position >= (page.count ?? Infinity);
			if (news > 0) this.pagesWithoutNews = 0;
			else if (!isOver) this.pagesWithoutNews++;
			if (page.cases.length === 0 || (this.knowsCount && isOver)) return;
			if (!this.knowsCount && ++this.pagesUncounted >= MOST_PAGES_UNCOUNTED) return;
		}
	}

	private get isStuck(): boolean {
		return this.pagesWithoutNews >= PAGES_WITHOUT_NEWS;
	}

	private takeIn({ cases, count }: Page, position: number): { shown: number; news: number } {
		this.reading.count = count;
		return this.found.add(cases, position - this.positions.offset);
	}
}

/** How many pages to ask for together at the start, no more than are most likely there; 0 where the first goes alone. */
function pagesAtOnce(
	asker: PageFetcher,
	{ offset, end, pageSize, leavesLastPage = false, expected = 0 }: Positions,
): number {
	const likely = Math.min(end - offset, expected) / pageSize;
	const pages = Math.min(asker.width, leavesLastPage ? Math.floor(likely) : Math.ceil(likely));
	return pages > 1 ? pages : 0;
}
