import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { RecordedRequest } from './recorder.mts';

/** A failure for selected API requests: another response, or a broken connection. */
export interface Fault {
	/** Default: any request to the API. */
	match?: (request: RecordedRequest) => boolean;
	/** The end of the path without its query (`/cases/search`), or a pattern for all of it. */
	path?: string | RegExp;
	/** Number of matching requests that fail; default 1, Infinity for all. */
	times?: number;
	/** Number of matching requests to answer normally first; default 0. */
	after?: number;
	/** Default 200, if only headers or a body are given. */
	status?: number;
	headers?: Record<string, string>;
	/** An object is sent as JSON, a string unchanged. */
	body?: unknown;
	/** Default: JSON for an object, else text/html, which a proxy would send. */
	contentType?: string;
	/** Reset the connection without a response. */
	reset?: true;
	/** Never respond. */
	hang?: true;
	/** Send half of the correct response's body, then break the connection. */
	truncate?: true;
}

interface Planned {
	readonly fault: Fault;
	seen: number;
	hits: number;
}

/** The faults that are still to happen. */
export class FaultPlan {
	private planned: Planned[] = [];

	add(fault: Fault): void {
		const { reset, hang, truncate, status, headers, body } = fault;
		const isResponse = status !== undefined || headers !== undefined || body !== undefined;
		const kinds = [isResponse, reset, hang, truncate].filter(Boolean).length;
		if (kinds !== 1) {
			throw new Error(
				'A fault is one of: a response (status, headers, body), reset, hang or truncate.',
			);
		}
		this.planned.push({ fault, seen: 0, hits: 0 });
	}

	clear(): void {
		this.planned = [];
	}

	/** The fault for this request, if any: the first one added that is due. */
	next(request: RecordedRequest): Fault | undefined {
		let chosen: Planned | undefined;
		for (const planned of this.planned) {
			if (!matches(planned.fault, request)) continue;
			planned.seen++;
			const due =
				planned.seen > (planned.fault.after ?? 0) && planned.hits < (planned.fault.times ?? 1);
			if (due) chosen ??= planned;
		}
		if (chosen !== undefined) chosen.hits++;
		return chosen?.fault;
	}
}

function matches(fault: Fault, request: RecordedRequest): boolean {
	const { path, match } = fault;
	if (typeof path === 'string' && !request.path.split('?', 1)[0]?.endsWith(path)) return false;
	if (path instanceof RegExp && request.path.search(path) === -1) return false;
	return match === undefined || match(request);
}

/** Responds with a fault, except `truncate`, which needs the correct response first. */
export function sendFault(fault: Fault, reply: FastifyReply): FastifyReply {
	if (fault.hang) return reply.hijack();
	if (fault.reset) {
		reply.hijack();
		reply.raw.socket?.resetAndDestroy();
		return reply;
	}
	const status = fault.status ?? 200;
	const body = fault.body ?? { error: STATUS_CODES[status] ?? 'Error' };
	const isText = typeof body === 'string';
	return reply
		.code(status)
		.type(fault.contentType ?? (isText ? 'text/html' : 'application/json'))
		.headers(fault.headers ?? {})
		.send(isText ? body : JSON.stringify(body));
}

/** Sends half of a response's body and breaks the connection. */
export function sendHalf(reply: FastifyReply, payload: string): void {
	const body = Buffer.from(payload);
	reply.hijack();
	for (const [name, value] of Object.entries(reply.getHeaders())) {
		if (value !== undefined) reply.raw.setHeader(name, value);
	}
	reply.raw.statusCode = reply.statusCode;
	reply.raw.setHeader('content-length', body.length);
	reply.raw.write(body.subarray(0, body.length >> 1), () => reply.raw.destroy());
}
