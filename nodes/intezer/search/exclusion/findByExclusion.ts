import type { SearchQuery } from '../../types';
import type { Completeness } from '../completeness';
import { fetchFromOtherScopes } from './fetchFromOtherScopes';
import { fetchExcludingIds } from './fetchExcludingIds';
import type { FoundEntries } from '../pages/foundEntries';
import type { PageFetcher } from '../pages/pageFetcher';
import { isWithinOneScope } from './scopes';

/**
 * Adds every match that is not found yet, by excluding the ids of those that are (fetchExcludingIds). Where an id is unique
 * only within a scope, this hides matches of other scopes, which are then looked up by their ids. Only for a query whose
 * excluded ids never match.
 *
 * @param extent with a limit, stops once that many entries are found
 * @throws IntezerError
 */
export async function findByExclusion(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: { offset: number; pageSize: number; limit: number },
	found: FoundEntries,
): Promise<Completeness> {
	const { idScope } = fetcher.target;
	if (idScope === undefined || isWithinOneScope(query, idScope)) {
		return await fetchExcludingIds(fetcher, query, extent, found);
	}
	// An excluded id may hide a match that the offset would skip.
	if (extent.offset > 0) return 'refused';
	let excluded: string[] = [];
	const completeness = await fetchExcludingIds(fetcher, query, extent, found, () => {
		excluded = found.ids();
		return excluded;
	});
	if (completeness !== 'complete' || found.size >= extent.limit) return completeness;
	return await fetchFromOtherScopes(fetcher, query, extent, found, { idScope, ids: excluded });
}
