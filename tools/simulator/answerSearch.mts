import type { CaseStore, SearchBody, SearchResult } from './caseStore.mts';
import { badRequest, type ErrorResponse } from './errorResponses.mts';
import type { Settings } from './settings.mts';

/** How the service responds to a valid search. */
export type SearchAnswer = { readonly result: SearchResult } | { readonly refusal: ErrorResponse };

/**
 * Answers a search as the store's settings say. It needs no network, so that tests without one use the same service.
 *
 * @param bodyBytes the length of the request's body
 */
export function answerSearch(
	cases: CaseStore,
	body: SearchBody,
	bodyBytes: number = Buffer.byteLength(JSON.stringify(body)),
): SearchAnswer {
	const { settings } = cases;
	const tooLong = tooLongReason(body, bodyBytes, settings);
	if (tooLong !== undefined) return { refusal: longRefusal(tooLong, settings) };

	const { offset = 0, limit = 100 } = body;
	const { maxLimit = Infinity, offsetWindow = Infinity } = settings;
	const { pageCap = Infinity, countCap = Infinity } = settings;
	if (limit > maxLimit) return badRequest({ limit: `must be <= ${maxLimit}` });
	if (offset + limit > offsetWindow) {
		return badRequest({ offset: `offset + limit must not be greater than ${offsetWindow}` });
	}
	const { cases_count, cases: page } = cases.search({ ...body, limit: Math.min(limit, pageCap) });
	if (settings.refuseOffsetBeyondEnd && offset > 0 && offset >= cases_count) {
		return badRequest({ offset: 'is beyond the last case' });
	}
	return { result: { cases_count: Math.min(cases_count, countCap), cases: page } };
}

/** The field of a search that is too long, and the reason. */
function tooLongReason(
	{ payload }: SearchBody,
	bodyBytes: number,
	{ maxBodyBytes = Infinity, maxListLength = Infinity, maxExcludedIds = Infinity }: Settings,
): Record<string, string> | undefined {
	if (bodyBytes > maxBodyBytes) return { body: `must not have more than ${maxBodyBytes} bytes` };
	if ((payload.exclude_case_ids?.length ?? 0) > maxExcludedIds) {
		return { 'payload.exclude_case_ids': `must not have more than ${maxExcludedIds} items` };
	}
	const list = Object.entries({ ...payload, ...payload.devices, ...payload.users }).find(
		([, value]) => Array.isArray(value) && value.length > maxListLength,
	);
	if (list === undefined) return undefined;
	return { [`payload.${list[0]}`]: `must not have more than ${maxListLength} items` };
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
