import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { ExecutionResult } from '../../tools/n8nHost/execution.mts';
import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { dataOf, jsonBody, type N8nSession } from '../../tools/n8nHost/session.mts';
import { TWELVE_FIELDS } from '../engine/cases/simplifiedCase.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { httpRequestWorkflow, NODE, workflow } from './workflows.mts';
import { tarball } from './tarball.mts';

const HISTORY = 1234;
const WRONG_KEY = '99999999-9999-4999-8999-999999999999';
const LOOKED_UP = '={{ $json.id }}';

let simulator: Simulator;
/** Another host, which must never get the token. */
let elsewhere: Simulator;
let instance: N8nInstance;
let n8n: RunningN8n;
let session: N8nSession;
/** A case of the history that the tests look up. */
let known: { case_id: string };

beforeAll(async () => {
	simulator = await startSimulator({ cases: HISTORY });
	elsewhere = await startSimulator({ cases: 1 });
	const [first] = simulator.cases.search({ payload: {}, offset: 7, limit: 1 }).cases;
	if (first === undefined) throw new Error('the simulator has no cases');
	known = first;

	instance = await createInstance(await ensureN8n(), tarball());
	const address = { region: 'custom', baseUrl: simulator.url };
	await instance.importCredential(
		// Without a session token, like the export of a user's own credential.
		{ id: 'simulator', name: 'simulator', data: { apiKey: simulator.apiKey, ...address } },
		{ id: 'wrong', name: 'wrong', data: { apiKey: WRONG_KEY, ...address } },
	);
	const locator = (mode: string, value: string) => ({ __rl: true, mode, value });
	const get = (mode: string, value: string) => ({ operation: 'get', caseId: locator(mode, value) });
	const lookedUp = [{ id: 'unknown' }, { id: known.case_id }, { id: '..' }];
	await instance.importWorkflow(
		httpRequestWorkflow('http', `${simulator.url}/api/v2-0/cases/${known.case_id}`),
		httpRequestWorkflow('httpElsewhere', `${elsewhere.url}/api/v2-0/cases/${known.case_id}`),
		workflow('all', { operation: 'search', returnAll: true }),
		workflow('narrow', {
			operation: 'search',
			returnAll: true,
			filters: { caseStatuses: ['new', 'in_progress'], priorities: ['high', 'escalated'] },
		}),
		workflow('limited', { operation: 'search', limit: 50 }),
		workflow('count', { operation: 'search', options: { countOnly: true } }),
		workflow('byId', get('id', known.case_id)),
		workflow('byUrl', get('url', `${simulator.url}/cases/${known.case_id}`)),
		workflow('unknown', get('id', 'unknown')),
		workflow('empty', { operation: 'search', filters: { caseIds: LOOKED_UP } }),
		workflow('goOn', get('id', LOOKED_UP), { input: lookedUp, continueOnFail: true }),
		workflow('wrongKey', { operation: 'search' }, { credentialId: 'wrong' }),
	);
	n8n = await instance.start();
	session = await n8n.login();
});

afterAll(async () => {
	await n8n.stop();
	await instance.remove();
	await simulator.close();
	await elsewhere.close();
});

const run = (id: string): Promise<ExecutionResult> => n8n.runWorkflow(id);

