import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request as it arrived. */
export interface RecordedRequest {
	method: string;
	/** With the query, as on the wire. */
	path: string;
	headers: Record<string, string | string[] | undefined>;
	/** Parsed where it is JSON, else the text; `undefined` where there is none. */
	body: unknown;
	/** Filled in when the answer goes out; 0 until then, and where none ever does. */
	status: number;
	/** Milliseconds since 1970. */
	receivedAt: number;
}

/** Keeps what the simulator was asked, and how many requests it holds at once. */
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

	/** Counts a request until it is answered, or its connection is gone. */
	hold(reply: FastifyReply): void {
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
