// cspell:ignore colour limitt
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import {
	DEMO_API_KEY,
	startSimulator,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';

const NOW = 1_760_000_000;

let simulator: Simulator;
let client: PlainClient;

beforeAll(async () => {
	simulator = await startSimulator({ cases: 5 });
	client = await PlainClient.connect(simulator);
});

afterAll(() => simulator.close());

function search(body: object) {
	return client.post('/cases/search', { payload: {}, ...body });
}

describe('a request that the service would refuse', () => {
	const inPayload = (payload: object) => ({ payload });

	it.each([
		['payload', {}],
		['payload', { payload: null }],
		['payload', { payload: [] }],
		['limitt', { payload: {}, limitt: 1 }],
		['offset', { payload: {}, offset: -1 }],
		['offset', { payload: {}, offset: '0' }],
		['limit', { payload: {}, limit: 0 }],
		['limit', { payload: {}, limit: 1.5 }],
		['limit', { payload: {}, limit: null }],
		['search_mode', { payload: {}, search_mode: 'AND' }],
		['sort_by', { payload: {}, sort_by: 'case_title' }],
		['payload.statuses', inPayload({ statuses: ['new'] })],
		['payload.case_ids', inPayload({ case_ids: 'one' })],
		['payload.case_ids', inPayload({ case_ids: [] })],
		['payload.case_ids.0', inPayload({ case_ids: [1] })],
		['payload.exclude_case_ids', inPayload({ exclude_case_ids: {} })],
		['payload.sources.1', inPayload({ sources: ['s1', null] })],
		['payload.free_text', inPayload({ free_text: ['host'] })],
		['payload.free_text', inPayload({ free_text: '' })],
		['payload.time_range_start', inPayload({ time_range_start: 1.5 })],
		['payload.time_range_start', inPayload({ time_range_start: '1760000000' })],
		['payload.time_range_end', inPayload({ time_range_end: NOW * 1000 })],
		['payload.time_range_end', inPayload({ time_range_end: null })],
		['payload.time_range_field', inPayload({ time_range_field: 'close_time' })],
		['payload.case_statuses.0', inPayload({ case_statuses: ['In Progress'] })],
		['payload.priorities.1', inPayload({ priorities: ['high', 'critical'] })],
		['payload.devices', inPayload({ devices: ['host'] })],
		['payload.devices', inPayload({ devices: {} })],
		['payload.devices.hostname', inPayload({ devices: { hostname: ['host'] } })],
		['payload.users.user_emails', inPayload({ users: { user_emails: 'a@example.com' } })],
		['payload.alert_identifiers.0', inPayload({ alert_identifiers: ['a'] })],
		['payload.alert_identifiers.0.alert_id', inPayload({ alert_identifiers: [{}] })],
		[
			'payload.alert_identifiers.0.env',
			inPayload({ alert_identifiers: [{ alert_id: 'a', env: 1 }] }),
		],
		['payload.__proto__', JSON.parse('{"payload":{"__proto__":{}}}') as object],
	])('names %s in a 400', async (field, body) => {
		const answer = await client.post('/cases/search', body);
		expect(answer.status).toBe(400);
		expect(answer.body).toEqual({
			error: 'Bad request',
			message: { [field]: expect.any(String) },
			details: [expect.stringContaining(field)],
		});
	});

	it('names every invalid field', async () => {
		const answer = await search({ payload: { colour: 'red' }, limit: 0, offset: -1 });
		expect(answer.body).toMatchObject({
			message: { 'payload.colour': expect.any(String), limit: 'must be >= 1' },
		});
	});

	it.each([
		['{}', 'text/plain'],
		['payload=1', 'application/x-www-form-urlencoded'],
		['{"payload": {}', 'application/json'],
		['', 'application/json'],
		['[]', 'application/json'],
		['null', 'application/json'],
	])('the body %s as %s', async (body, contentType) => {
		expect((await client.send('/cases/search', body, contentType)).status).toBe(400);
	});

	it.each([
		['GET', '/is-available?a=1'],
		['GET', '/cases/x?raw=true'],
		['POST', '/cases/search?limit=1'],
	])('an unknown query: %s %s', async (method, path) => {
		const answer = await (method === 'GET' ? client.get(path) : client.post(path, { payload: {} }));
		expect(answer.status).toBe(400);
	});

	it.each([{}, { api_key: 1 }, { api_key: '' }, { api_key: DEMO_API_KEY, more: 1 }])(
		'an exchange of %j',
		async (body) => {
			expect((await client.post('/get-access-token', body)).status).toBe(400);
		},
	);

	it('a path that cannot be decoded, and records it', async () => {
		expect((await client.get('/cases/100%')).status).toBe(400);
		const { path, status } = simulator.requests.at(-1) ?? {};
		expect({ path, status }).toEqual({ path: '/api/v2-0/cases/100%', status: 400 });
	});

	it('a search that excludes more ids than allowed', async () => {
		simulator.maxExcludedIds = 2;
		const excluding = (...ids: string[]) => search({ payload: { exclude_case_ids: ids } });
		expect((await excluding('a', 'b')).status).toBe(200);
		const refused = await excluding('a', 'b', 'c');
		expect(refused.status).toBe(400);
		expect(refused.body).toMatchObject({
			message: { 'payload.exclude_case_ids': expect.stringContaining('2') },
		});
	});

	it.each(['/nothing', '/cases', '/cases/search/', '//cases/search', '/cases/a/b'])(
		'returns 404 as JSON for %s',
		async (path) => {
			const answer = await client.post(path, {});
			expect(answer.status).toBe(404);
			expect(answer.body).toEqual({ error: 'Not found' });
		},
	);
});
