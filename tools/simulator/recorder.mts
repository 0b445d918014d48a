import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request as it arrived. */
export interface RecordedRequest {
	method: string;
	/** With the query, as received. */
	path: string;
	headers: Record<string, string | string[] | undefined>;
	/** Parsed if it is JSON, else the text; `undefined` without a body. */
	body: unknown;
	/** The status of the response; 0 until it is sent. */
	status: number;
	/** Unix milliseconds. */
	receivedAt: number;
}

/** Records requests, and counts those in flight. */
export class Recorder {
	readonly inFlight = { now: 0, peak: 0 };
	readonly requests: RecordedRequest[] = [];
	private readonly byRequest = new WeakMap<FastifyRequest, RecordedRequest>();

	record(request: FastifyRequest): void {
		const recorded = {
			method: request.method,
			path: request.url,
			headers: { ...request.headers },
			body: undefined,
			status: 0,
			receivedAt: Date.now(),
		};
		this.byRequest.set(request, recorded);
		this.requests.push(recorded);
	}

	/** Counts a request as in flight until its response is sent or its connection is closed. */
	countInFlight(reply: FastifyReply): void {
		this.inFlight.now++;
		this.inFlight.peak = Math.max(this.inFlight.peak, this.inFlight.now);
		reply.raw.once('close', () => this.inFlight.now--);
	}

	recordOf(request: FastifyRequest): RecordedRequest {
		const recorded = this.byRequest.get(request);
		if (recorded === undefined) throw new Error('The request was not recorded on arrival.');
		return recorded;
	}

	forget(): void {
		this.requests.length = 0;
	}
}
