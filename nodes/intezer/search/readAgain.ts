import type { Completeness } from './fetchRemaining';
import { FoundCases } from './foundCases';
import type { PageFetcher } from './pageFetcher';
import { readPages } from './readPages';
import type { SearchQuery } from '../types';

const MOST_READINGS = 16;
const MOST_CHANGES = 4;

/**
 * The last resort if the service accepts no request that proves a search complete: reads all of it again until
 * readings in a row agree in every field of every case, and together contain as many cases as the service counts.
 *
 * @throws IntezerError
 */
export async function readAgain(
	fetcher: PageFetcher,
	query: SearchQuery,
	{ offset, pageSize }: { offset: number; pageSize: number },
	found: FoundCases,
): Promise<Completeness> {
	const range = { offset, end: Infinity, pageSize };
	/** What the readings since the last change contain together. */
	let unchanged = new FoundCases();
	let count: number | undefined;
	let changes = -1;
	for (let readings = 0; readings < MOST_READINGS; readings++) {
		const latest = new FoundCases();
		const result = await readPages(fetcher, query, range, latest);
		found.addAll(latest);
		if (result.isComplete) return 'complete';

		const hasChanged =
			readings === 0 || result.count !== count || !unchanged.isConsistentWith(latest);
		if (hasChanged) unchanged = new FoundCases();
		unchanged.addAll(latest);
		count = result.count;
		const expected = count === undefined ? latest.size : count - offset;
		if (!hasChanged && unchanged.size === expected) return 'complete';
		if (hasChanged && ++changes >= MOST_CHANGES) break;
	}
	return 'unstable';
}
