import type { AlertSearchBody, AlertSearchResult, AlertStore } from './alertStore.mts';
import type { CaseStore, SearchBody, SearchResult } from './caseStore.mts';
import { badRequest, type ErrorResponse } from './errorResponses.mts';
import type { Settings } from './settings.mts';

/** How the service responds to a valid search. */
export type SearchAnswer<Result> =
	| { readonly result: Result }
	| { readonly refusal: ErrorResponse };

/** What the limits of a service look at. */
interface LimitedRequest {
	readonly offset: number;
	readonly limit: number;
	/** The length of the request's body. */
	readonly bodyBytes: number;
	/** Every list in the body by its path; the list of excluded ids has a limit of its own. */
	readonly lists: Readonly<Record<string, unknown>>;
	readonly excludedIds: string;
}

/**
 * Answers a search for cases as the store's settings say. It needs no network, so that tests without one use the same
 * service.
 *
 * @param bodyBytes the length of the request's body
 */
export function answerSearch(
	cases: CaseStore,
	body: SearchBody,
	bodyBytes: number = Buffer.byteLength(JSON.stringify(body)),
): SearchAnswer<SearchResult> {
	const { payload, offset = 0, limit = 100 } = body;
	const lists = Object.entries({ ...payload, ...payload.devices, ...payload.users }).map(
		([name, value]) => [`payload.${name}`, value] as const,
	);
	const excludedIds = 'payload.exclude_case_ids';
	const request = { offset, limit, bodyBytes, lists: Object.fromEntries(lists), excludedIds };
	return answerWithin(cases.settings, request, (mostEntries, countCap) => {
		const { cases_count, cases: page } = cases.search({ ...body, limit: mostEntries });
		const result = { cases_count: Math.min(cases_count, countCap), cases: page };
		return { count: cases_count, result };
	});
}

/** The same for a search for alerts. */
export function answerAlertSearch(
	alerts: AlertStore,
	settings: Settings,
	body: AlertSearchBody,
	bodyBytes: number = Buffer.byteLength(JSON.stringify(body)),
): SearchAnswer<AlertSearchResult> {
	const { offset = 0, limit = 100, ...lists } = body;
	const request = { offset, limit, bodyBytes, lists, excludedIds: 'exclude_alert_ids' };
	return answerWithin(settings, request, (mostEntries, countCap) => {
		const { alerts_count, alerts: page } = alerts.search({ ...body, limit: mostEntries });
		const result = { alerts_count: Math.min(alerts_count, countCap), alerts: page };
		return { count: alerts_count, result };
	});
}

/** @param find searches for at most the first number of entries, and counts no further than the second */
function answerWithin<Result>(
	settings: Settings,
	request: LimitedRequest,
	find: (mostEntries: number, countCap: number) => { count: number; result: Result },
): SearchAnswer<Result> {
	const tooLong = tooLongReason(request, settings);
	if (tooLong !== undefined) return { refusal: longRefusal(tooLong, settings) };

	const { offset, limit } = request;
	const { maxLimit = Infinity, offsetWindow = Infinity } = settings;
	const { pageCap = Infinity, countCap = Infinity } = settings;
	if (limit > maxLimit) return badRequest({ limit: `must be <= ${maxLimit}` });
	if (offset + limit > offsetWindow) {
		return badRequest({ offset: `offset + limit must not be greater than ${offsetWindow}` });
	}
	const { count, result } = find(Math.min(limit, pageCap), countCap);
	if (settings.refuseOffsetBeyondEnd && offset > 0 && offset >= count) {
		const { refusal } = badRequest({ offset: 'is beyond the last match' });
		return { refusal: { ...refusal, status: Number(settings.endRefusal) } };
	}
	return { result };
}

/** The field of a search that is too long, and the reason. */
function tooLongReason(
	{ bodyBytes, lists, excludedIds }: LimitedRequest,
	{ maxBodyBytes = Infinity, maxListLength = Infinity, maxExcludedIds = Infinity }: Settings,
): Record<string, string> | undefined {
	if (bodyBytes > maxBodyBytes) return { body: `must not have more than ${maxBodyBytes} bytes` };
	for (const [path, value] of Object.entries(lists)) {
		if (!Array.isArray(value)) continue;
		const most = path === excludedIds ? Math.min(maxExcludedIds, maxListLength) : maxListLength;
		if (value.length > most) return { [path]: `must not have more than ${most} items` };
	}
	return undefined;
}

/** The service itself refuses with 400 and 422; every other refusal comes from a gateway in front of it. */
function longRefusal(
	reasons: Record<string, string>,
	{ longRefusal: kind }: Settings,
): ErrorResponse {
	const page = '<html><body><h1>Request blocked</h1></body></html>';
	switch (kind) {
		case '400':
		case '422':
			return { ...badRequest(reasons).refusal, status: Number(kind) };
		case 'redirect':
			return { status: 302, headers: { location: '/blocked' }, body: page };
		case 'html':
			return { status: 200, body: page };
		default:
			return { status: Number(kind), body: page };
	}
}
