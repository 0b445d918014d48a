import { FoundCases } from './foundCases';
import type { PageFetcher } from './pageFetcher';
import { readPages } from './readPages';
import type { SearchQuery } from '../types';

/** A history that is not calm for one answer after so many rounds, or so many requests, is not waited for. */
const MOST_ROUNDS = 20;
const MOST_REQUESTS = 60;
const MOST_REQUESTS_A_PAGE = 3;
/** Every page of a rest is asked for with all the ids that are left out: a long list allows few pages a round. */
const MOST_IDS_A_ROUND = 1_000_000;

/**
 * How an attempt to prove that nothing is missing ended:
 * `whole`: for every match there was an answer that would have shown it;
 * `restless`: the history moved faster than it was read;
 * `refused`: the service does not take the question;
 * `ignored`: it takes the question, and does not heed it.
 */
export type Proof = 'whole' | 'restless' | 'refused' | 'ignored';

/**
 * Asks for all that match but those already found, and adds them, until one answer holds all that it counts: at that
 * moment nothing that matches is missing. With an offset, no more than so many cases are. For a query all of whose
 * filters must match.
 *
 * @param extent with a limit, there is no need for more than so many cases in all
 * @throws IntezerError
 */
export async function fetchRemaining(
	asker: PageFetcher,
	query: SearchQuery,
	extent: { offset: number; pageSize: number; limit: number },
	found: FoundCases,
): Promise<Proof> {
	const { offset, pageSize, limit } = extent;
	const pagesSoFar = Math.ceil(found.size / asker.largestPage);
	const lastRequest = asker.asked + MOST_REQUESTS + MOST_REQUESTS_A_PAGE * pagesSoFar;
	for (let round = 0; round < MOST_ROUNDS && asker.asked < lastRequest; round++) {
		if (found.size >= limit) return 'whole';
		const ids = found.ids();
		const rest = new FoundCases();
		const pages = Math.min(MOST_IDS_A_ROUND / (ids.length + 1), lastRequest - asker.asked);
		const most = Math.min(
			limit - found.size,
			Math.max(pageSize, Math.floor(pages) * asker.largestPage),
		);
		const positions = { offset, end: offset + most, pageSize };
		const excluded = ids.length > 0 ? found : undefined;
		const reading = await readPages(asker, without(query, ids), positions, rest, excluded);
		const before = found.size;
		found.addAll(rest);
		if (reading.notTaken !== undefined) return reading.notTaken;
		if (reading.whole) return 'whole';
		// Cases without an id cannot be left out: where there are more than a page of them, this question is of no use.
		if (found.size === before) return rest.size === 0 ? 'restless' : 'refused';
	}
	return 'restless';
}

/** The same search, without certain cases beside those that the user leaves out. */
function without(query: SearchQuery, ids: string[]): SearchQuery {
	if (ids.length === 0) return query;
	const excluded = query.payload.exclude_case_ids;
	const all = Array.isArray(excluded) ? [...excluded, ...ids] : ids;
	return { ...query, search_mode: 'and', payload: { ...query.payload, exclude_case_ids: all } };
}
