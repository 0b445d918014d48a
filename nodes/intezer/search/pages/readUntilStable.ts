import type { Completeness } from '../completeness';
import { FoundEntries } from './foundEntries';
import type { PageFetcher } from './pageFetcher';
import { containsAllMatches, readPages } from './readPages';
import type { SearchQuery } from '../../types';

const MOST_READINGS = 16;
const MOST_CHANGES = 4;
/** A page may be empty by mistake, but not twice in a row. */
const END_CHECKS = 2;

/**
 * The last resort if the service accepts no request that proves a search complete: reads all of it again until two
 * readings contain the same entries, equal in every field, and as many as the service counts. If the service returns
 * entries with the same time in a different order each time, one reading may not show all of them: then several readings
 * are one pass.
 *
 * @throws IntezerError
 */
export async function readUntilStable(
	fetcher: PageFetcher,
	query: SearchQuery,
	{ offset, pageSize }: { offset: number; pageSize: number },
	found: FoundEntries,
): Promise<Completeness> {
	const range = { offset, end: Infinity, pageSize };
	let previousPass: FoundEntries | undefined;
	let thisPass = new FoundEntries(fetcher.target);
	let count: number | undefined;
	let changes = 0;
	for (let readings = 0; readings < MOST_READINGS && changes < MOST_CHANGES; readings++) {
		const reading = new FoundEntries(fetcher.target);
		const result = await readPages(fetcher, query, range, reading);
		const sizeBefore = found.size;
		found.addAll(reading);
		if (result.isComplete) return 'complete';

		const isFirst = readings === 0;
		const isSame = result.count === count && thisPass.isConsistentWith(reading);
		count = result.count;
		if (
			!result.hasSameCount ||
			(!isFirst && (!isSame || previousPass?.isConsistentWith(reading) === false))
		) {
			previousPass = undefined;
			thisPass = new FoundEntries(fetcher.target);
			changes++;
		}
		thisPass.addAll(reading);
		const expected = count === undefined ? reading.size : Math.max(0, count - offset);
		if (thisPass.size < expected) {
			// The service pages no further, and shows the same entries again.
			if (result.refusedFrom !== undefined && found.size === sizeBefore) return 'unstable';
			continue;
		}
		if (previousPass?.hasSameEntries(thisPass) === true) {
			return (await isEnd(fetcher, query, offset + thisPass.size)) ? 'complete' : 'unstable';
		}
		previousPass = thisPass.size === expected ? thisPass : undefined;
		thisPass = new FoundEntries(fetcher.target);
	}
	return 'unstable';
}

/**
 * Whether nothing matches from a position on. A count alone does not show it: the service may count and page no further.
 */
async function isEnd(fetcher: PageFetcher, query: SearchQuery, position: number): Promise<boolean> {
	for (let check = 0; check < END_CHECKS; check++) {
		const page = await fetcher.fetchUnlessTooFar(query, position, 1);
		if (page === undefined && (await isLast(fetcher, query, position - 1))) continue;
		if (page?.entries.length !== 0) return false;
	}
	return true;
}

/** Whether the entry at a position is the last match: some services refuse an offset beyond it. */
async function isLast(
	fetcher: PageFetcher,
	query: SearchQuery,
	position: number,
): Promise<boolean> {
	const page = await fetcher.fetchUnlessTooFar(query, position, 2);
	return page?.entries.length === 1 && containsAllMatches(page, position, 2, 1);
}
