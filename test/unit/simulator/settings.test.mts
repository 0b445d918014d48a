import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import {
	defaultSettings,
	DEMO_API_KEY,
	startSimulator,
	type Settings,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';

const NOW = 1_760_000_000;
const CASES = 25;

let clock = NOW;
let simulator: Simulator;
let client: PlainClient;

beforeAll(async () => {
	simulator = await startSimulator({ cases: CASES, now: () => clock });
	client = await PlainClient.connect(simulator);
});

afterAll(() => simulator.close());

beforeEach(() => {
	Object.assign(simulator, defaultSettings());
	// The minute of an earlier quota is over.
	clock += 60;
});

function search(body: object = {}) {
	return client.post('/cases/search', { payload: {}, ...body });
}

/** A search that excludes ids of a length of ten characters. */
function excluding(count: number) {
	const ids = Array.from({ length: count }, (_, index) => `none-${String(index).padStart(5, '0')}`);
	return search({ payload: { exclude_case_ids: ids } });
}

describe('pages and counts', () => {
	it('refuse an offset beyond the window with 400, whatever matches', async () => {
		simulator.offsetWindow = 20;
		expect((await search({ offset: 10, limit: 10 })).status).toBe(200);
		expect(await search({ offset: 11, limit: 10 })).toMatchObject({
			status: 400,
			body: { message: { offset: expect.stringContaining('20') } },
		});
		// Without a limit, 100 cases are requested.
		expect((await search()).status).toBe(400);
	});

	it('refuse a limit above a maximum with 400', async () => {
		simulator.maxLimit = 20;
		expect((await search({ limit: 20 })).status).toBe(200);
		expect((await search({ limit: 21 })).status).toBe(400);
	});

	it('cap the count, and nothing else', async () => {
		simulator.countCap = 10;
		const { count, ids } = await client.search({ limit: 20 });
		expect({ count, ids: ids.length }).toEqual({ count: 10, ids: 20 });
		expect((await client.search({ offset: 20 })).ids).toHaveLength(5);
	});

	it('refuse an offset beyond the end, but never the first page', async () => {
		expect((await search({ offset: CASES })).status).toBe(200);
		simulator.refuseOffsetBeyondEnd = true;
		expect((await search({ offset: CASES - 1 })).status).toBe(200);
		expect((await search({ offset: CASES })).status).toBe(400);
		simulator.endRefusal = '404';
		expect((await search({ offset: CASES })).status).toBe(404);
		expect((await search({ payload: { case_ids: ['none'] } })).status).toBe(200);
	});

	it('sort each field in its own direction', async () => {
		const ids = async (sort_by: string) => (await client.search({ sort_by })).ids.join();
		const before = [await ids('creation_time'), await ids('modification_time')];
		simulator.ascending = ['modification_time'];
		expect(await ids('creation_time')).toBe(before[0]);
		expect((await ids('modification_time')).split(',').toReversed().join()).toBe(before[1]);
	});
});

describe('a search that is too long', () => {
	it('is refused above a number of bytes of the body', async () => {
		simulator.maxBodyBytes = JSON.stringify({ payload: {}, limit: 10 }).length;
		expect((await search({ limit: 10 })).status).toBe(200);
		expect(await search({ limit: 100 })).toMatchObject({
			status: 400,
			body: { message: { body: expect.any(String) } },
		});
	});

	it('is refused above a length of any list', async () => {
		simulator.maxListLength = 2;
		expect((await search({ payload: { sources: ['a', 'b'] } })).status).toBe(200);
		expect((await search({ payload: { sources: ['a', 'b', 'c'] } })).status).toBe(400);
		const hostnames = ['a', 'b', 'c'];
		expect((await search({ payload: { devices: { hostnames } } })).status).toBe(400);
	});

	it.each(['400', '403', '404', '413', '414', '422', '431'] as const)(
		'is refused with %s',
		async (status) => {
			Object.assign(simulator, { maxExcludedIds: 3, longRefusal: status });
			expect((await excluding(3)).status).toBe(200);
			expect((await excluding(4)).status).toBe(Number(status));
		},
	);

	it('is refused with a page of HTML', async () => {
		Object.assign(simulator, { maxExcludedIds: 3, longRefusal: 'html' });
		const { status, body, headers } = await excluding(4);
		expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('<html>') });
		expect(headers.get('content-type')).toContain('text/html');
	});

	it('is refused with a redirect to another page of the gateway', async () => {
		Object.assign(simulator, { maxExcludedIds: 3, longRefusal: 'redirect' });
		const response = await fetch(`${simulator.url}/api/v2-0/cases/search`, {
			method: 'POST',
			headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
			body: JSON.stringify({ payload: { exclude_case_ids: ['a', 'b', 'c', 'd'] } }),
			redirect: 'manual',
		});
		expect(response.status).toBe(302);
		expect(response.headers.get('location')).toBe('/blocked');
	});
});

