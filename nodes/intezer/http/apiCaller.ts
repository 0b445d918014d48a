import type { IAllExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { isObject } from '../json';
import { IntezerError, refusal, unreadable } from './errors';
import { parseHttpDate } from './retryPolicy';
import { RetryingClient, type RequestLimits } from './retryingClient';

/** What a 404 of the API means for a request. */
type NotFound = 'caseNotFound' | 'noApi';

/** What a response contains. */
interface Result {
	/** As received: the caller knows its type. */
	result: unknown;
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

	/**
	 * Sends a request, again if that may help.
	 *
	 * @param read converts the `result` of a response for the caller, or returns why it can't
	 * @throws IntezerError; n8n's own error for a credential that it can't read
	 */
	async call<T extends object>(
		request: IHttpRequestOptions,
		notFound: NotFound,
		read: (result: Result) => T | IntezerError,
	): Promise<T> {
		return await this.http.send(request, (response) => {
			const result = resultOf(response, notFound);
			return result instanceof IntezerError ? result : read(result);
		});
	}
}

/** The `result` of a response and the time when the service sent it, or what is wrong with the response. */
function resultOf(
	{ statusCode, body, headers }: IN8nHttpFullResponse,
	notFound: NotFound,
): Result | IntezerError {
	if (statusCode < 200 || statusCode > 299) return refusal(statusCode, body, notFound);
	if (!isObject(body)) return unreadable({ reason: 'notJson' }, statusCode);
	if (body.result === undefined) return unreadable({ reason: 'noResult' }, statusCode);
	const time = parseHttpDate(headers.date);
	return { result: body.result, serverTime: time === undefined ? undefined : time / 1000 };
}
