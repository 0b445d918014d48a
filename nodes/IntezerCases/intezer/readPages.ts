import type { FoundCases } from './foundCases';
import type { PageAsker } from './pageAsker';
import type { SearchPage, SearchQuery } from './types';

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
	/** Take a count that ends with a full page for unknown: it may be the page's own. */
	doubtFullPages?: boolean;
}

/** What a reading showed. */
export interface Reading {
	/** Whether the first answer alone held every match from the offset on: it is exact for its moment. */
	whole: boolean;
	/** All that match, by the answer that came last; undefined where the service does not say. */
	count: number | undefined;
	/** Whether the service refused the query at its first page, or did not leave out what it excludes. */
	refused: boolean;
	/** Whether the service showed nothing new over and over while it said that more remain. */
	stuck: boolean;
	/** The largest page. */
	stride: number;
}

/**
 * Reads every page of a search into `found`: the first one tells the count and the size of a page, the others come side
 * by side. Cases that move while they are read may be missed.
 *
 * @param excluded the cases that the query leaves out: a service that refuses the query, or shows one of them, is not
 * asked for more
 * @throws IntezerError
 */
export async function readPages(
	asker: PageAsker,
	query: SearchQuery,
	positions: Positions,
	found: FoundCases,
	excluded?: FoundCases,
): Promise<Reading> {
	found.startReading();
	const { offset, end, pageSize } = positions;
	const reading: Reading = {
		whole: false,
		count: undefined,
		refused: false,
		stuck: false,
		stride: 1,
	};
	const ask = async (position: number, limit: number, refusable = false) =>
		refusable
			? await asker.pageUnlessRefused(query, position, limit)
			: await asker.page(query, position, limit);

	/** A page that is empty once, against its own count, is asked for again. */
	const answerAt = async (position: number, limit: number, refusable = false) => {
		const answer = await ask(position, limit, refusable);
		if (answer === undefined || !isOddlyEmpty(answer, position)) return answer;
		return await ask(position, limit, refusable);
	};

	const firstLimit = Math.min(pageSize, end - offset);
	const first = await answerAt(offset, firstLimit, excluded !== undefined);
	if (first === undefined) return { ...reading, refused: true };
	reading.stride = Math.max(1, first.cases.length);
	const { shown } = found.add(first.cases, 0);
	if (first.cases.some((each) => excluded?.knowsId(each))) return { ...reading, refused: true };
	const isFull = first.cases.length >= firstLimit;
	const count = countOf(first, offset);
	reading.count = count;
	if (count === undefined) {
		// Nothing twice, and no count against it: nothing is there.
		reading.whole = first.cases.length === 0;
	} else {
		reading.whole = offset + shown >= count && !isFull;
	}
	if (reading.whole) return reading;

	const isDoubtful = isFull && positions.doubtFullPages === true && count === offset + shown;
	const isCounted = count !== undefined && !isDoubtful;
	const last = Math.min(end, isCounted ? count : Infinity);
	let withoutNews = first.cases.length === 0 ? PAGES_WITHOUT_NEWS : 0;
	let next = offset + first.cases.length;
	let uncounted = 0;

	/** Reads from one position to another, in more than one page where the service gives less than asked for. */
	const readSpan = async (start: number, stop: number) => {
		let position = start;
		while (position < stop && withoutNews < PAGES_WITHOUT_NEWS) {
			const room = position === start ? end - position : stop - position;
			const answer = await answerAt(position, Math.min(pageSize, room));
			if (answer === undefined) return;
			const { news } = found.add(answer.cases, position - offset);
			withoutNews = news === 0 ? withoutNews + 1 : 0;
			position += answer.cases.length;
			reading.stride = Math.max(reading.stride, answer.cases.length);
			const countNow = countOf(answer, position - answer.cases.length);
			reading.count = countNow;
			if (answer.cases.length === 0) return;
			if (isCounted && countNow !== undefined && position >= countNow) return;
			if (!isCounted && ++uncounted >= MOST_PAGES_UNCOUNTED) return;
		}
	};

	const readOn = async () => {
		while (next < last && withoutNews < PAGES_WITHOUT_NEWS) {
			const start = next;
			next = isCounted ? start + reading.stride : Infinity;
			await readSpan(start, Math.min(next, last));
		}
	};
	await Promise.all(Array.from({ length: isCounted ? asker.width : 1 }, readOn));
	reading.stuck = isCounted && withoutNews >= PAGES_WITHOUT_NEWS;
	return reading;
}

/** What an answer says matches; undefined where it does not say, or says less than it shows. */
function countOf({ cases, casesCount }: SearchPage, position: number): number | undefined {
	if (casesCount === undefined || !Number.isSafeInteger(casesCount) || casesCount < 0) {
		return undefined;
	}
	return cases.length > 0 && casesCount < position + cases.length ? undefined : casesCount;
}

function isOddlyEmpty(answer: SearchPage, position: number): boolean {
	return answer.cases.length === 0 && position < (countOf(answer, position) ?? Infinity);
}
