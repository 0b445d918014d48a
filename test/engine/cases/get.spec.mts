// cspell:ignore Fsecrets
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { makeCase, startSimulator, type Simulator } from '../../../tools/simulator/simulator.mts';
import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { intezerApi, runNode, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';

describe('Get Case', () => {
	const WANTED = makeCase({
		case_id: '3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
		case_title: 'Suspicious PowerShell on FIN-WKS-0231',
		case_status: 'in_progress',
		case_priority: 'escalated',
		alerts_count: 4,
		case_sources: ['cs', 'splunk_siem'],
		case_tags: ['finance'],
		case_triage: {
			risk_category: 'critical',
			case_verdict: 'malicious',
			response_status: 'action_required',
		},
		analyst_verdict: 'true_positive',
	});

	let simulator: Simulator;
	let credential: StoredCredential;

	beforeAll(async () => {
		simulator = await startSimulator({ cases: [WANTED] });
		credential = new StoredCredential(intezerApi, {
			apiKey: simulator.apiKey,
			region: 'custom',
			baseUrl: simulator.url,
		});
		await get({ mode: 'id', value: WANTED.case_id });
	});
	afterAll(async () => {
		await simulator.close();
	});
	beforeEach(() => {
		simulator.clearFaults();
		simulator.forgetRequests();
	});

	async function get(
		locator: { mode: string; value: string } | string,
		parameters: INodeParameters = {},
		more: { input?: IDataObject[]; continueOnFail?: boolean } = {},
	): Promise<NodeOutcome> {
		const caseId = typeof locator === 'string' ? locator : { __rl: true, ...locator };
		return await runNode({
			parameters: { resource: 'case', operation: 'get', caseId, ...parameters },
			credential,
			...more,
		});
	}

	const paths = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);

	test.each([
		['ID', () => ({ mode: 'id', value: ` ${WANTED.case_id}\n` })],
		['URL', () => ({ mode: 'url', value: `${simulator.url}/cases/${WANTED.case_id}` })],
		[
			'URL with a query and a fragment',
			() => ({ mode: 'url', value: `${simulator.url}/cases/${WANTED.case_id}/?tab=alerts#top` }),
		],
		['an expression that gives an ID', () => ({ mode: 'id', value: `={{ '${WANTED.case_id}' }}` })],
		['an expression for the whole parameter that gives an ID', () => `={{ '${WANTED.case_id}' }}`],
		[
			'an expression for the whole parameter that gives a URL',
			() => `={{ '${simulator.url}/cases/${WANTED.case_id}' }}`,
		],
	])('returns the twelve fields in order, by %s', async (_by, locator) => {
		const { items, error } = await get(locator());
		expect(error).toBeUndefined();
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
		expect(Object.entries(items[0]?.json ?? {})).toEqual([
			['case_id', WANTED.case_id],
			['case_title', 'Suspicious PowerShell on FIN-WKS-0231'],
			['case_status', 'in_progress'],
			['case_priority', 'escalated'],
			['alerts_count', 4],
			['case_sources', ['cs', 'splunk_siem']],
			['case_tags', ['finance']],
			['risk_category', 'critical'],
			['case_verdict', 'malicious'],
			['response_status', 'action_required'],
			['analyst_verdict', 'true_positive'],
			['intezer_case_url', `${simulator.url}/cases/${WANTED.case_id}`],
		]);
		expect(paths()).toEqual([`GET /api/v2-0/cases/${WANTED.case_id}`]);
	});

	test('returns the case as received with Simplify off, with its ID filled in', async () => {
		const nameless = makeCase({ onTheWire: { case_id: undefined } });
		simulator.cases.add(nameless);
		const { json } = await get({ mode: 'id', value: nameless.case_id }, { simplify: false });
		expect(json[0]).toMatchObject({
			case_id: nameless.case_id,
			case_triage: { case_verdict: 'suspicious' },
		});
	});

	test.each([
		[true, '17'],
		[false, 17],
	])(
		'returns an ID that is a number as text, and as received with Simplify off',
		async (simplify, id) => {
			simulator.fail({ path: '/cases/17', body: { result: { case_id: 17 } } });
			const { json } = await get({ mode: 'id', value: '17' }, { simplify });
			expect(json[0]?.case_id).toBe(id);
		},
	);

	test.each([true, false])(
		'fills in the ID if the response rounds it (Simplify: %s)',
		async (simplify) => {
			const id = '9007199254740993';
			simulator.fail({
				path: `/cases/${id}`,
				body: `{"result": {"case_id": ${id}}}`,
				contentType: 'application/json',
			});
			const { json } = await get({ mode: 'id', value: id }, { simplify });
			expect(json[0]?.case_id).toBe(id);
		},
	);

	test('appends additional fields', async () => {
		const { json } = await get(
			{ mode: 'id', value: WANTED.case_id },
			{ options: { additionalFields: 'creation_time' } },
		);
		expect(Object.keys(json[0] ?? {}).at(-1)).toBe('creation_time');
	});

	test('reports a case that does not exist', async () => {
		const { error } = await get({ mode: 'id', value: 'unknown' });
		expect(error?.message).toBe('Case not found');
		expect(error?.httpCode).toBe('404');
		expect(error?.description).toBe(
			"Check the value of 'Case', and that the credential is for the tenant of the case.",
		);
	});

	test('continues with the other items, with Continue On Fail', async () => {
		const { items } = await get(
			{ mode: 'id', value: '={{ $json.id }}' },
			{},
			{ input: [{ id: 'unknown' }, { id: WANTED.case_id }, { id: '..' }], continueOnFail: true },
		);
		expect(items).toEqual([
			{ json: { error: 'Case not found', case_id: 'unknown' }, pairedItem: { item: 0 } },
			{
				json: expect.objectContaining({ case_id: WANTED.case_id }) as unknown,
				pairedItem: { item: 1 },
			},
			{
				json: { error: "The case ID in 'Case' is invalid: '..' is a path, not an ID" },
				pairedItem: { item: 2 },
			},
		]);
	});

	test.each([
		['a/../../secrets?x=1#y', 'a%2F..%2F..%2Fsecrets%3Fx%3D1%23y'],
		['%2e%2e', '%252e%252e'],
		['a\r\nb: c', 'a%0D%0Ab%3A%20c'],
		['🦊', '%F0%9F%A6%8A'],
	])('encodes the ID %j in the path', async (value, encoded) => {
		const { error } = await get({ mode: 'id', value });
		expect(error?.message).toBe('Case not found');
		expect(paths()).toEqual([`GET /api/v2-0/cases/${encoded}`]);
	});

	test.each([
		['   ', /The case ID in 'Case' is invalid: it is empty$/],
		['={{ $json.missing }}', /The case ID in 'Case' is invalid: it is empty$/],
		['.', /The case ID in 'Case' is invalid: '\.' is a path/],
		[' .. ', /The case ID in 'Case' is invalid: '\.\.' is a path/],
		['\ud800', /The case ID in 'Case' is invalid: it contains an incomplete Unicode character/],
		['x'.repeat(10_000), /The case ID in 'Case' is invalid: it has 10000 characters/],
		['={{ ({ a: 1 }) }}', /^'Case' contains an object instead of text$/],
	])('refuses the ID %j from an expression without a request', async (value, message) => {
		const { error } = value.startsWith('=')
			? await get({ mode: 'id', value })
			: await get({ mode: 'id', value: '={{ $json.value }}' }, {}, { input: [{ value }] });
		expect(error?.message).toMatch(message);
		expect(simulator.requests).toHaveLength(0);
	});

	test('refuses a case URL of another host, naming both hosts', async () => {
		const { error } = await get({ mode: 'url', value: 'https://analyze.intezer.com/cases/1' });
		const { host } = new URL(simulator.url);
		expect(error?.message).toBe(
			`The case URL in 'Case' is invalid: it is on analyze.intezer.com, but the credential is for ${host}`,
		);
		expect(simulator.requests).toHaveLength(0);
	});

	test.each(['no link', 'ftp://x/cases/1', '/alerts/1', '/cases/', '/cases/../x', '/cases/%ff'])(
		'refuses %j from an expression, which is not a case URL',
		async (value) => {
			const link = value.startsWith('/') ? simulator.url + value : value;
			const input = [{ link }];
			const { error } = await get({ mode: 'url', value: '={{ $json.link }}' }, {}, { input });
			expect(error?.message).toMatch(/^The case URL in 'Case' is invalid: '.*' is not the URL/);
			expect(simulator.requests).toHaveLength(0);
		},
	);
});