describe('In a real n8n', () => {
	test('a search returns 1,234 cases, each once', async () => {
		const result = await run('all');
		expect(result.error).toBeUndefined();
		const ids = result.items(NODE).map((item) => item.case_id);
		expect(ids).toHaveLength(HISTORY);
		expect(new Set(ids).size).toBe(HISTORY);
	});

	test('a search filters by status and priority', async () => {
		const expected = [...simulator.cases.all].filter(
			(each) =>
				['new', 'in_progress'].includes(each.case_status) &&
				['high', 'escalated'].includes(each.case_priority),
		);
		const narrowed = await run('narrow');
		expect(narrowed.error).toBeUndefined();
		const found = narrowed.items(NODE).map((item) => item.case_id);
		expect(found.sort()).toEqual(expected.map((each) => each.case_id).sort());
	});

	test('a search that stops at its limit says so in a hint', async () => {
		const [nodeRun] = (await run('limited')).runData[NODE] ?? [];
		expect(nodeRun?.outputs[0]).toHaveLength(50);
		expect(nodeRun?.hints).toEqual([
			"Returned 50 of 1,234 matching cases. Turn on 'Return All' to get them all.",
		]);
	});

	test('Count Only returns only the count', async () => {
		expect((await run('count')).items(NODE)).toEqual([{ cases_count: HISTORY }]);
	});

	test.each(['byId', 'byUrl'])('Get Case %s returns the twelve fields in order', async (id) => {
		const [item, ...others] = (await run(id)).items(NODE);
		expect(others).toEqual([]);
		expect(item?.case_id).toBe(known.case_id);
		expect(Object.keys(item ?? {})).toEqual(TWELVE_FIELDS);
	});

	test('an unknown ID is "Case not found"', async () => {
		const { status, error } = await run('unknown');
		expect(status).toBe('error');
		expect(error).toMatchObject({ message: 'Case not found', httpCode: '404', node: NODE });
	});

	test('a filter whose expression returns no value stops the execution', async () => {
		const { error } = await run('empty');
		expect(error?.message).toBe("The expression in the filter 'Case IDs' returned no value");
	});

	test('with Continue On Fail, items that fail become items with an error, and the others continue', async () => {
		const result = await run('goOn');
		expect(result.status).toBe('success');
		const [nodeRun] = result.runData[NODE] ?? [];
		expect(nodeRun?.outputs[0]).toEqual([
			expect.objectContaining({
				json: { error: 'Case not found', case_id: 'unknown' },
				pairedItem: { item: 0 },
			}),
			expect.objectContaining({
				json: expect.objectContaining({ case_id: known.case_id }) as unknown,
				pairedItem: { item: 1 },
			}),
			expect.objectContaining({
				json: { error: "The case ID in 'Case' is invalid: '..' is a path, not an ID" },
				pairedItem: { item: 2 },
			}),
		]);
	});

	test('the session token is kept between executions, and renewed after it was revoked', async () => {
		simulator.forgetRequests();
		await run('count');
		expect(exchanges()).toBe(0);
		simulator.revokeTokens();
		expect((await run('count')).items(NODE)).toEqual([{ cases_count: HISTORY }]);
		expect(exchanges()).toBe(1);
	});

	// n8n passes the node's own credential object to the exchange; only for this reason does the node learn how long to
	// wait.
	test('a rate-limited key exchange is retried after the time that the service asks for', async () => {
		simulator.revokeTokens();
		simulator.forgetRequests();
		simulator.fail({ path: '/get-access-token', status: 429, headers: { 'retry-after': '4' } });
		expect((await run('count')).items(NODE)).toEqual([{ cases_count: HISTORY }]);
		const [refused = NaN, repeated = NaN, ...more] = simulator.requests
			.filter(({ path }) => path.endsWith('/get-access-token'))
			.map(({ receivedAt }) => receivedAt);
		expect(more).toEqual([]);
		expect(repeated - refused).toBeGreaterThanOrEqual(3900);
	});

	test('a wrong key results in one clear error after one exchange', async () => {
		simulator.forgetRequests();
		const { error } = await run('wrongKey');
		expect(error?.message).toBe('Intezer rejected the API key');
		expect(exchanges()).toBe(1);
	});

	function exchanges(): number {
		return simulator.requests.filter(({ path }) => path.endsWith('/get-access-token')).length;
	}
});

describe("n8n's HTTP Request node with the credential", () => {
	test('sends requests for which this package has no operation', async () => {
		const result = await run('http');
		expect(result.error).toBeUndefined();
		expect(result.items('HTTP Request')).toMatchObject([{ result: { case_id: known.case_id } }]);
	});

	test('follows no redirect to another host, and sends the token to none', async () => {
		simulator.fail({
			path: `/cases/${known.case_id}`,
			times: Infinity,
			status: 302,
			headers: { location: `${elsewhere.url}/api/v2-0/cases/${known.case_id}` },
		});
		expect((await run('http')).status).toBe('error');
		simulator.clearFaults();
		expect((await run('httpElsewhere')).status).toBe('error');
		expect(elsewhere.requests).toEqual([]);
	});
});

describe('The credential test', () => {
	const tested = async (data: Record<string, unknown>): Promise<unknown> => {
		// Like the editor, which saves a credential before it tests it.
		const credentials = { id: 'simulator', name: 'simulator', type: 'intezerApi', data };
		return await dataOf(await session('/rest/credentials/test', jsonBody({ credentials })));
	};

	test('succeeds with a valid key', async () => {
		const { apiKey, url } = simulator;
		const data = {
			apiKey,
			region: 'custom',
			baseUrl: url,
			ignoreSslIssues: false,
			sessionToken: '',
		};
		expect(await tested(data)).toMatchObject({ status: 'OK' });
	});

	test.each<[string, () => Record<string, unknown>, RegExp]>([
		[
			'a wrong key',
			() => ({ apiKey: WRONG_KEY, baseUrl: simulator.url }),
			/^Intezer rejected the API key$/,
		],
		[
			'an address that is not encrypted',
			() => ({ apiKey: WRONG_KEY, baseUrl: 'http://intezer.example.com' }),
			/^The base URL in the Intezer API credential is invalid: it must start with https/,
		],
	])('says what is wrong with %s', async (_name, data, message) => {
		const outcome = await tested({ region: 'custom', sessionToken: '', ...data() });
		expect(outcome).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(message),
		});
	});
});

describe('The editor', () => {
	test('offers the nodes, and the tool that an AI agent uses, with icons', async () => {
		const types = (await (await session('/types/nodes.json')).json()) as Record<string, unknown>[];
		const ours = types.filter(({ name }) => String(name).startsWith('n8n-nodes-intezer.'));
		expect(ours.map(({ name }) => name).sort()).toEqual([
			'n8n-nodes-intezer.intezerAlerts',
			'n8n-nodes-intezer.intezerAlertsTool',
			'n8n-nodes-intezer.intezerCases',
			'n8n-nodes-intezer.intezerCasesTool',
			'n8n-nodes-intezer.intezerCasesTrigger',
		]);
		const icons = ours.flatMap(({ iconUrl }) => Object.values(iconUrl as Record<string, string>));
		for (const icon of new Set(icons)) {
			const response = await session(`/${icon}`);
			expect(response.headers.get('content-type')).toMatch(/svg/);
			expect(await response.text()).toMatch(/^<svg/);
		}
	});
});
