import { fromFirstPage, isProved, isReadAgain, newPart, type Part } from './windowPart';

/** How far a window was read. The state stores it, so that the next poll continues there. */
export interface Position {
	/** Everything from before this second was read. */
	from: number;
	/** The part from there on that is being read. */
	part?: Part;
	/** Where to continue in what has not settled, if that is read page by page too. */
	tailOffset?: number;
}

/** The position to continue from if a window can't be read at once. One that is read page by page keeps its progress. */
export function pageByPage({ from, part, tailOffset = 0 }: Position, settled: number): Position {
	const unread = from < settled ? newPart(settled) : undefined;
	return { from, part: part ?? unread, tailOffset };
}

/**
 * The position after the last page of a part: behind it if it is proved complete, else at its first page again.
 *
 * @param mustReadAgain whether one reading of its pages proves nothing
 */
export function afterLastPage(
	{ from, tailOffset }: Position,
	part: Part,
	mustReadAgain: boolean,
): Position {
	if (isProved(part) && (!mustReadAgain || isReadAgain(part))) {
		return { from: part.until, tailOffset };
	}
	return { from, tailOffset, part: fromFirstPage(part) };
}
