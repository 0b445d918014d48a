import type { INodeParameters } from 'n8n-workflow';
import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { intezerCases, runNode } from '../../../tools/n8nEngine/engine.mts';
import { listOptions } from './loadOptions.mts';
import { simulatedIntezer } from '../service.mts';
import { trigger } from '../trigger/host.mts';

describe('Accounts by name', () => {
	const service = simulatedIntezer({ cases: 100 });

	afterEach(() => {
		jest.restoreAllMocks();
	});

	const list = async (node = intezerCases) =>
		await listOptions(node, 'assignedAccountIds', service.credential);

	/** The list, if the service responds with this result. */
	async function listFor(result: unknown) {
		const body = JSON.stringify({ result });
		service.simulator.fail({ path: '/accounts', body, contentType: 'application/json' });
		return await list();
	}

	describe('The list of accounts', () => {
		test.each([
			['Intezer Cases', intezerCases],
			['Intezer Cases Trigger', trigger],
		])('shows every account by name and email address, sorted: %s', async (_name, node) => {
			const options = await list(node);
			const ids = service.simulator.accounts.map((each) => each.account_id);
			expect(ids.length).toBeGreaterThan(5);
			expect(options.map(({ value }) => value).sort()).toEqual(ids.sort());
			for (const { name } of options) expect(name).toMatch(/^\S+ \S+.* \(\S+@example\.com\)$/);
			const names = options.map(({ name }) => name);
			expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
			expect(service.simulator.requests.map(({ method, path }) => `${method} ${path}`)).toContain(
				'GET /api/v2-0/accounts',
			);
		});

		test('shows the known details of an account', async () => {
			const options = await listFor([
				{ account_id: 'a', account_name: 'Zoe', account_email: 'zoe@example.com' },
				{ account_id: 'b', account_name: 'Yan', account_email: null },
				{ account_id: 'c', account_email: 'x@example.com' },
				{ account_id: 'd', account_name: 'w@example.com', account_email: 'w@example.com' },
				{ account_id: 'e', account_name: ' ', account_email: 5 },
			]);
			expect(options).toEqual([
				{ name: 'e', value: 'e' },
				{ name: 'w@example.com', value: 'd' },
				{ name: 'x@example.com', value: 'c' },
				{ name: 'Yan', value: 'b' },
				{ name: 'Zoe (zoe@example.com)', value: 'a' },
			]);
		});

		test('lists each account that has an ID once, with the ID as text', async () => {
			const options = await listFor([
				{ account_id: 7, account_name: 'Seven' },
				{ account_id: '7', account_name: 'Seven again' },
				{ account_id: ' 8 ', account_name: 'Eight' },
				{ account_name: 'No ID' },
				{ account_id: '', account_name: 'Empty ID' },
				{ account_id: null, account_name: 'Null ID' },
				{ account_id: { id: 1 }, account_name: 'Not an ID' },
			]);
			expect(options).toEqual([
				{ name: 'Eight', value: '8' },
				{ name: 'Seven', value: '7' },
			]);
		});

		test('shows names on one line, without characters that reorder text', async () => {
			const [option] = await listFor([
				{ account_id: 'a', account_name: `Eve\r\n\u202e${'x'.repeat(200)}` },
			]);
			expect(option?.name).toMatch(/^Eve x+…$/);
			expect(option?.name).toHaveLength(100);
		});

		test.each([[null], [[]]])('is empty for %j', async (result) => {
			expect(await listFor(result)).toEqual([]);
		});

		test.each([
			[{ accounts: [] }, "its 'result' is not a list of objects"],
			['none', "its 'result' is not a list of objects"],
			[['a'], "its 'result' is not a list of objects"],
			[undefined, "it has no 'result'"],
		])(
			'is an error for %j',
			async (result, fault) => {
				const body = JSON.stringify({ result });
				const contentType = 'application/json';
				service.simulator.fail({ path: '/accounts', times: Infinity, body, contentType });
				// The shortest pause before each retry.
				jest.spyOn(Math, 'random').mockReturnValue(0);
				await expect(list()).rejects.toThrow(`Intezer returned an invalid response: ${fault}`);
			},
			60_000,
		);

		test.each([
			[403, { error: 'Insufficient Permissions' }],
			[404, { error: 'Not found' }],
		])('says what to do if the key may not see it: %i %j', async (status, body) => {
			service.simulator.fail({ path: '/accounts', times: Infinity, status, body });
			await expect(list()).rejects.toThrow(
				expect.objectContaining({
					message:
						'Intezer does not allow this API key to list accounts. Use an expression that returns account IDs instead.',
					description:
						"Switch the filter to an expression that returns IDs, such as {{ ['id-1', 'id-2'] }}, or use the API key of an account that can list accounts.",
				}),
			);
		});

		test.each([
			[400, { error: 'x' }, 'Intezer rejected the request as invalid: x'],
			[403, { error: 'Quota exceeded' }, 'The Intezer account is out of quota'],
			[403, '<html>Forbidden</html>', 'The request to Intezer was refused (403)'],
		])('reports other failures unchanged: %i %j', async (status, body, message) => {
			service.simulator.fail({ path: '/accounts', times: Infinity, status, body });
			await expect(list()).rejects.toThrow(message);
		});
	});

	describe('The filter by accounts', () => {
		async function idsFor(assignedAccountIds: INodeParameters[string]): Promise<unknown> {
			const parameters = {
				resource: 'case',
				operation: 'search',
				filters: { assignedAccountIds },
				options: { emptyFilters: 'ignore' },
			};
			const { error } = await runNode({ parameters, credential: service.credential });
			expect(error).toBeUndefined();
			const { body } = service.simulator.requests.at(-1) ?? {};
			return (body as { payload: Record<string, unknown> }).payload['assigned_account_ids'];
		}

		test.each<[string, INodeParameters[string], unknown]>([
			['accounts chosen from the list', ['a', 'b'], ['a', 'b']],
			['an array from an expression', "={{ ['a, b', 7, 'a, b'] }}", ['a, b', '7']],
			['text from an expression', "={{ 'a, b' }}", ['a', 'b']],
			['text, as an older workflow has it', 'a, b', ['a', 'b']],
			['no account', [], undefined],
		])('sends %s', async (_case, given, sent) => {
			expect(await idsFor(given)).toEqual(sent);
		});

		test('finds the cases that are assigned to one of them', async () => {
			const assigned = service.simulator.cases.all.map((each) => each.assigned_account_id);
			const [first, second] = (await list()).filter(({ value }) =>
				assigned.includes(String(value)),
			);
			const { json } = await runNode({
				parameters: {
					resource: 'case',
					operation: 'search',
					returnAll: true,
					filters: { assignedAccountIds: [String(first?.value), String(second?.value)] },
				},
				credential: service.credential,
			});
			const expected = service.simulator.cases.all.filter(({ assigned_account_id: id }) =>
				[first?.value, second?.value].includes(id ?? ''),
			);
			expect(json.map((item) => item.case_id).sort()).toEqual(
				expected.map(({ case_id: id }) => id).sort(),
			);
		});
	});
});
