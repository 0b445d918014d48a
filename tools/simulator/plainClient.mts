import type { Simulator } from './simulator.mts';

export interface PlainAnswer {
	readonly status: number;
	readonly headers: Headers;
	readonly body: unknown;
}

/** Calls a simulator as a plain HTTP client would, without any patience of its own. */
export class PlainClient {
	private constructor(
		private readonly simulator: Simulator,
		readonly token: string,
	) {}

	/** A client with a token got for the simulator's own key. */
	static async connect(simulator: Simulator): Promise<PlainClient> {
		const visitor = new PlainClient(simulator, '');
		const { body } = await visitor.post('/get-access-token', { api_key: simulator.apiKey });
		return new PlainClient(simulator, textAt(body, 'result'));
	}

	get(path: string): Promise<PlainAnswer> {
		return this.call(path, { method: 'GET' });
	}

	post(path: string, body: unknown): Promise<PlainAnswer> {
		return this.send(path, JSON.stringify(body), 'application/json');
	}

	/** A POST of any text as any type. */
	send(path: string, body: string, contentType: string): Promise<PlainAnswer> {
		return this.call(path, { method: 'POST', body, headers: { 'content-type': contentType } });
	}

	/** The ids of a page of a search and the count; an answer other than 200 throws. */
	async search(body: object): Promise<{ count: number; ids: string[] }> {
		const answer = await this.post('/cases/search', { payload: {}, ...body });
		if (answer.status !== 200) throw new Error(`The search was answered ${answer.status}.`);
		const result = at(answer.body, 'result');
		const cases = at(result, 'cases');
		const count = at(result, 'cases_count');
		if (!Array.isArray(cases) || typeof count !== 'number') throw new Error('No such result.');
		return { count, ids: cases.map((each) => textAt(each, 'case_id')) };
	}

	private async call(path: string, init: RequestInit): Promise<PlainAnswer> {
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
		throw new Error(`The answer has no ${name}.`);
	}
	return Reflect.get(value, name);
}

function textAt(value: unknown, name: string): string {
	const found = at(value, name);
	if (typeof found !== 'string') throw new Error(`${name} is not a text.`);
	return found;
}
