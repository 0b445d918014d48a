import type { Proof } from './fetchRemaining';
import { FoundCases } from './foundCases';
import type { PageFetcher } from './pageFetcher';
import { readPages } from './readPages';
import type { SearchQuery } from '../types';

const MOST_READINGS = 16;
const MOST_CONTRADICTIONS = 4;

/**
 * The last resort where a service takes no question that would prove a search whole: reads all of it again, until two
 * readings or more in a row contradict each other in no field of any case, and hold together as many cases as are
 * counted. That is what a history that stands still shows.
 *
 * @throws IntezerError
 */
export async function readAgain(
	asker: PageFetcher,
	query: SearchQuery,
	{ offset, pageSize }: { offset: number; pageSize: number },
	found: FoundCases,
): Promise<Proof> {
	const all = { offset, end: Infinity, pageSize };
	let still = new FoundCases();
	let count: number | undefined;
	let contradictions = -1;
	for (let readings = 0; readings < MOST_READINGS; readings++) {
		const now = new FoundCases();
		const reading = await readPages(asker, query, all, now);
		found.addAll(now);
		if (reading.whole) return 'whole';

		const contradicts = readings === 0 || reading.count !== count || !still.agreesWith(now);
		if (contradicts) still = new FoundCases();
		still.addAll(now);
		count = reading.count;
		const expected = count === undefined ? now.size : count - offset;
		if (!contradicts && still.size === expected) return 'whole';
		if (contradicts && ++contradictions >= MOST_CONTRADICTIONS) break;
	}
	return 'restless';
}
