import type { IAllExecuteFunctions, IDataObject, IN8nHttpFullResponse } from 'n8n-workflow';

import { isObject } from '../json';
import { refusal, unreadable, type IntezerError, type NotFound } from './errors';
import { repeatsText } from './refusalReasons';
import { parseHttpDate } from './retryPolicy';
import { RetryingClient, type ApiRequest, type RequestLimits } from './retryingClient';

/** What a response contains. */
export interface Result {
	/** As received: the caller knows its type. */
	result: unknown;
	httpStatus: number;
	/** Unix seconds. */
	serverTime: number | undefined;
}

/** Sends the requests of all calls of one client, and reads their responses. */
export class ApiCaller {
	private readonly http: RetryingClient;

	/** @param n8n the context of a node's run, poll or list: it adds the credential to each request */
	constructor(n8n: IAllExecuteFunctions, limits: RequestLimits) {
		this.http = new RetryingClient(n8n, limits);
	}

	/** Maximum number of requests in flight, over all calls. */
	get maxConcurrency(): number {
		return this.http.maxConcurrency;
	}

	/** Waits without a place in the throttle. @throws IntezerError of kind `canceled` or `deadlineExceeded` if that ends first */
	async pause(milliseconds: number): Promise<void> {
		await this.http.pause(milliseconds);
	}

	/**
	 * Sends a request, again if that may help, for the `result` of its response.
	 *
	 * @param notFound what a 404 means
	 * @param read converts the result for the caller, or returns why it can't
	 * @throws IntezerError; n8n's own error for a credential that it can't read
	 */
	async callForResult<T extends object>(
		request: ApiRequest,
		notFound: NotFound,
		read: (result: Result) => T | IntezerError,
	): Promise<T> {
		return await this.callForObject(request, notFound, (body, { statusCode, headers }) => {
			if (body.result === undefined) return unreadable({ reason: 'noResult' }, statusCode);
			const time = parseHttpDate(headers.date);
			const serverTime = time === undefined ? undefined : time / 1000;
			return read({ result: body.result, httpStatus: statusCode, serverTime });
		});
	}

	/** The same for a JSON object that may have no `result`. */
	async callForObject<T extends object>(
		request: ApiRequest,
		notFound: NotFound,
		read: (body: IDataObject, response: IN8nHttpFullResponse) => T | IntezerError,
	): Promise<T> {
		const readObject = (response: IN8nHttpFullResponse) => {
			const { statusCode, body } = response;
			return isObject(body) ? read(body, response) : unreadable({ reason: 'notJson' }, statusCode);
		};
		return await this.callForResponse(request, notFound, readObject);
	}

	/**
	 * The same for any response with a status of 2xx.
	 *
	 * @param secret what the request contains but no error may: if a refusal repeats it, its reasons are dropped
	 */
	async callForResponse<T extends object>(
		request: ApiRequest,
		notFound: NotFound,
		read: (response: IN8nHttpFullResponse) => T | IntezerError,
		secret = '',
	): Promise<T> {
		return await this.http.send(request, (response) => {
			const { statusCode, body } = response;
			if (statusCode >= 200 && statusCode <= 299) return read(response);
			const isRepeated = secret !== '' && repeatsText(body, secret);
			return refusal(statusCode, isRepeated ? undefined : body, notFound);
		});
	}
}
