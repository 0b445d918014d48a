import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { makeCase, startSimulator, type Simulator } from '../../../tools/simulator/simulator.mts';
import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { intezerApi, runNode, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';
import { withoutWaiting } from '../time.mts';

describe('Devices, users and TTPs', () => {
	const WANTED = makeCase({
		case_id: '3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
		devices: [{ hostname: 'FIN-WKS-0231', role: 'source' }, { hostname: 'host-8' }],
		users: [{ user_email: 'finance@example.com' }],
		ttps: [{ ttp_id: 'T1059', ttp_name: 'Command and Scripting Interpreter' }],
	});
	const BARE = makeCase({ case_id: 'bare' });

	const OPERATIONS = [
		['getDevices', 'devices'],
		['getUsers', 'users'],
		['getTtps', 'ttps'],
	] as const;

	let simulator: Simulator;
	let credential: StoredCredential;

	beforeAll(async () => {
		simulator = await startSimulator({ cases: [WANTED, BARE] });
		credential = new StoredCredential(intezerApi, {
			apiKey: simulator.apiKey,
			region: 'custom',
			baseUrl: simulator.url,
		});
		await run('getUsers', WANTED.case_id);
	});
	afterAll(async () => {
		await simulator.close();
	});
	beforeEach(() => {
		simulator.clearFaults();
		simulator.forgetRequests();
	});

	async function run(
		operation: string,
		value: string,
		parameters: INodeParameters = {},
		more: { input?: IDataObject[]; continueOnFail?: boolean } = {},
	): Promise<NodeOutcome> {
		const caseId = { __rl: true, mode: 'id', value };
		const all = { resource: 'case', operation, caseId, ...parameters };
		return await runNode({ parameters: all, credential, ...more });
	}

	const paths = () => simulator.requests.map(({ method, path }) => `${method} ${path}`);

	describe.each(OPERATIONS)('The operation %s', (operation, list) => {
		const respondWith = (value: unknown) => {
			simulator.fail({ path: `/${list}`, body: { result: { [list]: value } }, times: Infinity });
		};

		test('returns one item each, as received, with the ID of the case', async () => {
			const { items, error } = await run(operation, ` ${WANTED.case_id} `);
			expect(error).toBeUndefined();
			expect(items).toEqual(
				WANTED[list].map((each) => ({
					json: { ...each, case_id: WANTED.case_id },
					pairedItem: { item: 0 },
				})),
			);
			expect(paths()).toEqual([`GET /api/v2-0/cases/${WANTED.case_id}/${list}`]);
		});

		test('accepts the URL of a case too', async () => {
			const value = `${simulator.url}/cases/${WANTED.case_id}`;
			const { json } = await run(operation, '', { caseId: { __rl: true, mode: 'url', value } });
			expect(json).toHaveLength(WANTED[list].length);
		});

		test('keeps a received case_id, as text, and fills in a missing one', async () => {
			respondWith([{ case_id: 'another', a: 1 }, { case_id: 7 }, { case_id: null }, {}]);
			const { json } = await run(operation, WANTED.case_id);
			expect(json).toEqual([
				{ case_id: 'another', a: 1 },
				{ case_id: '7' },
				{ case_id: WANTED.case_id },
				{ case_id: WANTED.case_id },
			]);
		});

		test('ignores a prototype in the response', async () => {
			simulator.fail({
				path: `/${list}`,
				body: `{"result": {"${list}": [{"__proto__": {"case_id": "evil", "a": 1}, "b": 2}]}}`,
				contentType: 'application/json',
			});
			const { json } = await run(operation, WANTED.case_id);
			expect(json[0]?.case_id).toBe(WANTED.case_id);
			expect(json[0]?.a).toBeUndefined();
			expect(Object.getPrototypeOf(json[0])).toBe(Object.prototype);
		});

		test.each([
			['an empty list', () => undefined],
			[
				'a list that is null',
				() => {
					respondWith(null);
				},
			],
			[
				'a missing list',
				() => {
					respondWith(undefined);
				},
			],
		])('returns no items for %s', async (_what, prepare) => {
			prepare();
			const { items, error } = await run(operation, BARE.case_id);
			expect(error).toBeUndefined();
			expect(items).toEqual([]);
		});

		test('reports a case that does not exist', async () => {
			const { error } = await run(operation, 'unknown');
			expect(error?.message).toBe('Case not found');
			expect(error?.httpCode).toBe('404');
		});

		test.each([[['a text', {}]], [[null]], [{ not: 'a list' }], [[['a list']]]])(
			'refuses %j instead of dropping parts of it',
			async (value) => {
				respondWith(value);
				const { error } = await withoutWaiting(() => run(operation, WANTED.case_id));
				expect(error?.message).toBe(
					`Intezer returned an invalid response: its '${list}' is not a list of objects`,
				);
			},
		);

		test('continues with the other items, with Continue On Fail', async () => {
			const { items } = await run(
				operation,
				'={{ $json.id }}',
				{},
				{
					input: [{ id: 'unknown' }, { id: BARE.case_id }, { id: WANTED.case_id }],
					continueOnFail: true,
				},
			);
			expect(items).toEqual([
				{ json: { error: 'Case not found', case_id: 'unknown' }, pairedItem: { item: 0 } },
				...WANTED[list].map((each) => ({
					json: { ...each, case_id: WANTED.case_id },
					pairedItem: { item: 2 },
				})),
			]);
		});
	});

	describe('Get Case with Include', () => {
		const get = async (
			include: unknown,
			parameters: INodeParameters = {},
			value = WANTED.case_id,
		) =>
			await run('get', value, {
				...parameters,
				options: { ...(parameters['options'] as IDataObject), include } as INodeParameters,
			});
		const LISTS = { devices: WANTED.devices, users: WANTED.users, ttps: WANTED.ttps };

		test.each([true, false])('adds the lists to the item, with Simplify %j', async (simplify) => {
			const { json, error } = await get(['devices', 'users', 'ttps'], { simplify });
			expect(error).toBeUndefined();
			expect(json).toHaveLength(1);
			expect(json[0]).toMatchObject({ case_id: WANTED.case_id, ...LISTS });
			expect('case_triage' in (json[0] ?? {})).toBe(!simplify);
			expect(paths().sort()).toEqual([
				`GET /api/v2-0/cases/${WANTED.case_id}`,
				`GET /api/v2-0/cases/${WANTED.case_id}/devices`,
				`GET /api/v2-0/cases/${WANTED.case_id}/ttps`,
				`GET /api/v2-0/cases/${WANTED.case_id}/users`,
			]);
		});

		test('requests the lists in parallel', async () => {
			const slow = await startSimulator({ cases: [WANTED], apiKeys: [simulator.apiKey] });
			slow.latencyMs = 200;
			const { error } = await runNode({
				parameters: {
					resource: 'case',
					operation: 'get',
					caseId: { __rl: true, mode: 'id', value: WANTED.case_id },
					options: { include: ['devices', 'users', 'ttps'] },
				},
				credential: { apiKey: slow.apiKey, region: 'custom', baseUrl: slow.url },
			});
			const { peak } = slow.inFlight;
			await slow.close();
			expect(error).toBeUndefined();
			// The request for the case may be earlier: the first request of an execution gets the token.
			expect(peak).toBeGreaterThanOrEqual(3);
		});

		test.each([
			['={{ ["users"] }}', ['users']],
			['={{ "TTPs, Devices" }}', ['devices', 'ttps']],
			['devices', ['devices']],
			['={{ [] }}', []],
			['={{ $json.missing }}', []],
		])('accepts %j', async (include, expected) => {
			const { json } = await get(include);
			expect(Object.keys(LISTS).filter((name) => name in (json[0] ?? {}))).toEqual(expected);
		});

		test('refuses an unknown list, naming the known ones', async () => {
			const { error } = await get('={{ ["alerts"] }}');
			expect(error?.message).toBe("'alerts' is not a known value for 'Include'");
			expect(error?.description).toBe('Use one of these values: devices, users, ttps.');
			expect(simulator.requests).toHaveLength(0);
		});

		test('returns empty lists if the case has none', async () => {
			const { json } = await get(['devices', 'users'], {}, BARE.case_id);
			expect(json[0]).toMatchObject({ devices: [], users: [] });
		});

		test('replaces raw and additional fields of the same name', async () => {
			const full = makeCase({
				devices: [{ hostname: 'right' }],
				onTheWire: { devices: 'wrong', users: 'as it came' },
			});
			simulator.cases.add(full);
			const raw = await get(['devices'], { simplify: false }, full.case_id);
			expect(raw.json[0]).toMatchObject({ devices: [{ hostname: 'right' }], users: 'as it came' });
			const simple = await get(
				['devices'],
				{ options: { additionalFields: 'creation_time, devices' } },
				full.case_id,
			);
			expect(simple.json[0]).toMatchObject({
				creation_time: full.creation_time,
				devices: [{ hostname: 'right' }],
			});
		});

		test('reports "Case not found" once', async () => {
			const { error } = await get(['devices', 'users', 'ttps'], {}, 'unknown');
			expect(error?.message).toBe('Case not found');
		});

		test.each([
			['devices', 'devices of the case'],
			['users', 'users of the case'],
			['ttps', 'TTPs of the case'],
		])('names the list that failed: %s', async (list, name) => {
			simulator.fail({
				path: `/${list}`,
				status: 403,
				body: { error: 'Insufficient Permissions' },
				times: Infinity,
			});
			const { error, items } = await get(['devices', 'users', 'ttps']);
			expect(items).toEqual([]);
			expect(error?.message).toBe(
				`Could not get the ${name}: The Intezer account does not have access to cases`,
			);
			expect(error?.description).toMatch(/^Ask an administrator/);
			expect(error?.httpCode).toBe('403');
		});
	});
});