describe('the quota', () => {
	it('is shared by all clients, and ends with its minute', async () => {
		simulator.requestsPerMinute = 3;
		const other = await PlainClient.connect(simulator);
		const statuses = [await search(), await other.get('/accounts/me'), await search()];
		expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200]);
		clock += 10;
		const refused = await other.get('/cases/none');
		expect(refused.status).toBe(429);
		expect(refused.headers.get('retry-after')).toBe('50');
		clock += 50;
		expect((await search()).status).toBe(200);
	});

	it('may be described in every response: what remains, and when it resets', async () => {
		Object.assign(simulator, { requestsPerMinute: 2, quotaHeaders: 'rateLimit' });
		const responses = [await search(), await search(), await search()];
		const rows = responses.map(({ status, headers }) => [
			status,
			headers.get('x-ratelimit-limit'),
			headers.get('x-ratelimit-remaining'),
			headers.get('x-ratelimit-reset'),
			headers.get('retry-after'),
		]);
		const reset = String(clock + 60);
		expect(rows).toEqual([
			[200, '2', '1', reset, null],
			[200, '2', '0', reset, null],
			[429, '2', '0', reset, null],
		]);
	});

	it('may be described in no response', async () => {
		Object.assign(simulator, { requestsPerMinute: 1, quotaHeaders: 'none' });
		await search();
		const { status, headers } = await search();
		expect(status).toBe(429);
		const names = [
			'retry-after',
			'x-ratelimit-limit',
			'x-ratelimit-remaining',
			'x-ratelimit-reset',
		];
		expect(names.filter((name) => headers.has(name))).toEqual([]);
	});

	it('of key exchanges is a separate one', async () => {
		simulator.exchangesPerMinute = 1;
		const exchange = () => client.post('/get-access-token', { api_key: DEMO_API_KEY });
		expect((await exchange()).status).toBe(200);
		expect((await exchange()).status).toBe(429);
		expect((await search()).status).toBe(200);
		expect((await client.get('/is-available')).status).toBe(200);
	});
});

describe('the clock and the latency', () => {
	it('may differ from the Date header, which may be missing', async () => {
		simulator.dateSkewSeconds = 400;
		expect((await search()).headers.get('date')).toBe(new Date((clock + 400) * 1000).toUTCString());
		simulator.noDate = true;
		expect((await search()).headers.has('date')).toBe(false);
	});

	it('may be random between two bounds', async () => {
		Object.assign(simulator, { latencyMs: 60, maxLatencyMs: 120 });
		const startedAt = performance.now();
		await search();
		expect(performance.now() - startedAt).toBeGreaterThanOrEqual(58);
	});
});

describe('new cases', () => {
	it('come as time passes, as many a minute as the setting says', async () => {
		const count = async () => (await client.search({ limit: 1 })).count;
		simulator.casesPerMinute = 12;
		const before = await count();
		clock += 4;
		expect(await count()).toBe(before);
		clock += 57;
		expect(await count()).toBe(before + 12);
		const created = simulator.cases.all.slice(before).map(({ creation_time }) => creation_time);
		expect(created.at(-1)).toBeLessThanOrEqual(clock);
		expect((created.at(-1) ?? 0) - (created[0] ?? 0)).toBe(55);
		simulator.casesPerMinute = 0;
		clock += 60;
		expect(await count()).toBe(before + 12);
		for (const { case_id } of simulator.cases.all.slice(before)) simulator.cases.remove(case_id);
	});
});

