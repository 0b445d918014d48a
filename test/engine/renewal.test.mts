import { describe, expect, test } from '@jest/globals';

import { makeCase, startSimulator } from '../../tools/simulator/simulator.mts';
import type { StoredCredential } from '../../tools/n8nEngine/storedCredential.mts';
import { runNode, type NodeOutcome } from '../../tools/n8nEngine/engine.mts';
import { credentialOf, simulatedIntezer } from './service.mts';
import { withoutWaiting } from './time.mts';

const OTHER_KEY = '11111111-1111-4111-8111-111111111111';
const CASES = Array.from({ length: 60 }, (_, n) => makeCase({ case_id: `case-${n}` }));
const service = simulatedIntezer({
	cases: CASES,
	apiKeys: ['00000000-0000-4000-8000-000000000001', OTHER_KEY],
});

/** Gets every case, with up to twenty requests in flight. */
async function getAll(
	credential: StoredCredential = service.credential,
	continueOnFail = false,
): Promise<NodeOutcome> {
	return await runNode({
		parameters: {
			resource: 'case',
			operation: 'get',
			caseId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
			options: { maxConcurrency: 20 },
		},
		credential,
		input: CASES.map(({ case_id: id }) => ({ id })),
		continueOnFail,
	});
}

const exchanges = () => service.simulator.requests.filter(({ path }) => path.endsWith('token'));
const refused = () => service.simulator.requests.filter(({ status }) => status === 401);

/** Revokes the tokens once this many requests are in flight, and delays responses until as many have been refused. */
function revokeWith(inFlight: number): void {
	const { simulator } = service;
	simulator.latencyMs = 1000;
	let isRevoked = false;
	let refusals = 0;
	simulator.beforeAnswer(() => {
		if (isRevoked && ++refusals === inFlight) simulator.latencyMs = 0;
		if (isRevoked || simulator.inFlight.now < inFlight) return;
		isRevoked = true;
		simulator.revokeTokens();
	});
}

describe('The key is exchanged once', () => {
	test.each([
		['there is no token yet', () => ({})],
		['the credential was imported without one', () => ({ sessionToken: undefined })],
		['the token was issued for another key', () => ({ sessionToken: 'other-key.token' })],
	])('for many items if %s', async (_when, data) => {
		service.simulator.latencyMs = 5;
		service.credential.stored = { ...service.credential.stored, ...data() };
		const { json, error } = await getAll();
		expect(error).toBeUndefined();
		expect(json).toHaveLength(60);
		expect(exchanges()).toHaveLength(1);
		expect(refused()).toHaveLength(0);
	});

	test('if the token is revoked with twenty requests in flight', async () => {
		await getAll();
		service.simulator.forgetRequests();
		revokeWith(20);
		const { json, error } = await getAll();
		expect(error).toBeUndefined();
		expect(json).toHaveLength(60);
		expect(exchanges()).toHaveLength(1);
		expect(refused().length).toBeGreaterThanOrEqual(20);
	});

	test('for two parallel executions with the same credential', async () => {
		await getAll();
		service.simulator.forgetRequests();
		revokeWith(20);
		const outcomes = await Promise.all([getAll(), getAll()]);
		for (const { json, error } of outcomes) {
			expect(error).toBeUndefined();
			expect(json).toHaveLength(60);
		}
		expect(exchanges()).toHaveLength(1);
	});

	test('for three parallel executions that start without a token', async () => {
		const outcomes = await Promise.all([getAll(), getAll(), getAll()]);
		for (const { json } of outcomes) expect(json).toHaveLength(60);
		expect(exchanges()).toHaveLength(1);
	});

	test('also for the next execution: the token is stored', async () => {
		await getAll();
		service.simulator.forgetRequests();
		await getAll();
		expect(exchanges()).toHaveLength(0);
	});
});

describe('A refused key', () => {
	test('fails all items with one request and no retry', async () => {
		const { json } = await getAll(credentialOf(service.simulator, { apiKey: 'wrong' }), true);
		expect(json).toEqual(
			CASES.map(({ case_id }) => ({ error: 'Intezer rejected the API key', case_id })),
		);
		expect(service.simulator.requests.map(({ path }) => path)).toEqual([
			'/api/v2-0/get-access-token',
		]);
	});

	test('while twenty requests are in flight, fails them all with one exchange', async () => {
		await getAll();
		service.simulator.forgetRequests();
		revokeWith(20);
		service.simulator.fail({ path: '/get-access-token', status: 401, times: Infinity });
		const { error } = await getAll();
		expect(error?.message).toMatch(/^Intezer rejected the API key \[item \d+\]$/);
		expect(exchanges()).toHaveLength(1);
	});

	test('in one execution does not affect another with a good key', async () => {
		const [bad, good] = await Promise.all([
			getAll(credentialOf(service.simulator, { apiKey: 'wrong' })),
			getAll(credentialOf(service.simulator, { apiKey: OTHER_KEY })),
		]);
		expect(bad.error?.message).toMatch(/^Intezer rejected the API key \[item \d+\]$/);
		expect(good.json).toHaveLength(60);
	});
});

test('A key that is edited during a run is used from the next renewal on', async () => {
	await getAll();
	service.simulator.forgetRequests();
	service.simulator.beforeAnswer((_request, count) => {
		if (count !== 30) return;
		service.credential.stored = { ...service.credential.stored, apiKey: OTHER_KEY };
		service.simulator.revokeTokens();
	});
	const { json, error } = await getAll();
	expect(error).toBeUndefined();
	expect(json).toHaveLength(60);
	expect(exchanges().map(({ body }) => body)).toEqual([{ api_key: OTHER_KEY }]);
});

test('A run ends if its credential gets the address of another Intezer: it would mix the cases of both', async () => {
	const other = await startSimulator({ cases: 300 });
	const { simulator, credential } = service;
	await getAll();
	simulator.forgetRequests();
	simulator.beforeAnswer((_request, count) => {
		if (count !== 3) return;
		credential.stored = { ...credential.stored, apiKey: other.apiKey, baseUrl: other.url };
		simulator.revokeTokens();
	});
	const { json, error } = await runNode({
		parameters: {
			resource: 'case',
			operation: 'search',
			returnAll: true,
			options: { pageSize: 10 },
		},
		credential,
	});
	await other.close();
	expect(json).toEqual([]);
	expect(error?.message).toBe(
		`The Intezer API credential does not match the request: it is for ${other.url}, but the request goes to ${simulator.url}`,
	);
	expect(other.requests).toEqual([]);
});

test('A failed renewal is retried once for all requests', async () => {
	await getAll();
	service.simulator.forgetRequests();
	service.simulator.revokeTokens();
	service.simulator.fail({ path: '/get-access-token', reset: true, times: 2 });
	const { json, error } = await withoutWaiting(() => getAll());
	expect(error).toBeUndefined();
	expect(json).toHaveLength(60);
	expect(exchanges()).toHaveLength(3);
});

test('An execution that is canceled during a renewal does not fail another', async () => {
	const { simulator, credential } = service;
	simulator.fail({ path: '/get-access-token', hang: true });
	let cancel: () => void = () => undefined;
	const first = runNode({
		parameters: { resource: 'case', operation: 'search' },
		credential,
		onStart: (stop) => (cancel = stop),
	});
	await new Promise<void>((resolve) => {
		simulator.beforeAnswer(() => {
			setImmediate(resolve);
		});
	});
	const second = getAll();
	for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
	cancel();
	await first;
	const { json, error } = await second;
	expect(error).toBeUndefined();
	expect(json).toHaveLength(60);
	expect(exchanges()).toHaveLength(2);
});
