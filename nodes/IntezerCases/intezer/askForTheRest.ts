import { FoundCases } from './foundCases';
import type { PageAsker } from './pageAsker';
import { readPages } from './readPages';
import type { SearchQuery } from './types';

/** A history that is not calm for one answer after so many is not waited for. */
const MOST_ROUNDS = 20;

/**
 * How a proof of completeness ended: `whole`, an answer left nothing out; `restless`, the history moved on faster than it
 * was read; `unusable`, the service does not take the question.
 */
export type Proof = 'whole' | 'restless' | 'unusable';

/**
 * Asks for all that match but those already found, and adds them, until one answer holds all that it counts: at that
 * moment nothing that matches is missing. For a query whose filters must all match.
 *
 * With an offset, the proof is that no more than so many cases are left out.
 */
export async function askForTheRest(
	asker: PageAsker,
	query: SearchQuery,
	extent: { offset: number; pageSize: number },
	found: FoundCases,
): Promise<Proof> {
	const { offset, pageSize } = extent;
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const known = found.ids();
		const rest = new FoundCases();
		const positions = { offset, end: Infinity, pageSize, doubtFullPages: true };
		const excluded = known.length > 0 ? found : undefined;
		const reading = await readPages(asker, without(query, known), positions, rest, excluded);
		const before = found.size;
		found.addAll(rest);
		if (reading.refused) return 'unusable';
		if (reading.whole) return 'whole';
		if (found.size === before) return 'unusable';
	}
	return 'restless';
}

/** The same search, without certain cases beside those that the user leaves out. */
function without(query: SearchQuery, ids: string[]): SearchQuery {
	const excluded = query.payload.exclude_case_ids;
	const all = Array.isArray(excluded) ? [...excluded, ...ids] : ids;
	if (all.length === 0) return query;
	return { ...query, search_mode: 'and', payload: { ...query.payload, exclude_case_ids: all } };
}
