import type { Clock } from './clock.mts';

/** The probe must send no more requests, for example after a 429; the message is for the user. */
export class Stopped extends Error {}

/** A response. A part that is missing is undefined. */
export interface ProbeResponse {
	readonly status: number;
	readonly headers: Headers;
	/** Undefined if the body is not JSON. */
	readonly json: unknown;
	/** From the request to the end of the response. */
	readonly milliseconds: number;
	/** The clock of this computer in the middle of the request, in Unix seconds. */
	readonly sentAt: number;
}

const TIMEOUT_MS = 60_000;
/** The probe leaves some of the account's requests, because other clients need them. */
const LEAST_LEFT = 0.25;
const LONGEST_WAIT_MS = 300_000;

/** Sends one request after the other, at a fixed pace. It never repeats one and never follows a redirect. */
export class HttpProbe {
	requestCount = 0;
	token: string | undefined;
	/** Every response so far. */
	readonly responses: ProbeResponse[] = [];
	private nextAt = -Infinity;

	constructor(
		private readonly root: string,
		private readonly clock: Clock,
		private readonly paceMs: number,
	) {}

	/** @throws Stopped if the service can't be reached, or after a 429 */
	async send(method: 'GET' | 'POST', path: string, body?: string): Promise<ProbeResponse> {
		await this.clock.sleep(Math.max(this.nextAt - this.clock.now(), 0));
		const startedAt = this.clock.now();
		this.requestCount++;
		const response = await this.fetch(method, path, body);
		const text = await response.text();
		const endedAt = this.clock.now();
		const read = {
			status: response.status,
			headers: response.headers,
			json: parsed(text),
			milliseconds: endedAt - startedAt,
			sentAt: (startedAt + endedAt) / 2000,
		};
		this.responses.push(read);
		this.nextAt = startedAt + Math.max(this.paceMs, this.quotaPause(read));
		if (read.status === 429) {
			throw new Stopped('Intezer is rate-limiting this account (429). Try again later.');
		}
		return read;
	}

	private async fetch(method: string, path: string, body?: string): Promise<Response> {
		const headers = new Headers({ 'user-agent': 'n8n-nodes-intezer-probe' });
		if (body !== undefined) headers.set('content-type', 'application/json');
		if (this.token !== undefined) headers.set('authorization', `Bearer ${this.token}`);
		const signal = AbortSignal.timeout(TIMEOUT_MS);
		try {
			const more = body === undefined ? {} : { body };
			return await fetch(this.root + path, {
				method,
				headers,
				redirect: 'manual',
				signal,
				...more,
			});
		} catch (error) {
			// The cause says what happened; the error itself only that it failed.
			const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
			const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
			throw new Stopped(`The service can't be reached${code}. Check the address and the network.`);
		}
	}

	/** How long to wait if the service says that few requests are left. */
	private quotaPause({ headers, status }: ProbeResponse): number {
		const limit = numberOf(headers, 'x-ratelimit-limit');
		const remaining = numberOf(headers, 'x-ratelimit-remaining');
		const reset = numberOf(headers, 'x-ratelimit-reset');
		if (limit === undefined || remaining === undefined || status === 429) return 0;
		if (remaining > limit * LEAST_LEFT) return 0;
		const wait = reset === undefined ? 60_000 : reset * 1000 - this.clock.now();
		return Math.min(Math.max(wait, 0), LONGEST_WAIT_MS);
	}
}

/** A header that is a number. */
export function numberOf(headers: Headers, name: string): number | undefined {
	const text = headers.get(name);
	const value = text === null || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(value) ? value : undefined;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}
