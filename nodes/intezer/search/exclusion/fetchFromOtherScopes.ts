import type { SearchQuery } from '../../types';
import type { Completeness } from '../completeness';
import { fetchExcludingIds } from './fetchExcludingIds';
import type { FoundEntries } from '../pages/foundEntries';
import type { Entry, IdScope } from '../searchTarget';
import type { PageFetcher } from '../pages/pageFetcher';
import { scopesOf } from './scopes';

/**
 * Adds the matches that an exclusion of ids has hidden, because an entry with the same id was found in another scope:
 * looks up all entries with these ids, and then searches each scope that has others than those found. Within a scope, an
 * id is unique, so there the same search without the other ids proves which of them match.
 *
 * @param extent with a limit, stops once that many entries are found
 * @param excluded the ids that the query excluded
 * @throws IntezerError
 */
export async function fetchFromOtherScopes(
	fetcher: PageFetcher,
	query: SearchQuery,
	extent: { offset: number; pageSize: number; limit: number },
	found: FoundEntries,
	excluded: { idScope: IdScope; ids: string[] },
): Promise<Completeness> {
	const { idScope, ids } = excluded;
	const hidden = await findHidden(fetcher, query, found, idScope, ids);
	if (hidden === undefined) return 'refused';
	for (const [scope, hiddenIds] of hidden) {
		const payload = { ...query.payload, [idScope.field]: [scope] };
		const completeness = await fetchExcludingIds(
			fetcher,
			{ ...query, payload },
			extent,
			found,
			() => {
				const foundHere = found.inOrder().filter((entry) => idScope.scopeOf(entry) === scope);
				const idsHere = new Set(foundHere.map((entry) => fetcher.target.idOf(entry)));
				return found.ids().filter((id) => !hiddenIds.has(id) || idsHere.has(id));
			},
		);
		if (completeness !== 'complete') return completeness;
	}
	return 'complete';
}

/**
 * The ids of entries that were not found although another one with the same id was, by scope.
 *
 * @returns undefined if the service does not say where an entry belongs, or refuses the request
 */
async function findHidden(
	fetcher: PageFetcher,
	query: SearchQuery,
	found: FoundEntries,
	idScope: IdScope,
	ids: string[],
): Promise<Map<string, Set<string>> | undefined> {
	const hasNoScope = (entry: Entry) => idScope.scopeOf(entry) === undefined;
	if (found.inOrder().some(hasNoScope)) return undefined;
	const isWanted = (entry: Entry) => hasNoScope(entry) || !found.has(entry);
	const entries = await fetcher.lookUp(idScope, ids, isWanted);
	if (entries === undefined) return undefined;
	const scopes = scopesOf(query, idScope);
	const hidden = new Map<string, Set<string>>();
	for (const entry of entries) {
		const id = fetcher.target.idOf(entry);
		const scope = idScope.scopeOf(entry);
		if (id === undefined || scope === undefined) return undefined;
		if (scopes !== undefined && !scopes.includes(scope)) continue;
		hidden.set(scope, (hidden.get(scope) ?? new Set()).add(id));
	}
	return hidden;
}
