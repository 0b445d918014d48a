import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import { describe, expect, jest, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import {
	intezerCases,
	runNode,
	type NodeOutcome,
	type NodeRun,
} from '../../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from '../service.mts';

describe('Outcomes', () => {
	const WANTED = makeCase({ case_id: 'wanted' });
	const ALL = 3;

	const service = simulatedIntezer({ cases: [WANTED, makeCase(), makeCase()] });

	async function run(operation: string, parameters: INodeParameters, more: Partial<NodeRun> = {}) {
		return await runNode({
			parameters: { resource: 'case', operation, ...parameters },
			credential: service.credential,
			...more,
		});
	}

	const search = async (parameters: INodeParameters, more: Partial<NodeRun> = {}) =>
		await run('search', parameters, more);

	/** Makes the service count more cases than it ever returns. */
	function countTooMany(count: number): void {
		const cases = [{ case_id: 'wanted' }];
		const body = { result: { cases_count: count, cases } };
		service.simulator.fail({ path: '/cases/search', times: Infinity, status: 200, body });
	}

	/** What the node logs as a warning while something runs. */
	async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
		const warnings: string[] = [];
		const ignore = () => undefined;
		const warn = (message: string) => warnings.push(message);
		const logger = { warn, error: warn, info: ignore, debug: ignore };
		const execute = Reflect.get(intezerCases, 'execute') as (
			this: IExecuteFunctions,
		) => Promise<INodeExecutionData[][]>;
		const spy = jest.spyOn(intezerCases, 'execute').mockImplementation(async function (
			this: IExecuteFunctions,
		) {
			Object.defineProperty(this, 'logger', { value: logger });
			return await execute.call(this);
		});
		await run();
		spy.mockRestore();
		return warnings;
	}

	function expectError({ error, items, hints }: NodeOutcome, message: string, description: string) {
		expect(items).toEqual([]);
		expect(hints).toEqual([]);
		expect(error?.message).toBe(message);
		expect(error?.description).toBe(description);
	}

	const SET_WHEN_INCOMPLETE =
		"To return what was found, set the option 'When Incomplete' to 'Return Found Cases'.";

	describe('A search that returns as many cases as Limit, from several pages', () => {
		const parameters = { limit: 3, options: { pageSize: 2 } };

		function refuseToExclude(): void {
			service.simulator.fail({
				times: Infinity,
				match: ({ body }) => JSON.stringify(body ?? '').includes('exclude_case_ids'),
				status: 400,
				body: { error: 'Too long' },
			});
		}

		/** Before each response, every case changes; all were created in the same second. */
		function changeAllTheTime(): void {
			const { cases } = service.simulator;
			const { creation_time } = WANTED;
			service.simulator.beforeAnswer((_, count) => {
				for (const { case_id } of cases.all) {
					cases.update(case_id, { case_title: `Title ${count}`, creation_time });
				}
			});
		}

		test('says that more may match if Intezer lets it prove nothing', async () => {
			refuseToExclude();
			changeAllTheTime();
			const { items, hints } = await search(parameters);
			expect(items).toHaveLength(3);
			expect(hints.map((hint) => hint.message)).toEqual([
				"Returned 3 cases. More may match. Turn on 'Return All' to get them all.",
			]);
			expectError(
				await search({ ...parameters, options: { pageSize: 2, whenIncomplete: 'fail' } }),
				"More than 3 cases may match, but 'Limit' is 3",
				`Turn on 'Return All' to get them all. ${SET_WHEN_INCOMPLETE}`,
			);
		});

		test('gives no hint if Intezer proves that these are all', async () => {
			expect(await search(parameters)).toMatchObject({ hints: [] });
		});

		test('gives no hint if Intezer refuses to exclude cases, but time ranges prove it', async () => {
			refuseToExclude();
			const { items, hints } = await search(parameters);
			expect(items).toHaveLength(3);
			expect(hints).toEqual([]);
		});
	});

	describe('A search that may have missed cases', () => {
		const message =
			'Cases may be missing: found 1 of 5,000 matching cases, but cases changed too fast, or Intezer limits how many cases a search can return';
		const hint = {
			message:
				"Returned 1 of 5,000 matching cases. Some may be missing: cases changed too fast, or Intezer limits how many cases a search can return. Run the search again, or narrow 'Filters', for example with a time range.",
			location: 'outputPane',
		};

		test.each<[string, INodeParameters]>([
			['by default with Return All', { returnAll: true }],
			[
				'if the user chose so with Return All',
				{ returnAll: true, options: { whenIncomplete: 'fail' } },
			],
			['if the user chose so with a limit', { limit: 10, options: { whenIncomplete: 'fail' } }],
			['for a blank option', { returnAll: true, options: { whenIncomplete: '={{ "" }}' } }],
		])('fails %s', async (_case, parameters) => {
			countTooMany(5000);
			const outcome = await search(parameters);
			expectError(
				outcome,
				message,
				`Run the search again, or narrow 'Filters', for example with a time range. ${SET_WHEN_INCOMPLETE}`,
			);
		});

		test.each<[string, INodeParameters]>([
			['by default with a limit', { limit: 10 }],
			[
				'if the user chose so with Return All',
				{ returnAll: true, options: { whenIncomplete: 'hint' } },
			],
		])('returns what was found with a hint %s', async (_case, parameters) => {
			countTooMany(5000);
			const { json, hints, error } = await search(parameters);
			expect(error).toBeUndefined();
			expect(json.map((item) => item.case_id)).toEqual(['wanted']);
			expect(hints).toEqual([hint]);
		});

		test.each(['hint', 'fail'])(
			'is logged as a warning, if the user chose %s',
			async (whenIncomplete) => {
				countTooMany(5000);
				const warnings = await warningsOf(
					async () => await search({ returnAll: true, options: { whenIncomplete } }),
				);
				expect(warnings).toEqual([`Intezer: ${message}`]);
			},
		);

		test('fails alone, with Continue On Fail', async () => {
			countTooMany(5000);
			const { items } = await search({ returnAll: true }, { continueOnFail: true });
			expect(items).toEqual([{ json: { error: message }, pairedItem: { item: 0 } }]);
		});
	});

	describe('A count of 10,000, beyond which Intezer does not count', () => {
		const message = 'At least 10,000 cases match, but Intezer does not count beyond that';
		const remedy = "Narrow 'Filters' with a time range to count them all.";
		const extents: INodeParameters[] = [{ returnAll: true }, { limit: 10 }, { limit: '={{ 0 }}' }];

		const count = async (extent: INodeParameters, options: INodeParameters = {}) => {
			countTooMany(10_000);
			// A range that can't be split, so that one request is enough.
			const filters = { timeRangeStart: 1_760_000_000, timeRangeEnd: 1_760_000_000 };
			return await search({ ...extent, filters, options: { countOnly: true, ...options } });
		};

		test.each(extents)('is returned with a hint by default, with %j', async (extent) => {
			const { json, hints, error } = await count(extent);
			expect(error).toBeUndefined();
			expect(json).toEqual([{ cases_count: 10_000 }]);
			expect(hints).toEqual([{ message: `${message}. ${remedy}`, location: 'outputPane' }]);
		});

		test.each(extents)('fails if the user chose so, with %j', async (extent) => {
			const outcome = await count(extent, { whenIncomplete: 'fail' });
			expectError(outcome, message, `${remedy} ${SET_WHEN_INCOMPLETE}`);
		});
	});

	describe('A search that reached its limit', () => {
		test('returns the cases with a hint by default', async () => {
			const { json, hints } = await search({ limit: 2 });
			expect(json).toHaveLength(2);
			expect(hints).toEqual([
				{
					message: "Returned 2 of 3 matching cases. Turn on 'Return All' to get them all.",
					location: 'outputPane',
				},
			]);
		});

		test('fails if the user chose so', async () => {
			const outcome = await search({ limit: 2, options: { whenIncomplete: 'fail' } });
			expectError(
				outcome,
				"3 cases match, but 'Limit' is 2",
				`Turn on 'Return All' to get them all. ${SET_WHEN_INCOMPLETE}`,
			);
		});

		test('does not fail if no more cases match', async () => {
			const { json, hints, error } = await search({
				limit: ALL,
				options: { whenIncomplete: 'fail' },
			});
			expect([json.length, hints, error]).toEqual([ALL, [], undefined]);
		});

		test('does not fail with Return All', async () => {
			const { json, hints, error } = await search({ returnAll: true });
			expect([json.length, hints, error]).toEqual([ALL, [], undefined]);
		});
	});

	describe('A search that finds nothing', () => {
		const filters = { caseIds: 'unknown' };

		test.each<[string, INodeParameters]>([
			['by default', {}],
			['with Return All', { returnAll: true }],
			['if the user chose so', { options: { whenNothingFound: 'noItems' } }],
		])('returns no items %s', async (_case, parameters) => {
			const { items, error } = await search({ filters, ...parameters });
			expect(items).toEqual([]);
			expect(error).toBeUndefined();
		});

		test.each<[string, INodeParameters]>([
			['with a limit', { limit: 5 }],
			['with Return All', { returnAll: true }],
		])('fails if the user chose so, %s', async (_case, parameters) => {
			const options = { whenNothingFound: 'fail' };
			expectError(
				await search({ filters, options, ...parameters }),
				'No case matches',
				"Check 'Filters'. If an empty result is not an error, set the option 'When Nothing Found' to 'Return No Items'.",
			);
		});

		test('says that it skipped the first cases', async () => {
			const { error } = await search({ options: { whenNothingFound: 'fail', offset: ALL } });
			expect(error?.message).toBe('No case matches after the first 3');
		});

		test('fails only its own item, with Continue On Fail', async () => {
			const { items } = await search(
				{ filters: { caseIds: '={{ $json.id }}' }, options: { whenNothingFound: 'fail' } },
				{ input: [{ id: 'unknown' }, { id: 'wanted' }], continueOnFail: true },
			);
			expect(items).toEqual([
				{ json: { error: 'No case matches' }, pairedItem: { item: 0 } },
				{ json: expect.objectContaining({ case_id: 'wanted' }), pairedItem: { item: 1 } },
			]);
		});

		test('still counts 0', async () => {
			const options = { countOnly: true, whenNothingFound: 'fail' };
			const { json, error } = await search({ filters, options });
			expect(error).toBeUndefined();
			expect(json).toEqual([{ cases_count: 0 }]);
		});

		test('does not fail if an empty filter returns no items', async () => {
			const options = { emptyFilters: 'noItems', whenNothingFound: 'fail' };
			const { items, error } = await search({ filters: { caseIds: '={{ [] }}' }, options });
			expect([items, error]).toEqual([[], undefined]);
		});
	});

	describe('An unknown option', () => {
		test.each([
			['whenIncomplete', "'stop' is not a known value for 'When Incomplete'", 'fail, hint'],
			['whenNothingFound', "'stop' is not a known value for 'When Nothing Found'", 'fail, noItems'],
		])('%s is refused before any request', async (option, message, known) => {
			const outcome = await search({ options: { [option]: '={{ "stop" }}' } });
			expectError(outcome, message, `Use one of these values: ${known}.`);
			expect(service.simulator.requests).toEqual([]);
		});
	});

	describe('With Continue On Fail', () => {
		const locator = (mode: string) => ({ __rl: true, mode, value: '={{ $json.id }}' });

		/** The output for these cases, with one input item each. */
		const itemsOf = async (operation: string, ids: unknown[], mode = 'id', more = {}) =>
			await run(
				operation,
				{ caseId: locator(mode), ...more },
				{ input: ids.map((id) => ({ id }) as IDataObject), continueOnFail: true },
			);

		test.each(['get', 'getDevices', 'getUsers', 'getTtps'])(
			'an item of %s that fails has the case ID that was given',
			async (operation) => {
				const { items, error } = await itemsOf(operation, [' unknown ', 4711]);
				expect(error).toBeUndefined();
				expect(items).toEqual([
					{ json: { error: 'Case not found', case_id: 'unknown' }, pairedItem: { item: 0 } },
					{ json: { error: 'Case not found', case_id: '4711' }, pairedItem: { item: 1 } },
				]);
			},
		);

		test('the case ID is also read from a URL', async () => {
			const { json } = await itemsOf('get', [`${service.simulator.url}/cases/un%20known`], 'url');
			expect(json).toEqual([{ error: 'Case not found', case_id: 'un known' }]);
		});

		test('the case ID is included if another parameter is invalid', async () => {
			const { json } = await itemsOf('get', ['wanted'], 'id', { options: { include: ['alerts'] } });
			expect(json).toEqual([
				{ error: "'alerts' is not a known value for 'Include'", case_id: 'wanted' },
			]);
		});

		test('an ID that no case can have is omitted', async () => {
			const other = 'https://other.example/cases/wanted';
			const ids = ['..', '', null, 'x'.repeat(513), '\ud800', other, ['wanted'], { id: 1 }, true];
			const { json } = await itemsOf('get', ids);
			expect(json.map((item) => Object.keys(item))).toEqual(ids.map(() => ['error']));
		});

		test('a search has no case ID, whatever another operation left in its parameters', async () => {
			const { json } = await itemsOf('search', ['wanted'], 'id', { limit: 0 });
			expect(json).toEqual([{ error: expect.stringMatching(/^'Limit' must be/) }]);
		});

		test('items of cases that are found have no error', async () => {
			const { items } = await itemsOf('get', ['unknown', 'wanted']);
			expect(items.map(({ json, pairedItem }) => [json.error, json.case_id, pairedItem])).toEqual([
				['Case not found', 'unknown', { item: 0 }],
				[undefined, 'wanted', { item: 1 }],
			]);
		});
	});

	describe('With an error output', () => {
		test('items that fail use it, with the fields of their input', async () => {
			const { items, failed, error } = await run(
				'get',
				{ caseId: { __rl: true, mode: 'id', value: '={{ $json.id }}' } },
				{ input: [{ id: 'unknown', from: 'mail' }, { id: 'wanted' }], hasErrorOutput: true },
			);
			expect(error).toBeUndefined();
			expect(items.map(({ json }) => json.case_id)).toEqual(['wanted']);
			expect(failed.map(({ json, pairedItem }) => ({ json, pairedItem }))).toEqual([
				{
					json: { id: 'unknown', from: 'mail', error: 'Case not found' },
					pairedItem: expect.objectContaining({ item: 0 }),
				},
			]);
		});
	});
});
