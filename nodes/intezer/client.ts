import type {
	IAllExecuteFunctions,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { AuthenticatedClient, type TimeLimits } from './http/authenticatedClient';
import { casePath } from './http/address';
import { canceled, IntezerError, refusal, unreadable } from './http/errors';
import { pause } from './http/pause';
import { parseHttpDate, decideRetry, type Failure, type RetryDecision } from './http/retryPolicy';
import { Throttle, type Slot } from './http/throttle';
import { isObject } from './json';
import type { Case, CaseSearcher, RelatedKind, SearchPage, SearchQuery } from './types';

export const DEFAULT_MAX_CONCURRENCY = 5;

/** Limits for all requests of one client together. */
interface RequestLimits extends TimeLimits {
	/** Maximum number of requests in flight; 5 unless set. */
	maxConcurrency?: number;
}

/** What a 404 of the API means for a request. */
type NotFound = 'caseNotFound' | 'noApi';

/**
 * The calls of the Intezer API that this package makes. Each waits for a slot of the throttle, is retried where that may
 * help, and throws IntezerError, or n8n's own error for a credential that it can't read.
 */
export class IntezerClient implements CaseSearcher {
	/** Maximum number of requests in flight, over all calls. */
	readonly maxConcurrency: number;
	private readonly http: AuthenticatedClient;
	private readonly throttle: Throttle;
	private ready: Promise<void> | undefined;

	/** @param n8n the context of a node's run, poll or list: it adds the credential to each request */
	constructor(
		n8n: IAllExecuteFunctions,
		private readonly limits: RequestLimits = {},
	) {
		this.maxConcurrency = limits.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
		this.http = new AuthenticatedClient(n8n, limits);
		this.throttle = new Throttle(this.maxConcurrency, limits.signal);
	}

	/** `GET /cases/{case_id}`: the case as received, with `case_id` filled in where the service leaves it out. */
	async getCase(caseId: string): Promise<Case> {
		return await this.call(
			{ method: 'GET', url: casePath(caseId) },
			'caseNotFound',
			({ result: found }): Case => ({ ...found, case_id: found.case_id ?? caseId.trim() }),
		);
	}

	/**
	 * `GET /cases/{case_id}/devices`, `/users` or `/ttps`: the entities of a case, as received.
	 *
	 * @returns an empty list where the service gives none, or null
	 */
	async getRelated(caseId: string, kind: RelatedKind): Promise<IDataObject[]> {
		const request: IHttpRequestOptions = { method: 'GET', url: `${casePath(caseId)}/${kind}` };
		return await this.call(request, 'caseNotFound', ({ result }) => {
			const related: unknown = result[kind] ?? [];
			return Array.isArray(related) && related.every(isObject)
				? related
				: unreadable({ reason: 'notList', list: kind }, 200);
		});
	}

	/** `POST /cases/search`: one page of matching cases. The service may give fewer than `limit` while more remain. */
	async searchPage(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		const request: IHttpRequestOptions = {
			method: 'POST',
			url: '/cases/search',
			body: { ...query, offset, limit },
		};
		return await this.call(request, 'noApi', ({ result, serverTime }) => {
			const cases: unknown = result.cases ?? [];
			if (!Array.isArray(cases) || !cases.every(isObject)) {
				return unreadable({ reason: 'notList', list: 'cases' }, 200);
			}
			const count = result.cases_count;
			return { cases, casesCount: typeof count === 'number' ? count : undefined, serverTime };
		});
	}

	/** The number of matching cases, from one search for a single case. */
	async countCases(query: SearchQuery): Promise<number> {
		const { casesCount } = await this.searchPage(query, 0, 1);
		if (casesCount === undefined) throw unreadable({ reason: 'noCount' }, 200);
		return casesCount;
	}

	/**
	 * Waits for a slot, then sends the request as often as the retry policy decides.
	 *
	 * @param read turns the `result` of a response into what the caller wants, or says why it can't
	 */
	private async call<T extends object>(
		request: IHttpRequestOptions,
		notFound: NotFound,
		read: (result: Result) => T | IntezerError,
	): Promise<T> {
		await (this.ready ??= this.prepare());
		const slot = await this.throttle.acquire();
		if (slot === undefined) throw canceled();
		try {
			for (let attempt = 1; ; attempt++) {
				const { outcome, headers } = await this.attempt(request, notFound, read);
				if (!(outcome instanceof IntezerError)) {
					slot.succeeded();
					return outcome;
				}
				const failure: Failure = { error: outcome, headers };
				const decision = decideRetry(failure, attempt, Date.now(), Math.random());
				if ('giveUp' in decision) {
					if (isAboutTheRequest(outcome)) slot.succeeded();
					throw decision.giveUp;
				}
				await this.wait(slot, decision, outcome);
			}
		} finally {
			slot.release();
		}
	}

	private async prepare(): Promise<void> {
		if (await this.http.isTrusted()) this.throttle.open();
	}

	/** Sends the request once. */
	private async attempt<T extends object>(
		request: IHttpRequestOptions,
		notFound: NotFound,
		read: (result: Result) => T | IntezerError,
	): Promise<{ outcome: T | IntezerError; headers?: Failure['headers'] }> {
		const response = await this.http.request(request);
		if (response instanceof IntezerError) {
			return { outcome: response, headers: response.circumstances.waitHeaders };
		}
		const result = resultOf(response, notFound);
		const outcome = result instanceof IntezerError ? result : read(result);
		return { outcome, headers: response.headers };
	}

	/** @throws the failure itself where the wait would end after the deadline, or the client is aborted meanwhile */
	private async wait(
		slot: Slot,
		{ waitMs, slowDown }: Exclude<RetryDecision, { giveUp: unknown }>,
		failure: IntezerError,
	): Promise<void> {
		if (Date.now() + waitMs > (this.limits.deadline ?? Infinity)) throw failure;
		if (slowDown) {
			if (!(await slot.slowDown(waitMs))) throw canceled();
		} else {
			await pause(waitMs, this.limits.signal);
		}
	}
}

interface Result {
	result: IDataObject;
	/** Unix seconds. */
	serverTime: number | undefined;
}

/** The `result` of a response and the time when the service sent it, or what is wrong with the response. */
function resultOf(
	{ statusCode, body, headers }: IN8nHttpFullResponse,
	notFound: NotFound,
): Result | IntezerError {
	if (statusCode < 200 || statusCode > 299) return refusal(statusCode, body, notFound);
	if (!isObject(body)) return unreadable({ reason: 'notJson' }, statusCode);
	if (!isObject(body.result)) return unreadable({ reason: 'noResult' }, statusCode);
	const time = parseHttpDate(headers.date);
	return { result: body.result, serverTime: time === undefined ? undefined : time / 1000 };
}

/** Whether the service accepted the token and the rate, and refused just this request. */
function isAboutTheRequest({ kind }: IntezerError): boolean {
	return kind === 'caseNotFound' || kind === 'badRequest' || kind === 'noPermission';
}
