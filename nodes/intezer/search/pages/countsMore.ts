import type { PageFetcher } from './pageFetcher';
import type { SearchQuery } from '../../types';

/** Several copies of the data may respond in turn. */
const CHECKS = 2;

/**
 * Whether the service counts more matches than were found. Then some are missing: where the responses come from several
 * copies of the data, an entry that changed shortly before may have been in none of them.
 *
 * @throws IntezerError
 */
export async function countsMore(
	fetcher: PageFetcher,
	query: SearchQuery,
	found: number,
): Promise<boolean> {
	for (let check = 0; check < CHECKS; check++) {
		const { count = 0 } = await fetcher.fetch(query, 0, 1);
		if (count > found) return true;
	}
	return false;
}
