// Node's HTTP client alone: the least that any client has to do.
import { Agent, request } from 'node:http';

import { PAGE_SIZE, payloadOf, type SearchTask, type Target } from '../workload.mts';
import type { Contender } from './contender.mts';

/**
 * Requests the first page alone, because it says how many cases match, and then the other pages, `width` at a time; for
 * Get Case, all cases. It only parses and keeps the responses.
 */
export async function plainRequests(target: Target, width: number): Promise<Contender> {
	const agent = new Agent({ keepAlive: true, maxSockets: width });
	const { result: token } = await call(agent, target, '', {
		path: '/get-access-token',
		body: { api_key: target.apiKey },
	});
	if (typeof token !== 'string') throw new Error('got no token');

	return {
		run: async (task) => {
			const found: unknown[] = [];
			const send = async (sent: Call) => {
				const { result } = await call(agent, target, token, sent);
				for (const each of casesIn(result)) found.push(each);
				return result;
			};
			const calls = task.operation === 'get' ? getCalls(task.caseIds) : [];
			if (task.operation !== 'get') {
				const pages = Math.ceil(countIn(await send(pageCall(task, 0))) / PAGE_SIZE);
				for (let page = 1; page < pages; page++) calls.push(pageCall(task, page));
			}
			const remaining = calls.values();
			const sendNext = async (): Promise<void> => {
				for (const each of remaining) await send(each);
			};
			await Promise.all(Array.from({ length: width }, sendNext));
			return found;
		},
	};
}

interface Call {
	/** Relative to the API's root. */
	readonly path: string;
	/** Sent as JSON with POST; without it the request is a GET. */
	readonly body?: unknown;
}

function getCalls(caseIds: readonly string[]): Call[] {
	return caseIds.map((caseId) => ({ path: `/cases/${caseId}` }));
}

function pageCall({ history }: SearchTask, page: number): Call {
	return {
		path: '/cases/search',
		body: { payload: payloadOf(history), offset: page * PAGE_SIZE, limit: PAGE_SIZE },
	};
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
			headers: {
				authorization: `Bearer ${token}`,
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
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

/** The number of cases that match. */
function countIn(result: unknown): number {
	if (typeof result !== 'object' || result === null || !('cases_count' in result))
		throw new Error('the response has no count');
	return Number(result.cases_count);
}
