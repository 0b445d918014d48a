import type { Proof } from './askForTheRest';
import { FoundCases } from './foundCases';
import type { PageAsker } from './pageAsker';
import { readPages } from './readPages';
import type { SearchQuery } from './types';

const MOST_READINGS = 6;

/**
 * The last resort where a service takes no question that would prove a search whole: reads all of it again, until two
 * readings or more in a row contradict each other in no field of no case, and hold together as many cases as are
 * counted. That is what a history that stands still shows.
 *
 * @throws IntezerError
 */
export async function readAgain(
	asker: PageAsker,
	query: SearchQuery,
	{ offset, pageSize }: { offset: number; pageSize: number },
	found: FoundCases,
): Promise<Proof> {
	let still = new FoundCases();
	let readings = 0;
	let count: number | undefined;
	for (let reading = 0; reading < MOST_READINGS; reading++) {
		const now = new FoundCases();
		const { whole, count: countNow } = await readPages(
			asker,
			query,
			{ offset, end: Infinity, pageSize },
			now,
		);
		found.addAll(now);
		if (whole) return 'whole';
		if (!still.agreesWith(now) || countNow !== count) {
			still = new FoundCases();
			readings = 0;
		}
		still.addAll(now);
		count = countNow;
		readings++;
		const expected = count === undefined ? now.size : count - offset;
		if (readings > 1 && still.size === expected) return 'whole';
	}
	return 'restless';
}
