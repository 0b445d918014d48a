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

/** The entities of a case: the path below the case, and the name of the list in the response. */
export const RELATED_KINDS = ['devices', 'users', 'ttps'] as const;
export type RelatedKind = (typeof RELATED_KINDS)[number];

/** An account of the organization, as the service sends it. Any field may be missing. */
export type Account = IDataObject;

/** The body of a search without the page. A missing field is not sent. */
export interface SearchQuery {
	/** The filters by their names in the API; `{}` matches every case. */
	payload: IDataObject;
	search_mode?: (typeof SEARCH_MODES)[number];
	sort_by?: (typeof SORT_FIELDS)[number];
}

/** One page of a search. */
export interface SearchPage {
	cases: Case[];
	/** All cases that match at the moment of this response; undefined if the service returns no count. */
	casesCount: number | undefined;
	/** The service's clock when it responded, in Unix seconds; undefined if the response has no `Date` header. */
	serverTime: number | undefined;
}

/** A service that can be searched: the client of the API, or a test's own. */
export interface CaseSearcher {
	/** How many requests it is useful to start in parallel; the service itself limits those in flight. */
	readonly maxConcurrency: number;
	/**
	 * `POST /cases/search`: one page of the matching cases.
	 *
	 * @param signal aborting it ends the retries of this call
	 * @throws IntezerError
	 */
	searchPage(
		query: SearchQuery,
		offset: number,
		limit: number,
		signal?: AbortSignal,
	): Promise<SearchPage>;
}

/** An alert as the service sends it: documented fields, any of which may be missing or null, and others. */
export type Alert = IDataObject;

/** An alert, and how far its triage is. */
export interface TriagedAlert {
	alert: Alert;
	/** `queued` or `in_progress` while the triage runs; anything else, also undefined, means that it is finished. */
	status: string | undefined;
}

/** What is sent with an email, by its names in the API. */
export type EmailFields = Partial<
	Record<
		'environment' | 'default_verdict' | 'alert_sender' | 'additional_info' | 'zip_password',
		string
	>
>;

export const ALERT_SORT_FIELDS = [
	'alert_update_time',
	'creation_time',
	'triage_change_time',
	'triage_time',
] as const;
export const SORT_ORDERS = ['asc', 'desc'] as const;
export const TIME_FILTER_TYPES = [
	'alert_update_time',
	'creation_time',
	'triage_change_time',
	'triage_or_triage_change_time',
	'triage_time',
] as const;
