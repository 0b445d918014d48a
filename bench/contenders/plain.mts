// Node and nothing else: the least that any client must do.
import { Agent, request } from 'node:http';

import { PAGE_SIZE, payloadOf, type Target, type Task } from '../workload.mts';
import type { Contender } from './contender.mts';

/** Sends a task's requests, `concurrency` at a time, and parses the answers. It is told how many there are. */
export async function plainRequests(target: Target, concurrency: number): Promise<Contender> {
	const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
	const { result: token } = await call(agent, target, '', {
		path: '/get-access-token',
		body: { api_key: target.apiKey },
	});
	if (typeof token !== 'string') throw new Error('no token came');

	return {
		run: async (task) => {
			const calls = callsOf(task);
			const found: unknown[] = [];
			let next = 0;
			const lane = async (): Promise<void> => {
				for (let index = next++; index < calls.length; index = next++) {
					const { result } = await call(agent, target, token, calls[index] ?? { path: '' });
					for (const each of casesIn(result)) found.push(each);
				}
			};
			await Promise.all(Array.from({ length: concurrency }, lane));
			return found.length;
		},
	};
}

interface Call {
	/** Below the API's root. */
	readonly path: string;
	/** Makes it a POST. */
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
		sent.on('response', (answer) => {
			const parts: Buffer[] = [];
			answer.on('error', reject);
			answer.on('data', (part: Buffer) => parts.push(part));
			answer.on('end', () => {
				if (answer.statusCode !== 200) reject(new Error(`answered ${answer.statusCode ?? 0}`));
				else resolve(JSON.parse(Buffer.concat(parts).toString()) as { result?: unknown });
			});
		});
		sent.end(body === undefined ? undefined : JSON.stringify(body));
	});
}

/** A search's answer holds a list of cases; that to a GET is the case. */
function casesIn(result: unknown): readonly unknown[] {
	if (typeof result !== 'object' || result === null) throw new Error('the answer has no result');
	return 'cases' in result && Array.isArray(result.cases) ? (result.cases as unknown[]) : [result];
}
