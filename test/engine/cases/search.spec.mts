import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { TWELVE_FIELDS } from './simplifiedCase.mts';
import { makeCase } from '../../../tools/simulator/simulator.mts';
import { runNode, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from '../service.mts';

describe('Searches', () => {
	const HISTORY = 1234;

	const service = simulatedIntezer({ cases: HISTORY });

	async function search(
		parameters: INodeParameters,
		more: { input?: IDataObject[]; continueOnFail?: boolean; timezone?: string } = {},
	): Promise<NodeOutcome> {
		return await runNode({
			parameters: { resource: 'case', operation: 'search', ...parameters },
			credential: service.credential,
			...more,
		});
	}

	/** The bodies of all searches that the service received. */
	function searches(): unknown[] {
		return service.simulator.requests
			.filter((r) => r.path.endsWith('/cases/search'))
			.map((r) => r.body);
	}

	const ids = (items: IDataObject[]) => items.map((item) => item.case_id);

	describe('Search History', () => {
		test('returns every case once, in the order of the service, with Return All', async () => {
			const { json, error, hints } = await search({ returnAll: true });
			expect(error).toBeUndefined();
			expect(hints).toEqual([]);
			const expected = service.simulator.cases.search({
				payload: {},
				offset: 0,
				limit: HISTORY,
			}).cases;
			expect(ids(json)).toEqual(expected.map((each) => each.case_id));
			expect(new Set(ids(json)).size).toBe(HISTORY);
		});

		test('requests no page twice, and no more at once than Max Concurrency allows', async () => {
			service.simulator.latencyMs = 20;
			await search({ returnAll: true, options: { maxConcurrency: 5 } });
			expect(service.simulator.inFlight.peak).toBeLessThanOrEqual(5);
			expect(searches()).toHaveLength(Math.ceil(HISTORY / 100));
		});

		test('sends the same requests when it runs again', async () => {
			const parameters = { returnAll: true, filters: { priorities: ['low', 'medium', 'high'] } };
			expect(await firstTogether(parameters)).toBe(1);
			const first = searches().length;
			expect(await firstTogether(parameters)).toBe(1);
			expect(searches()).toHaveLength(first);
		});

		test('requests no page twice if the service returns fewer cases than requested', async () => {
			service.simulator.pageCap = 70;
			expect(await firstTogether({ returnAll: true })).toBe(1);
			expect(searches()).toHaveLength(Math.ceil(HISTORY / 70));
		});

		/** How many searches a run sends before the first response can arrive. */
		async function firstTogether(parameters: INodeParameters): Promise<number> {
			const { simulator } = service;
			simulator.forgetRequests();
			simulator.latencyMs = 200;
			await search(parameters);
			const times = simulator.requests
				.filter(({ path }) => path.endsWith('/cases/search'))
				.map(({ receivedAt }) => receivedAt);
			return times.filter((time) => time < Math.min(...times) + simulator.latencyMs).length;
		}

		test('sends one request if all matching cases fit in a page', async () => {
			await search({ returnAll: true, filters: { priorities: ['escalated'] } });
			expect(searches()).toHaveLength(1);
		});

		test.each([
			[true, 'text', String],
			[false, 'numbers', Number],
		])(
			'returns IDs that are numbers, with Simplify %s as %s',
			async (simplify, _type, expected) => {
				const numbered = Array.from({ length: 250 }, (_, index) =>
					makeCase({
						case_id: String(index),
						onTheWire: { case_id: index },
						sub_tenant_name: 'numbered',
					}),
				);
				for (const each of numbered) service.simulator.cases.add(each);
				const { json } = await search({
					returnAll: true,
					simplify,
					filters: { subTenantNames: 'numbered' },
				});
				for (const each of numbered) service.simulator.cases.remove(each.case_id);
				expect(new Set(ids(json))).toEqual(new Set(numbered.map((each) => expected(each.case_id))));
				expect(json).toHaveLength(250);
			},
		);

		test('filters by status and priority', async () => {
			const { json } = await search({
				returnAll: true,
				filters: { caseStatuses: ['new', 'in_progress'], priorities: ['high', 'escalated'] },
			});
			const expected = [...service.simulator.cases.all].filter(
				(each) =>
					['new', 'in_progress'].includes(each.case_status) &&
					['high', 'escalated'].includes(each.case_priority),
			);
			expect(expected.length).toBeGreaterThan(10);
			expect(ids(json).sort()).toEqual(expected.map((each) => each.case_id).sort());
		});

		test('stops at the limit, and says how many more match', async () => {
			const { json, hints } = await search({ limit: 50 });
			expect(json).toHaveLength(50);
			expect(searches()).toEqual([{ payload: {}, offset: 0, limit: 50 }]);
			expect(hints).toEqual([
				{
					message: "Returned 50 of 1,234 matching cases. Turn on 'Return All' to get them all.",
					location: 'outputPane',
				},
			]);
		});

		test('requests page after page up to a limit above the page size', async () => {
			const { json } = await search({ limit: 250 });
			expect(new Set(ids(json)).size).toBe(250);
			expect(searches()).toEqual([
				{ payload: {}, offset: 0, limit: 100 },
				{ payload: {}, offset: 100, limit: 100 },
				{ payload: {}, offset: 200, limit: 50 },
			]);
		});

		test('loses nothing if the service returns smaller pages than requested', async () => {
			service.simulator.pageCap = 70;
			const { json } = await search({ returnAll: true, options: { pageSize: 500 } });
			expect(new Set(ids(json)).size).toBe(HISTORY);
			expect(searches()).toHaveLength(Math.ceil(HISTORY / 70));
		});

		test('skips the first cases with an offset', async () => {
			const all = await search({ returnAll: true });
			const { json, hints } = await search({ returnAll: true, options: { offset: 1200 } });
			expect(ids(json)).toEqual(ids(all.json).slice(1200));
			expect(hints).toEqual([]);
		});

		test.each(['creation_time', 'modification_time', 'last_attached_alert_time', 'alerts_count'])(
			'sorts by %s',
			async (sortBy) => {
				const { json } = await search({ limit: 200, simplify: false, options: { sortBy } });
				expect(searches()[0]).toMatchObject({ sort_by: sortBy });
				const values = json.map((item) => Number(item[sortBy]));
				expect(values).toEqual([...values].sort((a, b) => b - a));
			},
		);

		test('returns cases that match any filter, in search mode or', async () => {
			const { json } = await search({
				returnAll: true,
				filters: { caseStatuses: ['closed'], priorities: ['escalated'] },
				options: { searchMode: 'or' },
			});
			const expected = [...service.simulator.cases.all].filter(
				(each) => each.case_status === 'closed' || each.case_priority === 'escalated',
			);
			expect(json).toHaveLength(expected.length);
		});

		test('counts with one request', async () => {
			const { json } = await search({
				filters: { priorities: ['escalated'] },
				options: { countOnly: true },
			});
			const escalated = [...service.simulator.cases.all].filter(
				(each) => each.case_priority === 'escalated',
			);
			expect(json).toEqual([{ cases_count: escalated.length }]);
			expect(searches()).toHaveLength(1);
		});

		test('returns no items if nothing matches', async () => {
			const { items, error } = await search({ filters: { caseIds: 'no-such-case' } });
			expect(error).toBeUndefined();
			expect(items).toEqual([]);
		});
	});

	describe('A simplified case', () => {
		test('has the twelve fields in order', async () => {
			const { json } = await search({ limit: 1 });
			expect(Object.keys(json[0] ?? {})).toEqual(TWELVE_FIELDS);
		});

		test('has the triage fields at the top level, and null or an empty list for missing fields', async () => {
			const bare = makeCase({
				onTheWire: {
					case_triage: null,
					case_title: undefined,
					case_sources: null,
					case_tags: undefined,
				},
			});
			service.simulator.cases.add(bare);
			const { json } = await search({ filters: { caseIds: bare.case_id } });
			service.simulator.cases.remove(bare.case_id);
			expect(json).toEqual([
				expect.objectContaining({
					case_title: null,
					case_sources: [],
					case_tags: [],
					risk_category: null,
					case_verdict: null,
					response_status: null,
				}),
			]);
		});

		test('has additional fields after them, under their paths', async () => {
			const { json } = await search({
				limit: 1,
				options: { additionalFields: 'creation_time, case_triage.risk_category, nothing.there' },
			});
			expect(Object.keys(json[0] ?? {})).toEqual([
				...TWELVE_FIELDS,
				'creation_time',
				'case_triage.risk_category',
				'nothing.there',
			]);
			expect(json[0]?.['case_triage.risk_category']).toBe(json[0]?.risk_category);
			expect(json[0]?.creation_time).toEqual(expect.any(Number));
			expect(json[0]?.['nothing.there']).toBeNull();
		});

		test.each(["={{ '' }}", '={{ null }}', '={{ $json.missing }}'])(
			'is the default if Simplify is blank: %s',
			async (simplify) => {
				const [blank, simple] = [
					await search({ limit: 1, simplify }),
					await search({ limit: 1, simplify: true }),
				];
				expect(simple.json).toHaveLength(1);
				expect(blank.json).toEqual(simple.json);
			},
		);

		test('is replaced by the raw case with Simplify off', async () => {
			const { json } = await search({ limit: 1, simplify: false });
			expect(json[0]).toMatchObject({
				case_triage: expect.any(Object) as unknown,
				creation_time: expect.any(Number) as unknown,
			});
		});
	});

	describe('While cases change', () => {
		test('no case is returned twice when new ones move the others down', async () => {
			const added: string[] = [];
			service.simulator.beforeAnswer(() => {
				const newest = makeCase();
				added.push(newest.case_id);
				service.simulator.cases.add(newest);
			});
			const { json } = await search({ returnAll: true });
			for (const id of added) service.simulator.cases.remove(id);
			expect(new Set(ids(json)).size).toBe(json.length);
			expect(json.length).toBeGreaterThanOrEqual(HISTORY);
		});

		test('every case that matched throughout is returned, even if three changes cancel out in every count', async () => {
			const pool = service.simulator.cases.all.map((each) => each.case_id);
			const gone = new Set<string>();
			const before = new Map(service.simulator.cases.all.map((each) => [each.case_id, each]));
			service.simulator.pageCap = 70;
			service.simulator.beforeAnswer((_, count) => {
				const [closed = '', sorted = ''] = [pool[count * 37], pool[count * 53 + 1]];
				if (!service.simulator.cases.get(closed) || !service.simulator.cases.get(sorted)) return;
				service.simulator.cases.remove(closed);
				gone.add(closed);
				service.simulator.cases.add();
				service.simulator.cases.update(sorted, { alerts_count: 1000 + count });
			});
			const { json, hints } = await search({
				returnAll: true,
				options: { sortBy: 'alerts_count' },
			});
			service.simulator.beforeAnswer(undefined);
			expect(gone.size).toBeGreaterThan(10);
			const given = new Set(ids(json));
			expect(given.size).toBe(json.length);
			expect(pool.filter((id) => !gone.has(id) && !given.has(id))).toEqual([]);
			expect(hints).toEqual([]);

			for (const { case_id } of service.simulator.cases.all)
				service.simulator.cases.remove(case_id);
			for (const each of before.values()) service.simulator.cases.addComplete(each);
		});

		test('every case is returned if the service refuses to exclude many', async () => {
			service.simulator.maxExcludedIds = 500;
			const { json, hints, error } = await search({ returnAll: true });
			service.simulator.maxExcludedIds = undefined;
			expect(error).toBeUndefined();
			expect(hints).toEqual([]);
			const expected = service.simulator.cases.search({
				payload: {},
				offset: 0,
				limit: HISTORY,
			}).cases;
			expect(ids(json)).toEqual(expected.map((each) => each.case_id));
		});

		test('a search whose cases never stop changing fails with an error that says so', async () => {
			const added: string[] = [];
			service.simulator.beforeAnswer(() => {
				for (let more = 0; more < 30; more++) added.push(service.simulator.cases.add().case_id);
			});
			const { items, error } = await search({
				returnAll: true,
				filters: { timeRangeLastHours: 24 },
				options: { pageSize: 25 },
			});
			service.simulator.beforeAnswer(undefined);
			for (const id of added) service.simulator.cases.remove(id);
			expect(items).toEqual([]);
			expect(searches().length).toBeLessThan(200);
			expect(error?.message).toMatch(
				/^Cases may be missing: found [\d,]+ (of [\d,]+ matching )?cases, but cases changed too fast, or Intezer limits how many cases a search can return$/,
			);
		});

		test('a service that always returns the same page ends the search at once', async () => {
			const [same] = service.simulator.cases.search({ payload: {}, offset: 0, limit: 1 }).cases;
			service.simulator.fail({
				path: '/cases/search',
				times: Infinity,
				status: 200,
				body: { result: { cases_count: 1_000_000, cases: [same] } },
			});
			const { error } = await search({ returnAll: true });
			expect(searches().length).toBeLessThanOrEqual(24);
			expect(error?.message).toBe(
				'Cases may be missing: found 1 of 1,000,000 matching cases, but cases changed too fast, or Intezer limits how many cases a search can return',
			);
		});
	});

	describe('Several input items', () => {
		test('each run with their own values, and are paired with their output', async () => {
			const { items } = await search(
				{ returnAll: true, filters: { priorities: '={{ $json.priority }}' } },
				{ input: [{ priority: 'escalated' }, { priority: 'High, low' }] },
			);
			const wanted = [['escalated'], ['high', 'low']];
			for (const { json, pairedItem } of items) {
				const { item } = pairedItem as { item: number };
				expect(wanted[item]).toContain(json.case_priority);
			}
			expect(new Set(items.map(({ json }) => json.case_priority)).size).toBe(3);
		});

		test('continue after one fails, with Continue On Fail', async () => {
			const { items, error } = await search(
				{ limit: 1, filters: { caseStatuses: '={{ $json.status }}' } },
				{
					input: [{ status: 'new' }, { status: 'opened' }, { status: 'closed' }],
					continueOnFail: true,
				},
			);
			expect(error).toBeUndefined();
			expect(items).toEqual([
				expect.objectContaining({ pairedItem: { item: 0 } }),
				{
					json: { error: "'opened' is not a known value for 'Case Statuses'" },
					pairedItem: { item: 1 },
				},
				expect.objectContaining({ pairedItem: { item: 2 } }),
			]);
		});

		test('fail the node otherwise, and the error names the item', async () => {
			const { error } = await search(
				{ limit: 1, filters: { caseStatuses: '={{ $json.status }}' } },
				{ input: [{ status: 'new' }, { status: 'opened' }] },
			);
			expect(error?.message).toBe("'opened' is not a known value for 'Case Statuses' [item 1]");
			expect(error?.description).toBe(
				"Use one of these values: suppressed, new, in_progress, on_hold, closed. If Intezer knows the value, turn on the option 'Allow Unknown Values'.",
			);
			expect(error?.context?.itemIndex).toBe(1);
		});

		test('names the item whose expression n8n cannot resolve', async () => {
			const { error } = await search(
				{ filters: { caseIds: "={{ $json.id ?? $('Missing').item.json.id }}" } },
				{ input: [{ id: 'a' }, {}] },
			);
			expect(error?.message).toBe("Referenced node doesn't exist [item 1]");
			expect(error?.context?.itemIndex).toBe(1);
		});
	});
});
