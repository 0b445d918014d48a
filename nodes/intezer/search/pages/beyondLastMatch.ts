import { IntezerError } from '../../http/errors';
import { isAtMost } from './cappedCount';
import type { PageFetcher } from './pageFetcher';
import type { SearchQuery } from '../../types';

const MOST_CHECKS = 3;

/**
 * Checks why the service refused an offset.
 *
 * @returns whether nothing matches from the offset on
 * @throws IntezerError of kind `offsetTooLarge` if the service does not page that far
 */
export async function isBeyondLastMatch(
	fetcher: PageFetcher,
	query: SearchQuery,
	offset: number,
): Promise<boolean> {
	for (let check = 0; check < MOST_CHECKS; check++) {
		const { count } = await fetcher.fetch(query, 0, 1);
		// An offset beyond the last match may be refused too.
		if (isAtMost(count, offset)) return true;
		const page = await fetcher.fetchUnlessTooFar(query, offset, 1);
		if (page !== undefined) return page.entries.length === 0;
	}
	throw new IntezerError({ kind: 'offsetTooLarge', offset }, { httpStatus: 400 });
}
