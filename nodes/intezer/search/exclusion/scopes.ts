import type { SearchQuery } from '../../types';
import type { IdScope } from '../searchTarget';

/** The scopes that a query is limited to; undefined if it searches all. */
export function scopesOf({ payload }: SearchQuery, { field }: IdScope): unknown[] | undefined {
	const scopes: unknown = payload[field];
	return Array.isArray(scopes) ? scopes : undefined;
}

/** Whether an id identifies every entry that may match. */
export function isWithinOneScope(query: SearchQuery, idScope: IdScope): boolean {
	return scopesOf(query, idScope)?.length === 1;
}
