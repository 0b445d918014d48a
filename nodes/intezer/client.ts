import type {
	IAllExecuteFunctions,
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { AuthenticatedClient, type TimeLimits } from './http/authenticatedClient';
import { casePath } from './http/address';
import { canceled, IntezerError, refusal, unreadable } from './http/errors';
import { Throttle, type Turn } from './http/throttle';
import { parseHttpDate, decideRetry, type Failure, type RetryDecision } from './http/retryPolicy';
import { pause } from './http/pause';
import type { Case, CaseSearcher, RelatedKind, SearchPage, SearchQuery } from './types';

export const DEFAULT_MAX_CONCURRENCY = 5;

/** What holds for all requests of one client together. */
export interface RequestLimits extends TimeLimits {
	/** Most requests in flight at once; 5 unless set. */
	maxConcurrency?: number;
}

/**
 * The calls of the Intezer API that this package makes. Every one waits for its turn, is tried again where that may
 * help, and throws IntezerError, or n8n's own error for a credential that it cannot read.
 */
export class IntezerClient implements CaseSearcher {
	/** Most requests in flight at once, over all calls. */
	readonly maxConcurrency: number;
	private readonly access: AuthenticatedClient;
	private readonly lane: Throttle;
	private prepared: Promise<void> | undefined;

	/** @param n8n the context of a node's run, poll or list: it adds the credential to each request */
	constructor(
		n8n: IAllExecuteFunctions,
		private readonly limits: RequestLimits = {},
	) {
		this.maxConcurrency = limits.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY;
		this.access = new AuthenticatedClient(n8n, limits);
		this.lane = new Throttle(this.maxConcurrency, limits.signal);
	}

	/** `GET /cases/{case_id}`: the case as it came, with `case_id` filled in where the service leaves it out. */
	async getCase(caseId: string): Promise<Case> {
		return await this.call(
			{ method: 'GET', url: casePath(caseId) },
			({ result: found }): Case => ({ ...found, case_id: found.case_id ?? caseId.trim() }),
		);
	}

	/**
	 * `GET /cases/{case_id}/devices` and its like: what belongs to a case, each as it came.
	 *
	 * @returns an empty list where the service gives none, or null
	 */
	async getRelated(caseId: string, kind: RelatedKind): Promise<IDataObject[]> {
		const request: IHttpRequestOptions = { method: 'GET', url: `${casePath(caseId)}/${kind}` };
		return await this.call(request, ({ result }) => {
			const related: unknown = result[kind] ?? [];
			return Array.isArray(related) && related.every(isObject)
				? related
				: unreadable(`its '${kind}' is not a list of objects`, 200);
		});
	}

	/** `POST /cases/search`: one page of what matches. The service may give fewer than `limit` while more remain. */
	async searchPage(query: SearchQuery, offset: number, limit: number): Promise<SearchPage> {
		const request: IHttpRequestOptions = {
			method: 'POST',
			url: '/cases/search',
			body: { ...query, offset, limit },
		};
		return await this.call(request, ({ result, serverTime }) => {
			const cases: unknown = result.cases ?? [];
			if (!Array.isArray(cases) || !cases.every(isObject)) {
				return unreadable("its 'cases' is not a list of cases", 200);
			}
			const count = result.cases_count;
			return { cases, casesCount: typeof count === 'number' ? count : undefined, serverTime };
		});
	}

	/** How many cases match, by one search of a single case. */
	async countCases(query: SearchQuery): Promise<number> {
		const { casesCount } = await this.searchPage(query, 0, 1);
		if (casesCount === undefined) throw unreadable('it does not say how many cases match', 200);
		return casesCount;
	}

	/**
	 * The one way to the service: a place in the lane, then the request, again and again as long as that may help.
	 *
	 * @param read makes of the answer's `result` what the caller wants, or says why it cannot
	 */
	private async call<T extends object>(
		request: IHttpRequestOptions,
		read: (result: Result) => T | IntezerError,
	): Promise<T> {
		await (this.prepared ??= this.prepare());
		const turn = await this.lane.enter();
		if (turn === undefined) throw canceled();
		try {
			for (let attempt = 1; ; attempt++) {
				const { outcome, headers } = await this.attempt(request, read);
				if (!(outcome instanceof IntezerError)) {
					turn.succeeded();
					return outcome;
				}
				const verdict = decideRetry(
					{ error: outcome, headers },
					attempt,
					Date.now(),
					Math.random(),
				);
				if ('giveUp' in verdict) {
					if (isAboutTheRequest(outcome)) turn.succeeded();
					throw verdict.giveUp;
				}
				await this.wait(turn, verdict, outcome);
			}
		} finally {
			turn.leave();
		}
	}

	private async prepare(): Promise<void> {
		if (await this.access.isTrusted()) this.lane.open();
	}

	/** One request, and what came of it. */
	private async attempt<T extends object>(
		request: IHttpRequestOptions,
		read: (result: Result) => T | IntezerError,
	): Promise<{ outcome: T | IntezerError; headers?: Failure['headers'] }> {
		const answer = await this.access.request(request);
		if (answer instanceof IntezerError) return { outcome: answer, headers: answer.waitHeaders };
		const { headers } = answer;
		// What belongs to a single case, and nothing else, is asked for by GET.
		const isOfCase = request.method === 'GET';
		const result = resultOf(answer, isOfCase);
		return { outcome: result instanceof IntezerError ? result : read(result), headers };
	}

	/** @throws the failure itself where the wait would go beyond the deadline, or the lane is aborted meanwhile */
	private async wait(
		turn: Turn,
		{ waitMs, slowDown }: Exclude<RetryDecision, { giveUp: unknown }>,
		failure: IntezerError,
	): Promise<void> {
		if (Date.now() + waitMs > (this.limits.deadline ?? Infinity)) throw failure;
		if (slowDown) {
			if (!(await turn.slowDown(waitMs))) throw canceled();
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

/** The `result` of an answer and when the service gave it, or what is wrong with the answer. */
function resultOf(
	{ statusCode, body, headers }: IN8nHttpFullResponse,
	isOfCase: boolean,
): Result | IntezerError {
	if (statusCode < 200 || statusCode > 299) return refusal(statusCode, body, isOfCase);
	if (!isObject(body)) return unreadable('it is not JSON', statusCode);
	if (!isObject(body.result)) return unreadable("it has no 'result'", statusCode);
	const time = parseHttpDate(headers.date);
	return { result: body.result, serverTime: time === undefined ? undefined : time / 1000 };
}

/** Whether the service understood who asks and how often, and refused just this request. */
function isAboutTheRequest({ kind }: IntezerError): boolean {
	return kind === 'caseNotFound' || kind === 'badRequest' || kind === 'noPermission';
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
