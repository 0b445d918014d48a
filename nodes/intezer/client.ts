import type { IAllExecuteFunctions, IDataObject } from 'n8n-workflow';

import { AlertCalls } from './alertCalls';
import { caseIdOf } from './caseId';
import { casePath } from './http/address';
import { ApiCaller } from './http/apiCaller';
import { unreadable } from './http/errors';
import type { ApiRequest, RequestLimits } from './http/retryingClient';
import { isObject } from './json';
import type { Account, Case, CaseSearcher, RelatedKind, SearchPage, SearchQuery } from './types';

/**
 * The calls of the Intezer API that this package makes. Each waits for the throttle, is retried if that may help, and
 * throws IntezerError, or n8n's own error for a credential that it can't read.
 */
export class IntezerClient implements CaseSearcher {
	/** The calls for alerts, with the same limits. */
	readonly alerts: AlertCalls;
	private readonly api: ApiCaller;

	/** @param n8n the context of a node's run, poll or list: it adds the credential to each request */
	constructor(n8n: IAllExecuteFunctions, limits: RequestLimits = {}) {
		this.api = new ApiCaller(n8n, limits);
		this.alerts = new AlertCalls(this.api);
	}

	/** Maximum number of requests in flight, over all calls. */
	get maxConcurrency(): number {
		return this.api.maxConcurrency;
	}

	/** Waits without a place in the throttle. @throws IntezerError of kind `canceled` or `deadlineExceeded` if that ends first */
	async pause(milliseconds: number): Promise<void> {
		await this.api.pause(milliseconds);
	}

	/**
	 * `GET /cases/{case_id}`: the case as received, with `case_id` filled in if the service leaves it out, or sends a number
	 * that JSON rounds.
	 *
	 * @param signal aborting it ends the retries of this call
	 */
	async getCase(caseId: string, signal?: AbortSignal): Promise<Case> {
		const url = casePath(caseId);
		const request: ApiRequest = { method: 'GET', url, abortSignal: signal };
		return await this.api.callForResult(request, 'caseNotFound', ({ result, httpStatus }) =>
			isObject(result)
				? { ...result, case_id: caseIdOf(result) === undefined ? caseId.trim() : result.case_id }
				: unreadable({ reason: 'noResult' }, httpStatus),
		);
	}

	/**
	 * `GET /cases/{case_id}/devices`, `/users` or `/ttps`: the entities of a case, as received.
	 *
	 * @param signal aborting it ends the retries of this call
	 * @returns an empty list if the service returns none, or null
	 */
	async getRelated(
		caseId: string,
		kind: RelatedKind,
		signal?: AbortSignal,
	): Promise<IDataObject[]> {
		const url = `${casePath(caseId)}/${kind}`;
		const request: ApiRequest = { method: 'GET', url, abortSignal: signal };
		return await this.api.callForResult(request, 'caseNotFound', ({ result, httpStatus }) => {
			if (!isObject(result)) return unreadable({ reason: 'noResult' }, httpStatus);
			const related: unknown = result[kind] ?? [];
			return Array.isArray(related) && related.every(isObject)
				? related
				: unreadable({ reason: 'notList', list: kind }, httpStatus);
		});
	}

	/**
	 * `POST /cases/search`: one page of matching cases. The service may return fewer than `limit` even if more remain.
	 *
	 * @param signal aborting it ends the retries of this call
	 */
	async searchPage(
		query: SearchQuery,
		offset: number,
		limit: number,
		signal?: AbortSignal,
	): Promise<SearchPage> {
		const request: ApiRequest = {
			method: 'POST',
			url: '/cases/search',
			body: { ...query, offset, limit },
			abortSignal: signal,
		};
		return await this.api.callForResult(request, 'noApi', ({ result, httpStatus, serverTime }) => {
			if (!isObject(result)) return unreadable({ reason: 'noResult' }, httpStatus);
			const cases: unknown = result.cases ?? [];
			if (!Array.isArray(cases) || !cases.every(isObject)) {
				return unreadable({ reason: 'notList', list: 'cases' }, httpStatus);
			}
			const count = result.cases_count;
			return { cases, casesCount: typeof count === 'number' ? count : undefined, serverTime };
		});
	}

	/** `GET /accounts`: the accounts of the organization; an empty list if the service returns none, or null. */
	async listAccounts(): Promise<Account[]> {
		const request: ApiRequest = { method: 'GET', url: '/accounts' };
		return await this.api.callForResult(request, 'noApi', ({ result, httpStatus }) => {
			const accounts: unknown = result ?? [];
			return Array.isArray(accounts) && accounts.every(isObject)
				? accounts
				: unreadable({ reason: 'notList', list: 'result' }, httpStatus);
		});
	}
}
