import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Simulator } from './simulator.mts';

export interface PlainResponse {
	readonly status: number;
	readonly headers: Headers;
	readonly body: unknown;
}

/** A plain HTTP client for a simulator, without retries. */
export class PlainClient {
	private constructor(
		private readonly simulator: Simulator,
		readonly token: string,
	) {}

	/** Creates a client with a token for the simulator's first key. */
	static async connect(simulator: Simulator): Promise<PlainClient> {
		const withoutToken = new PlainClient(simulator, '');
		const { body } = await withoutToken.post('/get-access-token', { api_key: simulator.apiKey });
		return new PlainClient(simulator, textAt(body, 'result'));
	}

	get(path: string): Promise<PlainResponse> {
		return this.call(path, { method: 'GET' });
	}

	post(path: string, body: unknown): Promise<PlainResponse> {
		return this.send(path, JSON.stringify(body), 'application/json');
	}

	/** Sends a POST with any text as any content type. */
	send(path: string, body: string, contentType: string): Promise<PlainResponse> {
		return this.call(path, { method: 'POST', body, headers: { 'content-type': contentType } });
	}

	/** Sends a GET with a body, which `fetch` refuses to do. */
	async getWith(path: string, body: object): Promise<PlainResponse> {
		const text = JSON.stringify(body);
		const sent = request(`${this.simulator.url}/api/v2-0${path}`, {
			headers: {
				authorization: `Bearer ${this.token}`,
				'content-type': 'application/json',
				'content-length': Buffer.byteLength(text),
			},
		});
		sent.end(text);
		const [response] = (await once(sent, 'response')) as [IncomingMessage];
		const status = response.statusCode ?? 0;
		return { status, headers: new Headers(), body: await json(response) };
	}

	/** The count and the ids of one page of a search. Throws if the status is not 200. */
	async search(body: object): Promise<{ count: number; ids: string[] }> {
		const response = await this.post('/cases/search', { payload: {}, ...body });
		if (response.status !== 200) throw new Error(`The search returned ${response.status}.`);
		const result = at(response.body, 'result');
		const cases = at(result, 'cases');
		const count = at(result, 'cases_count');
		if (!Array.isArray(cases) || typeof count !== 'number')
			throw new Error('The response is no search result.');
		return { count, ids: cases.map((each) => textAt(each, 'case_id')) };
	}

	private async call(path: string, init: RequestInit): Promise<PlainResponse> {
		const headers = new Headers(init.headers);
		headers.set('authorization', `Bearer ${this.token}`);
		const response = await fetch(`${this.simulator.url}/api/v2-0${path}`, { ...init, headers });
		const text = await response.text();
		const isJson = response.headers.get('content-type')?.includes('json') ?? false;
		return {
			status: response.status,
			headers: response.headers,
			body: isJson ? (JSON.parse(text) as unknown) : text,
		};
	}
}

function at(value: unknown, name: string): unknown {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
		throw new Error(`The response has no ${name}.`);
	}
	return Reflect.get(value, name);
}

function textAt(value: unknown, name: string): string {
	const found = at(value, name);
	if (typeof found !== 'string') throw new Error(`${name} is not a string.`);
	return found;
}
