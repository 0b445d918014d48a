import type { IDataObject } from 'n8n-workflow';

import type { SearchQuery } from '../types';

/** A case, or an alert, as received. */
export type Entry = IDataObject;

/** One page of a search. */
export interface EntryPage {
	entries: Entry[];
	/** All entries that match at the moment of this response; undefined if the service returns no count. */
	count: number | undefined;
	/** The service's clock when it responded, in Unix seconds; undefined if the response has no `Date` header. */
	serverTime: number | undefined;
}

/** The fields of a query's payload that the search itself sets. */
export interface PayloadFields {
	/** A list of ids: only these; undefined if a search can't ask for ids. */
	ids?: string;
	/** A list of ids: all but these. */
	excludedIds: string;
	/** A time range, in Unix seconds, and which time of an entry it is over. */
	rangeStart: string;
	rangeEnd: string;
	rangeField: string;
}

/** Where an id is unique only within a scope, such as that of an alert within its environment. */
export interface IdScope {
	/** The field of a query's payload with the scopes to search. */
	field: string;
	/** The scope of an entry; undefined if the entry does not say. */
	scopeOf(entry: Entry): string | undefined;
	/**
	 * Requests every entry with one of these ids, in all scopes, whatever a query says.
	 *
	 * @param isWanted which of them to return: there may be as many as a search has found
	 * @throws IntezerError
	 */
	lookUp(
		ids: readonly string[],
		isWanted: (entry: Entry) => boolean,
		signal: AbortSignal,
	): Promise<Entry[]>;
}

/** What is searched: how its entries are requested and identified, and how a query selects them. */
export interface SearchTarget {
	/** How many requests it is useful to start in parallel; the service itself limits those in flight. */
	readonly maxConcurrency: number;
	readonly fields: PayloadFields;
	/** Undefined if an id alone identifies an entry. A query that excludes an id excludes it in every scope. */
	readonly idScope?: IdScope;
	/** The id of an entry, as a query names it; undefined if it has none. */
	idOf(entry: Entry): string | undefined;
	/**
	 * Requests one page of the matching entries.
	 *
	 * @param signal aborting it ends the retries of this call
	 * @throws IntezerError
	 */
	fetchPage(
		query: SearchQuery,
		offset: number,
		limit: number,
		signal: AbortSignal,
	): Promise<EntryPage>;
}
