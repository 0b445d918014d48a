import { describe, expect, jest, test } from '@jest/globals';

import { IntezerClient } from '../../../nodes/intezer/client.ts';
import { context, neverResponding, newCredential, responding } from './pollContext.mts';

describe('A client with a deadline', () => {
	test('starts no request after it', async () => {
		const { n8n, requests } = context(responding(200));
		const client = new IntezerClient(n8n, { deadline: Date.now() - 1 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(requests).toHaveLength(0);
	});

	test('ends a request at the deadline', async () => {
		const { n8n, requests } = context(neverResponding);
		const client = new IntezerClient(n8n, { deadline: Date.now() + 500 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(requests).toHaveLength(1);
		expect(requests[0]?.timeout).toBeLessThanOrEqual(500);
	});

	test('reports the failure itself if its retry would come too late', async () => {
		const { n8n, requests } = context(responding(503, { 'retry-after': '30' }));
		const client = new IntezerClient(n8n, { deadline: Date.now() + 20_000 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'serviceUnavailable' });
		expect(requests).toHaveLength(1);
	});

	test('ends a request after two minutes if there is no deadline', async () => {
		const { n8n, requests } = context(responding(200));
		await new IntezerClient(n8n).getCase('a');
		expect(requests[0]?.timeout).toBe(120_000);
	});
});

test('A client whose signal is aborted ends requests in flight and calls that wait', async () => {
	const { n8n, requests } = context(neverResponding);
	const abort = new AbortController();
	const client = new IntezerClient(n8n, { signal: abort.signal });
	const calls = ['a', 'b', 'c'].map((id) => client.getCase(id));
	const outcomes = Promise.allSettled(calls);
	while (requests.length < 2) await new Promise(setImmediate);
	abort.abort();
	for (const outcome of await outcomes) {
		expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'canceled' } });
	}
	await expect(client.getCase('d')).rejects.toMatchObject({ kind: 'canceled' });
	expect(requests).toHaveLength(2);
});

describe('If n8n never returns the credential', () => {
	/** A context whose token is refused, and which gets these credentials one after the other, and then none. */
	function stuckAfter(...credentials: object[]) {
		const stuck = context(responding(401));
		const read = async () => credentials.shift() ?? (await new Promise<never>(() => undefined));
		Object.assign(stuck.n8n, { getCredentials: read });
		return stuck.n8n;
	}

	test.each([0, 1, 2])('after %i times, a call ends at the deadline', async (times) => {
		const credentials = [newCredential(), newCredential()].slice(0, times);
		const client = new IntezerClient(stuckAfter(...credentials), { deadline: Date.now() + 200 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
	});

	test('another execution that needs a new token does not wait for it', async () => {
		const credential = newCredential();
		const client = new IntezerClient(stuckAfter(credential), { deadline: Date.now() + 200 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		const statuses = [401, 200];
		const other = context(() => responding(statuses.shift() ?? 500)(), credential);
		const renewed = { ...credential, sessionToken: `${credential.sessionToken}2` };
		const credentials = [credential, renewed];
		const read = () => Promise.resolve(credentials.shift());
		Object.assign(other.n8n, { getCredentials: read });
		await new IntezerClient(other.n8n).getCase('b');
		expect(statuses).toEqual([]);
	});
});

test.each<[string, (client: IntezerClient) => Promise<unknown>]>([
	['GET /cases/{case_id}', async (client) => await client.getCase('a')],
	['GET /cases/{case_id}/users', async (client) => await client.getRelated('a', 'users')],
	[
		'POST /cases/search (offset 5)',
		async (client) => await client.searchPage({ payload: {} }, 5, 1),
	],
	['GET /accounts', async (client) => await client.listAccounts()],
	['GET /alerts/get-by-id', async (client) => await client.alerts.get('a', undefined)],
	['GET /alerts/search', async (client) => await client.alerts.getByIds({ ids: ['a'] })],
	['POST /alerts/search (offset 5)', async (client) => await client.alerts.searchPage({}, 5, 1)],
	[
		'GET /alerts/{alert_id}/raw-data',
		async (client) => await client.alerts.getRawAddress('a', 'b'),
	],
	[
		'POST /alerts/ingest/binary',
		async (client) => await client.alerts.submitEmail(Buffer.from('a'), {}),
	],
])('%s: an unreadable response is reported with its own status', async (name, call) => {
	const { n8n, logged } = context(() =>
		Promise.resolve({ statusCode: 203, headers: {}, body: { result: 'none' } }),
	);
	await expect(call(new IntezerClient(n8n))).rejects.toMatchObject({ httpStatus: 203 });
	expect(logged).toEqual([expect.stringContaining(`debug Intezer: ${name}: 203 in `)]);
});

test('A client reads the credential once for all its calls', async () => {
	let reads = 0;
	const { n8n } = context(responding(200));
	const read = n8n.getCredentials.bind(n8n);
	Object.assign(n8n, { getCredentials: () => read('intezerApi').finally(() => reads++) });
	const client = new IntezerClient(n8n, { maxConcurrency: 20 });
	await Promise.all(Array.from({ length: 100 }, (_, n) => client.getCase(`case-${n}`)));
	expect(reads).toBe(1);
});

test('Clients with the same key share what is in flight, clients with another key do not', async () => {
	const shared = newCredential();
	let waiting: Array<() => void> = [];
	const { n8n, requests } = context(async () => {
		await new Promise<void>((resolve) => waiting.push(resolve));
		return await responding(200)();
	}, shared);
	const other = context(responding(200));
	const calls = [1, 2, 3].map((n) => new IntezerClient(n8n).getCase(`case-${n}`));
	await new IntezerClient(other.n8n).getCase('other');
	expect(requests).toHaveLength(2);
	while (waiting.length > 0) {
		for (const respond of waiting.splice(0)) respond();
		await new Promise(setImmediate);
	}
	waiting = [];
	await Promise.all(calls);
	expect(requests).toHaveLength(3);
});

describe('If the service asks one client to wait', () => {
	/** Two clients with the same key; the first one was asked to wait for a second. */
	async function afterRefusal(limits: { deadline?: number; signal?: AbortSignal }) {
		const credential = newCredential();
		const refused = context(responding(429, { 'retry-after': '1' }), credential);
		const deadline = Date.now() + 900;
		const first = new IntezerClient(refused.n8n, { deadline }).getCase('a');
		await expect(first).rejects.toMatchObject({ kind: 'rateLimited' });
		const second = context(responding(200), credential);
		return { call: new IntezerClient(second.n8n, limits).getCase('b'), requests: second.requests };
	}

	test('another one fails at once with the same failure, if its deadline comes first', async () => {
		const { call, requests } = await afterRefusal({ deadline: Date.now() + 500 });
		await expect(call).rejects.toMatchObject({ kind: 'rateLimited' });
		expect(requests).toHaveLength(0);
	});

	test('another one waits, and canceling it ends the wait', async () => {
		const abort = new AbortController();
		const { call, requests } = await afterRefusal({ signal: abort.signal });
		for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
		abort.abort();
		await expect(call).rejects.toMatchObject({ kind: 'canceled' });
		expect(requests).toHaveLength(0);
	});
});

describe('A client logs', () => {
	test('what it requested and how much it received, but no filter, case id, key or token', async () => {
		const credential = newCredential();
		const found = { cases: [{ case_id: 'found-id' }, {}], cases_count: 2345 };
		const list = { devices: [{ hostname: 'found-host' }] };
		const { n8n, logged } = context(({ url }) => {
			const result = url.endsWith('search') ? found : list;
			return Promise.resolve({ statusCode: 200, headers: {}, body: { result } });
		}, credential);
		const client = new IntezerClient(n8n);
		await client.searchPage({ payload: { free_text: 'typed-text' } }, 100, 50);
		await client.getRelated('typed-id', 'devices');
		await client.getCase('typed-id');
		expect(logged.map((line) => line.replace(/\d+ ms/, 'N ms'))).toEqual([
			'debug Intezer: POST /cases/search (offset 100): 200 in N ms, 2 of 2345 cases',
			'debug Intezer: GET /cases/{case_id}/devices: 200 in N ms, 1 devices',
			'debug Intezer: GET /cases/{case_id}: 200 in N ms, 1 devices',
		]);
		for (const secret of ['found', 'typed', credential.apiKey, 'token']) {
			expect(logged.join()).not.toContain(secret);
		}
	});

	test('as a warning, once, that the service asks to slow down, and that it gave up', async () => {
		const { n8n, logged } = context(responding(429, { 'retry-after': '1' }));
		const client = new IntezerClient(n8n, { deadline: Date.now() + 900 });
		const calls = [client.getCase('a'), client.getCase('b')];
		for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
		const warnings = logged.filter((line) => line.startsWith('warn'));
		const gaveUp = 'warn Intezer: GET /cases/{case_id}: gave up after 1 attempt: 429';
		expect(warnings).toEqual([
			'warn Intezer asks for fewer requests (429): pausing 1.0 s, then at most 1 at a time',
			gaveUp,
			gaveUp,
		]);
	});

	test('why there was no response', async () => {
		const { n8n, logged } = context(() => Promise.reject(new Error('ECONNREFUSED')));
		// The first pause would be almost two seconds: longer than the deadline.
		const random = jest.spyOn(Math, 'random').mockReturnValue(0.99);
		const client = new IntezerClient(n8n, { deadline: Date.now() + 1_500 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'unreachable' });
		random.mockRestore();
		expect(logged.map((line) => line.replace(/[\d.]+ (m?s)/, 'N $1'))).toEqual([
			'debug Intezer: GET /cases/{case_id}: no connection in N ms',
			'warn Intezer: GET /cases/{case_id}: gave up after 1 attempt: no connection',
		]);
	});

	test('a retry, and nothing more if a response is final', async () => {
		let attempts = 0;
		const { n8n, logged } = context(() => responding(attempts++ === 0 ? 500 : 400)());
		await expect(new IntezerClient(n8n).getCase('a')).rejects.toMatchObject({ kind: 'badRequest' });
		expect(logged.map((line) => line.replace(/[\d.]+ (m?s)/, 'N $1'))).toEqual([
			'debug Intezer: GET /cases/{case_id}: 500 in N ms, 0 of 0 cases',
			'debug Intezer: GET /cases/{case_id}: 500, next attempt in N s',
			'debug Intezer: GET /cases/{case_id}: 400 in N ms, 0 of 0 cases',
		]);
		logged.length = 0;
		await expect(new IntezerClient(n8n).getCase('a')).rejects.toMatchObject({ kind: 'badRequest' });
		expect(logged).toHaveLength(1);
	});
});
