import type { Case, CaseSearcher, SearchPage } from '../../../intezer/types';
import { CAPPED_COUNT } from '../../../intezer/search/pages/cappedCount';
import type { PollBudget } from '../events';
import { findPartEnd, SHORTEST_PART } from './findPartEnd';
import { isUnread, newPart, withPage, type Part } from './windowPart';
import { afterLastPage, pageByPage, type Position } from './windowPosition';
import { reportOrThrow } from '../exhausted';
import { readWindowAtOnce } from './readWindowAtOnce';
import { readWindowPages } from './readWindowPages';
import {
	fetchTimedPage,
	isComplete,
	mayGainCases,
	type Clocks,
	type WindowResponse,
	type TimeWindow,
} from './timeWindow';

/** The share of the time left that reading all at once may take, by the duration of the last response. */
const SHARE_OF_TIME = 0.5;
/** Maximum number of cases of a part, unless a few seconds have more. */
const MAX_PART = 5_000;

/** Some cases of a window, and the position after them. */
export interface Chunk {
	cases: Case[];
	/** The last second that the time of these cases can have. */
	until: number;
	position: Position;
	/** Whether the poll has now read all that matched. */
	isEnd: boolean;
}

export interface Reading {
	service: CaseSearcher;
	/** What to read; without an end it reaches up to now. */
	window: TimeWindow;
	/** A response for the window, or for the page of the part where the last poll stopped. */
	first: WindowResponse;
	position: Position;
	/** No new case appears before this second any more. */
	settled: number;
	/** Maximum number of cases to read at once. */
	maxAtOnce: number;
	/** Whether the poll has no room for more cases: for any, or for those that a later poll reads again. */
	isFull(of: 'any' | 'unsettled'): boolean;
	budget: PollBudget;
}

/**
 * Reads a window: all at once if there is time for that, else page by page. What has settled is then read in parts,
 * oldest first, each until it is proved complete; what has not, as far as possible, because later polls read it again.
 * Ends early when there is no time, no room or no request left: the position shows how far it got.
 *
 * @throws IntezerError for another reason than a lack of time or requests
 */
export async function* readWindow(reading: Reading): AsyncGenerator<Chunk> {
	try {
		yield* new WindowReader(reading).read();
	} catch (error) {
		reportOrThrow(error, reading.budget);
	}
}

class WindowReader {
	private readonly clocks: Clocks;
	private position: Position;

	constructor(private readonly reading: Reading) {
		this.clocks = reading.first.clocks;
		this.position = reading.position;
	}

	async *read(): AsyncGenerator<Chunk> {
		const { first, settled, window } = this.reading;
		const { part, tailOffset } = this.position;
		if (part !== undefined) {
			yield* this.readParts(first);
		} else {
			const end = { from: Math.max(this.position.from, settled) };
			if (isComplete(first)) {
				yield this.chunk(first.page.cases, this.clocks.last, end, true);
				return;
			}
			if (tailOffset === undefined && this.canReadAtOnce(first)) {
				const { cases, complete, failure } = await readWindowAtOnce(this.reading.service, window);
				const next = complete ? end : pageByPage(this.position, settled);
				yield this.chunk(cases, this.clocks.last, next, complete);
				if (failure !== undefined) throw failure;
				if (complete) return;
			}
			yield* this.readParts();
		}
		if (window.until === undefined && this.position.from >= settled) yield* this.readTail();
	}

	private chunk(cases: Case[], until: number, position: Position, isEnd = false): Chunk {
		this.position = position;
		return { cases, until, position, isEnd };
	}

	private canReadAtOnce({ page, durationMs }: WindowResponse): boolean {
		const { budget, maxAtOnce } = this.reading;
		// There may be more than the service counts.
		if (page.casesCount === CAPPED_COUNT) return false;
		const timeLeft = (budget.deadline - budget.now()) * SHARE_OF_TIME;
		const pages = Math.floor(timeLeft / Math.max(1, durationMs));
		return (page.casesCount ?? 0) <= Math.min(maxAtOnce, pages * Math.max(1, page.cases.length));
	}

	/** @param first the page of the part where the last poll stopped */
	private async *readParts(first?: WindowResponse): AsyncGenerator<Chunk> {
		const { service, window, settled, budget } = this.reading;
		let page = first;
		const { part: started } = this.position;
		if (first !== undefined && started !== undefined && first.offset < started.offset) {
			// The page that was refused would have been the last one, without cases.
			const next = afterLastPage(this.position, started, mayGainCases(window));
			yield this.chunk([], started.until, next);
			if (this.position.part === undefined) page = undefined;
		}
		while (this.position.from < settled && !this.reading.isFull('any')) {
			const { from, part = newPart(settled) } = this.position;
			const { until } = part;
			const slice = { ...window, from, until };
			page ??= await fetchTimedPage(service, slice, budget);
			const { casesCount = 0 } = page.page;
			if (isUnread(part) && casesCount > MAX_PART && until - from > SHORTEST_PART) {
				yield* this.shorten(slice, casesCount);
			} else {
				yield* this.readPart(slice, part, page.page);
				// There is no room, or copies of the data disagree: the next poll continues.
				if (this.position.from === from) return;
			}
			page = undefined;
		}
	}

	/** Finds a shorter part. If that takes too many requests, the next poll continues with the one that was tried last. */
	private async *shorten(
		slice: TimeWindow & { from: number; until: number },
		count: number,
	): AsyncGenerator<Chunk> {
		const { service, budget } = this.reading;
		const { from, until } = slice;
		const range = { low: from, high: until, highCount: count, max: MAX_PART };
		const countUpTo = async (second: number) => {
			const { page } = await fetchTimedPage(service, { ...slice, until: second }, budget);
			return page.casesCount ?? page.cases.length;
		};
		for await (const end of findPartEnd(range, countUpTo)) {
			yield this.chunk([], until, { ...this.position, part: newPart(end) });
		}
	}

	private async *readPart(
		slice: TimeWindow & { from: number; until: number },
		start: Part,
		first: SearchPage,
	): AsyncGenerator<Chunk> {
		const { service, isFull } = this.reading;
		const { from, until } = slice;
		const { tailOffset } = this.position;
		let part = start;
		let page: SearchPage | undefined = first;
		for (;;) {
			for await (const each of readWindowPages(service, slice, part.offset, page)) {
				const isFirst = part.offset === 0;
				part = withPage(part, each.cases, each.casesCount);
				const isInDoubt = each.isLast && part.added === 0;
				const here = { from, tailOffset, part };
				const mustReadAgain = !isFirst && mayGainCases(slice);
				const next = each.isLast ? afterLastPage(here, part, mustReadAgain) : here;
				yield this.chunk(each.cases, until, next);
				if (next.part === undefined || isInDoubt || isFull('any')) return;
				part = next.part;
			}
			page = undefined;
		}
	}

	private async *readTail(): AsyncGenerator<Chunk> {
		const { service, window, isFull } = this.reading;
		const { from, tailOffset } = this.position;
		const tail = { ...window, from };
		if (isFull('unsettled')) return;
		for await (const page of readWindowPages(service, tail, tailOffset ?? 0)) {
			const next = page.isLast ? { from } : { from, tailOffset: page.nextOffset };
			yield this.chunk(page.cases, this.clocks.last, next);
			if (isFull('unsettled')) return;
		}
	}
}