describe('accounts', () => {
	it('list everyone that a case is assigned to, with the account of the key first', async () => {
		const { body } = await client.get('/accounts');
		expect((await client.get('/accounts/me')).body).toEqual({ result: simulator.accounts[0] });
		expect(body).toEqual({ result: simulator.accounts });
		const assigned = simulator.cases.all.flatMap((each) => each.assigned_account_id ?? []);
		const ids = simulator.accounts.map(({ account_id }) => account_id);
		expect(assigned.length).toBeGreaterThan(0);
		expect(ids.slice(1)).toEqual([...new Set(assigned)].sort());
		expect(simulator.accounts[1]).toEqual({
			account_id: expect.any(String),
			account_name: expect.stringContaining(' '),
			account_email: expect.stringContaining('@'),
			created_time: expect.stringMatching(/ GMT$/),
			last_sign_in_time: expect.stringMatching(/ GMT$/),
		});
	});

	it('show the usage of the quota', async () => {
		const { body } = await client.get('/current-quota-usage');
		const usage = { quota: expect.any(Number), usage: expect.any(Number) };
		expect(body).toEqual({ result: { file_scans: usage, endpoint_scans: usage } });
	});

	it.each(['/accounts', '/accounts/me', '/current-quota-usage'])(
		'%s may be refused with 403',
		async (path) => {
			simulator.accountsForbidden = true;
			expect(await client.get(path)).toMatchObject({
				status: 403,
				body: { error: 'Insufficient Permissions' },
			});
			expect((await search()).status).toBe(200);
		},
	);

	it('without permission for cases get 403 on every route of them', async () => {
		simulator.casesForbidden = true;
		expect((await search()).status).toBe(403);
		expect((await client.get('/cases/any/devices')).status).toBe(403);
		expect((await client.get('/accounts')).status).toBe(200);
	});
});

describe('the form of generated cases', () => {
	async function firstCase(settings: Partial<Settings>): Promise<unknown> {
		const shaped = await startSimulator({ cases: 3, seed: 7, now: () => NOW, settings });
		const { body } = await (
			await PlainClient.connect(shaped)
		).post('/cases/search', { payload: {} });
		await shaped.close();
		return (body as { result: { cases: unknown[] } }).result.cases[0];
	}

	it('may be an id that is a number, also of a case that comes later', async () => {
		expect(await firstCase({ numericCaseIds: true })).toMatchObject({ case_id: 1_000_003 });
		simulator.numericCaseIds = true;
		const { case_id } = simulator.cases.add();
		const { body } = await client.get(`/cases/${case_id}`);
		expect(body).toMatchObject({ result: { case_id: Number(case_id) } });
		expect(await search({ payload: { case_ids: [case_id] } })).toMatchObject({
			body: { result: { cases_count: 1, cases: [{ case_id: Number(case_id) }] } },
		});
		simulator.cases.remove(case_id);
	});

	it('may be times with milliseconds, shown or hidden', async () => {
		const plain = await firstCase({});
		const shown = await firstCase({ timeFraction: 'shown' });
		const hidden = await firstCase({ timeFraction: 'hidden' });
		const created = (each: unknown) => (each as { creation_time: number }).creation_time;
		expect(created(shown)).not.toBe(created(plain));
		expect(Math.floor(created(shown))).toBe(created(plain));
		expect(hidden).toMatchObject({ creation_time: created(plain) });
	});

	it('stamps later changes with milliseconds too', () => {
		simulator.timeFraction = 'hidden';
		clock += 0.25;
		expect(simulator.cases.add({ case_id: 'fine' }).creation_time).toBe(clock);
		simulator.cases.remove('fine');
		clock -= 0.25;
	});
});

it('imitates a deployment that does all of it at once', async () => {
	Object.assign(simulator, {
		pageCap: 4,
		offsetWindow: 20,
		countCap: 10,
		maxExcludedIds: 3,
		longRefusal: '403',
		timeFormat: 'iso',
		copyLags: [0, 75],
		requestsPerMinute: 8,
		dateSkewSeconds: -120,
	});
	const page = await client.search({ limit: 10 });
	expect({ ...page, ids: page.ids.length }).toEqual({ count: 10, ids: 4 });
	expect((await search({ offset: 15, limit: 10 })).status).toBe(400);
	expect((await excluding(4)).status).toBe(403);
	simulator.cases.add({ case_id: 'late', creation_time: clock });
	const newest = async () => (await client.search({ limit: 1 })).ids[0];
	const seen = [await newest(), await newest(), await newest(), await newest()];
	expect(seen.filter((id) => id === 'late')).toHaveLength(2);
	const { headers } = await search({ limit: 1 });
	expect(headers.get('date')).toBe(new Date((clock - 120) * 1000).toUTCString());
	expect((await search({ limit: 1 })).status).toBe(429);
	simulator.cases.remove('late');
});
