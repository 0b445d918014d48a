import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { RecordedRequest } from './recorder.mts';

/** Trouble for chosen API requests: an answer of its own, or a broken connection. */
export interface Fault {
	/** Default: any request to the API. */
	match?: (request: RecordedRequest) => boolean;
	/** The end of the path without its query (`/cases/search`), or a pattern for all of it. */
	path?: string | RegExp;
	/** How many matching requests it hits; default 1, Infinity for always. */
	times?: number;
	/** Lets so many matching requests pass first; default 0. */
	after?: number;
	/** Default 200 where only headers or a body are given. */
	status?: number;
	headers?: Record<string, string>;
	/** An object goes out as JSON, a text as it is. */
	body?: unknown;
	/** Default: JSON for an object, else text/html, as a proxy would send. */
	contentType?: string;
	/** Reset the connection without an answer. */
	reset?: true;
	/** Never answer. */
	hang?: true;
	/** Send half of the right answer's body, then break the connection. */
	truncate?: true;
}

interface Planned {
	readonly fault: Fault;
	seen: number;
	hits: number;
}

/** The faults that tests have asked for. */
export class FaultPlan {
	private planned: Planned[] = [];

	add(fault: Fault): void {
		const { reset, hang, truncate, status, headers, body } = fault;
		const answers = status !== undefined || headers !== undefined || body !== undefined;
		const kinds = [answers, reset, hang, truncate].filter(Boolean).length;
		if (kinds !== 1) {
			throw new Error(
				'A fault is one of: an answer (status, headers, body), reset, hang or truncate.',
			);
		}
		this.planned.push({ fault, seen: 0, hits: 0 });
	}

	clear(): void {
		this.planned = [];
	}

	/** The fault that hits this request, if any: the first one planned whose turn it is. */
	next(request: RecordedRequest): Fault | undefined {
		let chosen: Planned | undefined;
		for (const planned of this.planned) {
			if (!concerns(planned.fault, request)) continue;
			planned.seen++;
			const due =
				planned.seen > (planned.fault.after ?? 0) && planned.hits < (planned.fault.times ?? 1);
			if (due) chosen ??= planned;
		}
		if (chosen !== undefined) chosen.hits++;
		return chosen?.fault;
	}
}

function concerns(fault: Fault, request: RecordedRequest): boolean {
	const { path, match } = fault;
	if (typeof path === 'string' && !request.path.split('?', 1)[0]?.endsWith(path)) return false;
	if (path instanceof RegExp && request.path.search(path) === -1) return false;
	return match === undefined || match(request);
}

/** Answers a request with a fault. `truncate` is not for here: it needs the right answer first. */
export function answerWithFault(fault: Fault, reply: FastifyReply): FastifyReply {
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

/** Sends half of an answer's body and breaks the connection. */
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
