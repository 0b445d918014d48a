import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import {
	DEMO_API_KEY,
	makeCase,
	SORT_FIELDS,
	startSimulator,
	type SimulatedCase,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';
import { waitFor } from '../../waitFor.mts';

const NOW = 1_760_000_000;

let clock = NOW;
let simulator: Simulator;
let client: PlainClient;

beforeEach(async () => {
	clock = NOW;
	simulator = await startSimulator({ cases: 25, now: () => clock, tokenLifetimeSeconds: 60 });
	client = await PlainClient.connect(simulator);
});

afterEach(() => simulator.close());

/** Restarts the simulator with these cases. */
async function restartWith(cases: SimulatedCase[]): Promise<void> {
	await simulator.close();
	simulator = await startSimulator({ cases, now: () => clock });
	client = await PlainClient.connect(simulator);
}

function search(body: object = {}) {
	return client.post('/cases/search', { payload: {}, ...body });
}

describe('tokens', () => {
	it('says that it is available without a token', async () => {
		const response = await fetch(`${simulator.url}/api/v2-0/is-available`);
		expect(response.status).toBe(200);
		expect(await response.json()).toEqual({ is_available: true });
	});

	it('exchanges a key for a new token in the form of a JWT, with its expiry', async () => {
		const first = await client.post('/get-access-token', { api_key: DEMO_API_KEY });
		const second = await client.post('/get-access-token', { api_key: DEMO_API_KEY });
		expect(first.body).toEqual({
			result: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
			expire_at: NOW + 60,
		});
		expect(second.body).not.toEqual(first.body);
	});

	it('refuses an unknown key', async () => {
		const answer = await client.post('/get-access-token', { api_key: 'another' });
		expect(answer.status).toBe(401);
	});

	it('accepts each of several keys', async () => {
		await simulator.close();
		simulator = await startSimulator({ cases: 0, apiKeys: ['one', 'two'] });
		client = await PlainClient.connect(simulator);
		expect(simulator.apiKey).toBe('one');
		expect((await client.post('/get-access-token', { api_key: 'two' })).status).toBe(200);
		expect((await client.post('/get-access-token', { api_key: DEMO_API_KEY })).status).toBe(401);
	});

	it.each([undefined, 'Bearer ', 'Bearer nonsense', 'bearer', 'Basic abc'])(
		'returns 401 for the authorization %s, before it validates the request',
		async (authorization) => {
			const response = await fetch(`${simulator.url}/api/v2-0/cases/search`, {
				method: 'POST',
				headers: authorization === undefined ? {} : { authorization },
				body: 'not JSON',
			});
			expect(response.status).toBe(401);
		},
	);

	it('lets a token expire', async () => {
		clock += 59;
		expect((await search()).status).toBe(200);
		clock += 1;
		expect((await search()).status).toBe(401);
	});

	it('revokes the tokens issued so far, and issues new ones', async () => {
		simulator.revokeTokens();
		expect((await search()).status).toBe(401);
		client = await PlainClient.connect(simulator);
		expect((await search()).status).toBe(200);
	});
});

describe('a case', () => {
	const full = makeCase(
		{
			case_id: 'a/b c',
			case_title: '<script>alert("1")</script>',
			devices: [{ hostname: 'host-8', device_id: 'd' }],
			users: [{ user_email: 'a@example.com' }],
			ttps: [{ ttp_id: 'T1059' }],
		},
		NOW,
	);

	beforeEach(() => restartWith([full]));

	it('has its documented fields, and a link to its own page', async () => {
		const { body } = await client.get('/cases/a%2Fb%20c');
		expect(body).toEqual({
			result: {
				case_id: 'a/b c',
				case_title: full.case_title,
				case_status: 'new',
				case_priority: 'medium',
				alerts_count: 1,
				case_sources: ['s1'],
				case_tags: [],
				analyst_verdict: null,
				intezer_case_url: `${simulator.url}/cases/a%2Fb%20c`,
				case_triage: full.case_triage,
				creation_time: NOW,
				modification_time: NOW,
				last_attached_alert_time: NOW,
				sub_tenant_name: null,
				assigned_account_id: null,
				external_ticket_vendor: null,
			},
		});
	});

	it('has lists of its devices, users and TTPs', async () => {
		for (const list of ['devices', 'users', 'ttps'] as const) {
			const { body } = await client.get(`/cases/a%2Fb%20c/${list}`);
			expect(body).toEqual({ result: { [list]: full[list] } });
		}
	});

	it.each(['', '/devices', '/users', '/ttps'])('that does not exist: 404 for %s', async (list) => {
		const answer = await client.get(`/cases/nothing${list}`);
		expect(answer.status).toBe(404);
		expect(answer.body).toEqual({ error: 'Case not found' });
	});

	it('has an HTML page, with all its values escaped', async () => {
		const link = simulator.cases.get('a/b c')?.intezer_case_url ?? '';
		const response = await fetch(link);
		const page = await response.text();
		expect(response.headers.get('content-type')).toContain('text/html');
		expect(page).toContain('host-8');
		expect(page).not.toContain('<script');
		expect((await fetch(`${simulator.url}/cases/nothing`)).status).toBe(404);
	});

	it.each([
		['seconds', NOW],
		['milliseconds', NOW * 1000],
		['iso', '2025-10-09T08:53:20.000Z'],
		['rfc1123', 'Thu, 09 Oct 2025 08:53:20 GMT'],
	] as const)('writes its times in %s', async (format, written) => {
		simulator.timeFormat = format;
		const { body } = await client.get('/cases/a%2Fb%20c');
		expect(body).toMatchObject({ result: { creation_time: written, modification_time: written } });
	});

	it('may have no times', async () => {
		simulator.timeFormat = 'none';
		const { body } = await client.get('/cases/a%2Fb%20c');
		expect(body).not.toHaveProperty('result.creation_time');
	});

	it('may be sent with values other than its own', async () => {
		const onTheWire = { case_triage: null, case_id: undefined, devices: 'a field of that name' };
		simulator.cases.update('a/b c', { onTheWire });
		const { body } = await client.get('/cases/a%2Fb%20c');
		expect(body).toMatchObject({ result: { case_triage: null, devices: onTheWire.devices } });
		expect(body).not.toHaveProperty('result.case_id');
	});
});

describe('the order of a search', () => {
	const [a, b, c] = [
		{
			case_id: 'a',
			creation_time: 1,
			alerts_count: 2,
			modification_time: 20,
			last_attached_alert_time: 7,
		},
		{
			case_id: 'b',
			creation_time: 2,
			alerts_count: 9,
			modification_time: 30,
			last_attached_alert_time: 5,
		},
		{
			case_id: 'c',
			creation_time: 3,
			alerts_count: 1,
			modification_time: 10,
			last_attached_alert_time: 6,
		},
	];

	beforeEach(() => restartWith([a, b, c].map((each) => makeCase(each))));

	it.each([
		[undefined, 'cba'],
		['creation_time', 'cba'],
		['alerts_count', 'bac'],
		['modification_time', 'bac'],
		['last_attached_alert_time', 'acb'],
	])('by %s is %s, and the reverse when ascending', async (sort_by, expected) => {
		const descending = await client.search({ sort_by });
		simulator.ascending = SORT_FIELDS;
		const ascending = await client.search({ sort_by });
		expect(descending.ids.join('')).toBe(expected);
		expect(ascending.ids.toReversed().join('')).toBe(expected);
	});

	it('moves a case when it changes, gets an alert, or is added or removed', async () => {
		clock = 50;
		const modified = async () =>
			(await client.search({ sort_by: 'modification_time' })).ids.join('');
		expect(await modified()).toBe('bac');
		simulator.cases.update('c', { case_priority: 'escalated' });
		expect(await modified()).toBe('cba');
		clock = 60;
		simulator.cases.attachAlert('a');
		expect(await modified()).toBe('acb');
		expect((await client.search({ sort_by: 'last_attached_alert_time' })).ids.join('')).toBe('acb');
		expect((await client.search({ sort_by: 'alerts_count' })).ids.join('')).toBe('bac');
		simulator.cases.remove('c');
		simulator.cases.add({ case_id: 'd', creation_time: 40 });
		expect(await modified()).toBe('adb');
	});
});

describe('the pages of a search', () => {
	async function pageThrough(limit: number): Promise<string[]> {
		const all: string[] = [];
		for (;;) {
			const { ids } = await client.search({ offset: all.length, limit });
			if (ids.length === 0) return all;
			all.push(...ids);
		}
	}

	it.each([1, 7, 25, 100])('of %i contain every case once', async (limit) => {
		const ids = await pageThrough(limit);
		expect(ids).toHaveLength(25);
		expect(new Set(ids).size).toBe(25);
	});

	it('are no larger than the page cap, whatever the limit', async () => {
		simulator.pageCap = 4;
		const { count, ids } = await client.search({ limit: 100 });
		expect(count).toBe(25);
		expect(ids).toHaveLength(4);
		expect(new Set(await pageThrough(100)).size).toBe(25);
	});

	it('hold 100 cases without a limit', async () => {
		for (let index = 0; index < 100; index++) simulator.cases.add();
		expect((await client.search({})).ids).toHaveLength(100);
	});

	it('return ties in a different order each time with shuffleTies, each once per page', async () => {
		await restartWith(Array.from({ length: 60 }, () => makeCase({}, NOW)));
		const fixed = await client.search({});
		expect(await client.search({})).toEqual(fixed);
		simulator.shuffleTies = true;
		const first = await client.search({});
		const second = await client.search({});
		expect(first.ids).not.toEqual(second.ids);
		expect(new Set(first.ids)).toEqual(new Set(fixed.ids));
		expect(new Set((await client.search({ offset: 10, limit: 20 })).ids).size).toBe(20);
	});
});

describe('what a test observes and controls', () => {
	it('counts the requests in flight and their maximum', async () => {
		simulator.latencyMs = 500;
		const startedAt = performance.now();
		await Promise.all([search(), search(), search()]);
		expect(performance.now() - startedAt).toBeGreaterThan(490);
		expect(simulator.inFlight).toEqual({ now: 0, peak: 3 });
	});

	it('closes immediately, whatever the latency', async () => {
		simulator.latencyMs = 60_000;
		const rejected = expect(search()).rejects.toThrow();
		await waitFor(() => {
			expect(simulator.inFlight.now).toBeGreaterThan(0);
		});
		await simulator.close();
		await rejected;
	});

	it('records requests in order, with the status of the response', async () => {
		simulator.forgetRequests();
		await search({ limit: 3 });
		await client.get('/cases/nothing?x=1');
		await client.send('/cases/search', 'nonsense', 'text/plain');
		expect(simulator.requests).toMatchObject([
			{
				method: 'POST',
				path: '/api/v2-0/cases/search',
				body: { payload: {}, limit: 3 },
				status: 200,
			},
			{ method: 'GET', path: '/api/v2-0/cases/nothing?x=1', status: 400 },
			{ method: 'POST', path: '/api/v2-0/cases/search', body: 'nonsense', status: 400 },
		]);
		expect(simulator.requests[0]?.headers.authorization).toBe(`Bearer ${client.token}`);
	});

	it('also records requests outside the API', async () => {
		simulator.forgetRequests();
		await fetch(`${simulator.url}/v2-0/cases/search`);
		expect(simulator.requests).toMatchObject([{ path: '/v2-0/cases/search', status: 404 }]);
	});

	it('lets cases change between two requests', async () => {
		const seen: string[] = [];
		simulator.beforeAnswer((request, count) => {
			seen.push(`${count} ${request.path}`);
			if (count === 2) simulator.cases.add({ case_id: 'second' });
		});
		expect((await client.search({})).count).toBe(25);
		const second = await client.search({});
		expect(second.count).toBe(26);
		expect(seen).toEqual(['1 /api/v2-0/cases/search', '2 /api/v2-0/cases/search']);
		simulator.beforeAnswer(undefined);
		expect((await client.search({})).count).toBe(26);
	});

	it('sends its own time in the Date header', async () => {
		clock -= 600;
		expect((await search()).headers.get('date')).toBe(new Date(clock * 1000).toUTCString());
	});

	it('never changes a case object in place', () => {
		const [first] = simulator.cases.all;
		if (first === undefined) throw new Error('There is no case.');
		const before = structuredClone(first);
		clock += 5;
		const after = simulator.cases.update(first.case_id, { case_title: 'Another' });
		expect(first).toEqual(before);
		expect(after).toEqual({ ...before, case_title: 'Another', modification_time: clock });
		expect(simulator.cases.get(first.case_id)).toBe(after);
		expect(() => simulator.cases.update('nothing', {})).toThrow('no case');
		expect(() => simulator.cases.add(first)).toThrow('already');
	});
});
