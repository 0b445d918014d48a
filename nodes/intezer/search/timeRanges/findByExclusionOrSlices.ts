import type { Completeness } from '../completeness';
import { findByExclusion } from '../exclusion/findByExclusion';
import type { FoundEntries } from '../pages/foundEntries';
import type { PageFetcher } from '../pages/pageFetcher';
import { readPages, type ReadResult } from '../pages/readPages';
import { readTimeSlices } from './timeSlices';
import type { SearchQuery } from '../../types';

/**
 * Adds the matches that a first reading missed, and says whether any may still be missing. Only for a query all of whose
 * filters must match.
 *
 * @param extent with a limit, it may stop once that many entries are found
 * @throws IntezerError
 */
export async function findByExclusionOrSlices(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: { offset: number; pageSize: number; limit: number },
	found: FoundEntries,
	{ isStuck, skippedFrom }: Pick<ReadResult, 'isStuck' | 'skippedFrom'>,
): Promise<Completeness> {
	const { offset, pageSize } = extent;
	const completeness = await findByExclusion(fetcher, query, extent, found);
	if (completeness === 'complete' || completeness === 'unstable') return completeness;
	// A service that neither returns more cases nor excludes any contradicts itself, and no further request helps.
	if (completeness === 'ignored' && isStuck) return 'unstable';
	if (offset > 0) return completeness;
	if (skippedFrom !== undefined) {
		await readPages(fetcher, query, { offset: skippedFrom, end: Infinity, pageSize }, found);
	}
	return await readTimeSlices(fetcher, query, pageSize, found);
}
