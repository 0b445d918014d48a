import type { FoundCases } from './foundCases';
import type { Page, PageAsker } from './pageAsker';
import type { SearchQuery } from './types';

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
	/** How many cases the largest page held. */
	largestPage: number;
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
	asker: PageAsker,
	query: SearchQuery,
	{ offset, end, pageSize, leavesLastPage = false }: Positions,
	found: FoundCases,
	excluded?: FoundCases,
): Promise<Reading> {
	found.startReading();
	const reading: Reading = { whole: false, count: undefined, stuck: false, largestPage: 1 };

	const limit = Math.min(pageSize, end - offset);
	const first =
		excluded === undefined
			? await asker.page(query, offset, limit)
			: await asker.pageUnlessRefused(query, offset, limit);
	if (first === undefined) return { ...reading, notTaken: 'refused' };
	reading.count = first.count;
	reading.largestPage = Math.max(1, first.cases.length);
	const { shown } = found.add(first.cases, 0);
	if (first.cases.some((each) => excluded?.knowsId(each))) {
		return { ...reading, notTaken: 'ignored' };
	}
	if (isWhole(first, offset, limit, shown)) return { ...reading, whole: true };
	if (first.cases.length === 0) return { ...reading, stuck: true };

	const isDoubtful = excluded !== undefined && first.count === offset + limit;
	const count = isDoubtful ? undefined : first.count;
	let next = offset + first.cases.length;
	const left = leavesLastPage && count !== undefined ? (count - next) % first.cases.length : 0;
	const last = Math.min(end, (count ?? Infinity) - left);
	if (left > 0) reading.leftOut = last;
	let withoutNews = 0;
	let uncounted = 0;

	/** Reads from one position to another: more than one page where the service gives less than asked for. */
	const readSpan = async (start: number, stop: number) => {
		let position = start;
		while (position < stop && withoutNews < PAGES_WITHOUT_NEWS) {
			const room = position === start ? end - position : stop - position;
			const page = await asker.page(query, position, Math.min(pageSize, room));
			const { news } = found.add(page.cases, position - offset);
			withoutNews = news === 0 ? withoutNews + 1 : 0;
			position += page.cases.length;
			reading.count = page.count;
			reading.largestPage = Math.max(reading.largestPage, page.cases.length);
			if (page.cases.length === 0) return;
			if (count !== undefined && position >= (page.count ?? Infinity)) return;
			if (count === undefined && ++uncounted >= MOST_PAGES_UNCOUNTED) return;
		}
	};

	const readOn = async () => {
		while (next < last && withoutNews < PAGES_WITHOUT_NEWS) {
			const start = next;
			next = count === undefined ? Infinity : start + reading.largestPage;
			await readSpan(start, Math.min(next, last));
		}
	};
	await Promise.all(Array.from({ length: count === undefined ? 1 : asker.width }, readOn));
	reading.stuck = count !== undefined && withoutNews >= PAGES_WITHOUT_NEWS;
	return reading;
}
