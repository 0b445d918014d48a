import type { IDataObject } from 'n8n-workflow';

/** A case as the service sends it: documented fields, any of which may be missing or null, and others. */
export type Case = IDataObject;

export const SEARCH_MODES = ['and', 'or'] as const;
export const SORT_FIELDS = [
	'alerts_count',
	'creation_time',
	'last_attached_alert_time',
	'modification_time',
] as const;
export const TIME_RANGE_FIELDS = [
	'creation_time',
	'last_attached_alert_time',
	'modification_time',
] as const;
export const CASE_STATUSES = ['suppressed', 'new', 'in_progress', 'on_hold', 'closed'] as const;
export const PRIORITIES = ['informational', 'low', 'medium', 'high', 'escalated'] as const;

/** What belongs to a case and has a list of its own: the path below the case, and the list's name in the answer. */
export const RELATED_KINDS = ['devices', 'users', 'ttps'] as const;
export type RelatedKind = (typeof RELATED_KINDS)[number];

/** What a search asks, without the page. A field that is not there is not sent. */
export interface SearchQuery {
	/** The filters by their names on the wire; `{}` matches every case. */
	payload: IDataObject;
	search_mode?: (typeof SEARCH_MODES)[number];
	sort_by?: (typeof SORT_FIELDS)[number];
}

/** One answer of a search. */
export interface SearchPage {
	cases: Case[];
	/** All that match, right for the moment of this answer only; undefined where the service does not say. */
	casesCount: number | undefined;
	/** The service's clock when it answered, in Unix seconds; undefined where the answer has no `Date` header. */
	serverTime: number | undefined;
}

/** Whoever answers searches: the client of the API. */
export interface CaseSearcher {
	/** How many requests it takes at a time. */
	readonly maxConcurrency: number;
	/** `POST /cases/search`: one page of what matches. @throws IntezerError */
	searchPage(query: SearchQuery, offset: number, limit: number): Promise<SearchPage>;
}
