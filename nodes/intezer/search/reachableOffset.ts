import { IntezerError } from '../http/errors';
import { CAPPED_COUNT } from './cappedCount';
import type { PageFetcher } from './pageFetcher';
import type { SearchQuery } from '../types';

const MOST_CHECKS = 3;

/**
 * Checks why a search with an offset could not be completed.
 *
 * @param refusedFrom the lowest position that the service refused; undefined if it refused none
 * @returns whether nothing matches from that position on
 * @throws IntezerError of kind `offsetTooLarge` if the service does not page to all that matches from the offset on
 */
export async function expectReachable(
	fetcher: PageFetcher,
	query: SearchQuery,
	offset: number,
	refusedFrom: number | undefined,
): Promise<boolean> {
	if (offset === 0 || refusedFrom === undefined) return false;
	for (let check = 0; check < MOST_CHECKS; check++) {
		const { count = Infinity } = await fetcher.fetch(query, 0, 1);
		// A position beyond the last match may be refused too.
		if (count !== CAPPED_COUNT && count <= refusedFrom) return true;
		const page = await fetcher.fetchUnlessTooFar(query, refusedFrom, 1);
		if (page !== undefined) return page.entries.length === 0;
	}
	throw new IntezerError({ kind: 'offsetTooLarge', offset }, { httpStatus: 400 });
}
