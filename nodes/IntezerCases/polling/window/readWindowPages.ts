import type { CaseSearcher, SearchPage } from '../../../intezer/types';
import { fetchUnlessTooFar, PAGE_SIZE, type TimeWindow } from './timeWindow';

/** A page of a window, in the order of its positions. */
export interface WindowPage extends SearchPage {
	/** The position after it. */
	nextOffset: number;
	/** Whether no page follows. */
	isLast: boolean;
}

/** Replaces a page that the service refuses because nothing matches there, or because it does not page that far. */
const NOTHING: SearchPage = { cases: [], casesCount: 0, serverTime: undefined };

/**
 * Reads the pages of a window one after the other, from a position on.
 *
 * @param first the page at that position, if it was fetched already
 * @throws IntezerError
 */
export async function* readWindowPages(
	service: CaseSearcher,
	window: TimeWindow,
	offset: number,
	first?: SearchPage,
): AsyncGenerator<WindowPage> {
	let nextOffset = offset;
	for (let page = first; ; page = undefined) {
		page ??= (await fetchUnlessTooFar(service, window, nextOffset)) ?? NOTHING;
		nextOffset += page.cases.length;
		const isLast = isLastPage(page, nextOffset, window);
		yield { ...page, nextOffset, isLast };
		if (isLast) return;
	}
}

/** A count that equals a full page proves nothing: some services count the cases of the page. */
function isLastPage(
	{ cases, casesCount = Infinity }: SearchPage,
	nextOffset: number,
	{ pageSize = PAGE_SIZE }: TimeWindow,
): boolean {
	if (cases.length === 0) return true;
	return nextOffset >= casesCount && (cases.length < pageSize || casesCount > cases.length);
}
