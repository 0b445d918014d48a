import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { isObject } from '../json';
import type { FailureKind, IntezerError } from './errors';
import type { Throttle } from './throttle';

/** The part of n8n's logger that is used here. */
export interface Log {
	debug(message: string): void;
	warn(message: string): void;
}

/** Lists in a result; only their lengths are logged. */
const LISTS = ['cases', 'alerts', 'devices', 'users', 'ttps'];

/** Why there was no response. */
const WITHOUT_RESPONSE: Readonly<Partial<Record<FailureKind, string>>> = {
	unreachable: 'no connection',
	deadlineExceeded: 'not enough time left',
	canceled: 'canceled',
};

/**
 * Logs requests and what goes wrong with them, but nothing from a case, an alert or a filter. Of a request, it logs
 * the method, the path without the id, and the page; of a response, the status, the duration and the counts.
 */
export class RequestLog {
	constructor(private readonly log: Log) {}

	/** @param response the response, or why there was none */
	responded(
		request: IHttpRequestOptions,
		response: IN8nHttpFullResponse | IntezerError,
		milliseconds: number,
	): void {
		const outcome = 'statusCode' in response ? String(response.statusCode) : reasonOf(response);
		const counts = 'statusCode' in response ? countsIn(response.body) : '';
		this.log.debug(`${nameOf(request)}: ${outcome} in ${Math.round(milliseconds)} ms${counts}`);
	}

	retries(request: IHttpRequestOptions, error: IntezerError, waitMs: number): void {
		this.log.debug(`${nameOf(request)}: ${reasonOf(error)}, next attempt in ${seconds(waitMs)}`);
	}

	/** The service asked all requests to slow down. */
	slowedDown({ limit, pauseMs, lastError }: Throttle): void {
		const pace =
			limit.pace === undefined ? '' : ` and ${(limit.pace * 60_000).toFixed(1)} a minute`;
		this.log.warn(
			`Intezer asks for fewer requests (${lastError === undefined ? 'no reason' : reasonOf(lastError)}): pausing ${seconds(pauseMs)}, then at most ${limit.width} at a time${pace}`,
		);
	}

	gaveUp(request: IHttpRequestOptions, error: IntezerError, attempts: number): void {
		const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
		this.log.warn(`${nameOf(request)}: gave up after ${times}: ${reasonOf(error)}`);
	}
}

/** Such as `503`, `no connection`, or `unreadable (200)` for a response of 2xx that is not a result. */
function reasonOf({ kind, httpStatus }: IntezerError): string {
	if (httpStatus === undefined) return WITHOUT_RESPONSE[kind] ?? kind;
	return httpStatus < 300 ? `${kind} (${httpStatus})` : String(httpStatus);
}

/** Such as `Intezer: POST /cases/search (offset 100)`. */
function nameOf({ method = 'GET', url, body }: IHttpRequestOptions): string {
	const path = url
		.replace(/^\/cases\/(?!search$)[^/]+/, '/cases/{case_id}')
		.replace(/^\/alerts\/[^/]+(?=\/(?:raw-data|notify)$)/, '/alerts/{alert_id}');
	const offset: unknown = isObject(body) && !Buffer.isBuffer(body) ? body.offset : undefined;
	const page = typeof offset === 'number' ? ` (offset ${offset})` : '';
	return `Intezer: ${method} ${path}${page}`;
}

/** Such as `, 100 of 2345 cases`; empty if there is no list. */
function countsIn(body: unknown): string {
	const result = isObject(body) ? body.result : undefined;
	if (!isObject(result)) return '';
	for (const name of LISTS) {
		const list: unknown = result[name];
		if (!Array.isArray(list)) continue;
		const count = result[`${name}_count`];
		const all = typeof count === 'number' ? ` of ${count}` : '';
		return `, ${list.length}${all} ${name}`;
	}
	return '';
}

function seconds(milliseconds: number): string {
	return `${(milliseconds / 1000).toFixed(1)} s`;
}
