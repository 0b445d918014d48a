// Node's HTTP client alone: the least that any client has to do.
import { Agent, request } from 'node:http';

import { PAGE_SIZE, payloadOf, type Target, type Task } from '../workload.mts';
import type { Contender } from './contender.mts';

/** Sends a task's requests, `concurrency` at a time, and parses the responses. It knows the number of pages in advance. */
export async function plainRequests(target: Target, concurrency: number): Promise<Contender> {
	const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
	const { result: token } = await call(agent, target, '', {
		path: '/get-access-token',
		body: { api_key: target.apiKey },
	});
	if (typeof token !== 'string') throw new Error('got no token');

	return {
		run: async (task) => {
			const calls = callsOf(task);
			const found: unknown[] = [];
			let next = 0;
			const sendNext = async (): Promise<void> => {
				for (let index = next++; index < calls.length; index = next++) {
					const { result } = await call(agent, target, token, calls[index] ?? { path: '' });
					for (const each of casesIn(result)) found.push(each);
				}
			};
			await Promise.all(Array.from({ length: concurrency }, sendNext));
			return found.length;
		},
	};
}

interface Call {
	/** Relative to the API's root. */
	readonly path: string;
	/** Sent as JSON with POST; without it the request is a GET. */
	readonly body?: unknown;
}

function callsOf(task: Task): Call[] {
	if (task.operation === 'get') return task.caseIds.map((caseId) => ({ path: `/cases/${caseId}` }));
	const { history } = task;
	return Array.from({ length: Math.ceil(history.cases / PAGE_SIZE) }, (_, page) => ({
		path: '/cases/search',
		body: { payload: payloadOf(history), offset: page * PAGE_SIZE, limit: PAGE_SIZE },
	}));
}

function call(
	agent: Agent,
	{ url }: Target,
	token: string,
	{ path, body }: Call,
): Promise<{ result?: unknown }> {
	return new Promise((resolve, reject) => {
		const sent = request(`${url}/api/v2-0${path}`, {
			agent,
			method: body === undefined ? 'GET' : 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
		});
		sent.on('error', reject);
		sent.on('response', (response) => {
			const parts: Buffer[] = [];
			response.on('error', reject);
			response.on('data', (part: Buffer) => parts.push(part));
			response.on('end', () => {
				if (response.statusCode !== 200)
					reject(new Error(`status code ${response.statusCode ?? 0}`));
				else resolve(JSON.parse(Buffer.concat(parts).toString()) as { result?: unknown });
			});
		});
		sent.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

/** The response to a search holds a list of cases, the one to a GET a single case. */
function casesIn(result: unknown): readonly unknown[] {
	if (typeof result !== 'object' || result === null) throw new Error('the response has no result');
	return 'cases' in result && Array.isArray(result.cases) ? (result.cases as unknown[]) : [result];
}
