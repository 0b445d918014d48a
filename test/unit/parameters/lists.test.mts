import { randomUUID } from 'node:crypto';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { fingerprint } from '../../../nodes/intezer/http/auth/sessionToken.ts';
import { getAccounts } from '../../../nodes/IntezerCases/parameters/listAccounts.ts';
import { searchCases } from '../../../nodes/IntezerCases/parameters/listCases.ts';
import { context } from '../intezer/pollContext.mts';

interface Response {
	statusCode?: number;
	headers?: object;
	body: unknown;
}

/** The context of a list in the editor, whose requests get this response. */
function editor(
	{ statusCode = 200, headers = {}, body }: Response,
	address: object = { region: 'us' },
) {
	const key = { apiKey: randomUUID(), ...address };
	const { n8n, requests } = context(
		async () => await Promise.resolve({ statusCode, headers, body }),
	);
	Object.assign(n8n, {
		getNode: () => ({ name: 'Intezer Cases', parameters: {} }),
		getCredentials: async (type: string) =>
			await (type === 'intezerApi'
				? Promise.resolve({ ...key, sessionToken: `${fingerprint(key)}token` })
				: Promise.reject(new Error('no credential'))),
	});
	return { n8n: n8n as ILoadOptionsFunctions, requests };
}

const BUSY = { statusCode: 429, headers: { 'retry-after': '21' }, body: {} };

describe('The list of cases', () => {
	const page = (cases: unknown[], cases_count?: number): Response => ({
		body: { result: { cases, cases_count } },
	});
	const CASE = { case_id: 'a', case_title: 'PowerShell' };
	const PAGE = [CASE, { case_id: 'b' }];

	async function list(response: Response, filter?: string, token?: unknown, address?: object) {
		const { n8n, requests } = editor(response, address);
		const { results, paginationToken } = await searchCases.call(n8n, filter, token);
		const { body } = requests[0] ?? {};
		return { results, paginationToken, body };
	}

	test.each([
		[undefined, {}],
		['', {}],
		[' ', {}],
		[' host-8 ', { free_text: 'host-8' }],
	])('searches for the text %j, and shows the last modified first', async (filter, payload) => {
		const { body } = await list(page([]), filter);
		expect(body).toEqual({ payload, sort_by: 'modification_time', offset: 0, limit: 50 });
	});

	test.each([
		['50', 50],
		[50, 50],
		[undefined, 0],
		['-1', 0],
		['1.5', 0],
		['a', 0],
	])('continues after the page with the token %j', async (token, offset) => {
		expect((await list(page(PAGE), '', token)).body).toMatchObject({ offset });
	});

	test.each([
		['before the end', page(PAGE, 13), '12'],
		['without a count', page(PAGE), '12'],
		['at the end', page(PAGE, 12), undefined],
		['after the end', page(PAGE, 5), undefined],
		['at an empty page', page([], 13), undefined],
	])('continues until the end: %s', async (_place, response, token) => {
		expect((await list(response, '', '10')).paginationToken).toBe(token);
	});

	test('continues after a count of 10,000, where some services stop counting', async () => {
		expect((await list(page(PAGE, 10_000), '', '9998')).paginationToken).toBe('10000');
		expect((await list(page(PAGE, 9_999), '', '9998')).paginationToken).toBeUndefined();
	});

	test('ends where the service returns no further pages', async () => {
		const refusal = { statusCode: 400, body: { message: 'offset' } };
		const { n8n } = editor(refusal);
		expect(await searchCases.call(n8n, '', '10000')).toEqual({ results: [] });
		await expect(list(refusal, '', '0')).rejects.toThrow('Intezer rejected the request');
	});

	test('is an error on a later page, if the service does not refuse the page itself', async () => {
		const { n8n } = editor({ statusCode: 403, body: { error: 'Insufficient Permissions' } });
		await expect(searchCases.call(n8n, '', '50')).rejects.toThrow('does not have access to cases');
	});

	test.each([
		[{ case_title: 'PowerShell' }, 'PowerShell'],
		[{ case_priority: 'high' }, 'Untitled case (High)'],
		[{ case_title: 'A', case_status: 'in_progress' }, 'A (In Progress)'],
		[{ case_title: 'A', case_priority: 'escalated', case_status: 'new' }, 'A (Escalated, New)'],
		[{ case_title: ' ', case_priority: '', case_status: null }, 'Untitled case'],
		[{ case_title: 'A', case_status: '_waiting__long' }, 'A ( Waiting_ Long)'],
		[{ case_title: 'A', case_status: 'closed (by Mary_1)' }, 'A (Closed (by Mary_1))'],
	])('shows title, priority and status: %j', async (fields, name) => {
		const { results } = await list(page([{ ...fields, case_id: 'a' }]));
		expect(results).toEqual([{ name, value: 'a' }]);
	});

	test('has each case with an ID once', async () => {
		const { results } = await list(
			page([
				{ case_id: ' a ', case_title: 'A' },
				{ case_id: 'a', case_title: 'A again' },
				{ case_title: 'without an ID' },
				{ case_id: ' ', case_title: 'with a blank ID' },
				{ case_id: 7, case_title: 'B' },
			]),
		);
		expect(results).toEqual([
			{ name: 'A', value: 'a' },
			{ name: 'B', value: '7' },
		]);
	});

	test.each([
		'https://us.app.intezer.com/cases/a',
		'HTTPS://us.app.intezer.com/cases/a?tab=1',
		'http://us.app.intezer.com/cases/a',
	])('links to the case: %s', async (link) => {
		const { results } = await list(page([{ ...CASE, intezer_case_url: link }]));
		const url = link.replace('HTTPS', 'https');
		expect(results).toEqual([{ name: 'PowerShell', value: 'a', url }]);
	});

	test.each([
		'https://analyze.intezer.com/cases/a',
		'https://us.app.intezer.com:8443/cases/a',
		'https://user@us.app.intezer.com/cases/a',
		'https://:secret@us.app.intezer.com/cases/a',
		'https://',
		'ftp://us.app.intezer.com/cases/a',
		'wss://us.app.intezer.com/cases/a',
		'view-source+https://us.app.intezer.com/cases/a',
		'//us.app.intezer.com/cases/a',
		['https://us.app.intezer.com/cases/a'],
		null,
	])('does not link to %j', async (intezer_case_url) => {
		const { results } = await list(page([{ ...CASE, intezer_case_url }]));
		expect(results).toStrictEqual([{ name: 'PowerShell', value: 'a' }]);
	});

	test('links to an Intezer on premises', async () => {
		const address = { region: 'custom', baseUrl: 'https://intezer.example.com:8443' };
		const intezer_case_url = 'https://intezer.example.com:8443/cases/a';
		const { results } = await list(page([{ ...CASE, intezer_case_url }]), '', '', address);
		expect(results).toMatchObject([{ url: intezer_case_url }]);
	});

	test('does not wait for more than 20 seconds', async () => {
		const { n8n, requests } = editor(BUSY);
		await expect(searchCases.call(n8n)).rejects.toThrow('Intezer is rate-limiting this account');
		expect(requests).toHaveLength(1);
		expect(requests[0]?.timeout).toBeGreaterThan(10_000);
		expect(requests[0]?.timeout).toBeLessThanOrEqual(20_000);
	});

	test('names the parameter that the service refuses by its label', async () => {
		const { n8n } = editor({ statusCode: 400, body: { message: { limit: ['too large'] } } });
		await expect(searchCases.call(n8n)).rejects.toThrow("'Page Size': too large");
	});
});

describe('The list of accounts', () => {
	async function list(response: Response) {
		const { n8n } = editor(response);
		return await getAccounts.call(n8n);
	}

	test('shows name and email address, sorted', async () => {
		const result = [
			{ account_id: ' a ', account_name: 'Zoe', account_email: 'zoe@example.com' },
			{ account_id: 7, account_name: 'Yan' },
			{ account_id: 'c', account_email: 'x@example.com' },
			{ account_id: 'd', account_name: 'w@example.com', account_email: 'w@example.com' },
			{ account_id: 'e', account_name: ' ', account_email: null },
		];
		expect(await list({ body: { result } })).toEqual([
			{ name: 'e', value: 'e' },
			{ name: 'w@example.com', value: 'd' },
			{ name: 'x@example.com', value: 'c' },
			{ name: 'Yan', value: '7' },
			{ name: 'Zoe (zoe@example.com)', value: 'a' },
		]);
	});

	test('has each account with an ID once', async () => {
		const result = [
			{ account_id: '7', account_name: 'A' },
			{ account_id: 7, account_name: 'B' },
			...['', ' ', null, {}, true, undefined].map((account_id) => ({ account_id })),
		];
		expect(await list({ body: { result } })).toEqual([{ name: 'A', value: '7' }]);
	});

	test.each([403, 404])(
		'says what to do if the key cannot list accounts: %i',
		async (statusCode) => {
			const body = { error: 'Insufficient Permissions' };
			await expect(list({ statusCode, body })).rejects.toMatchObject({
				message:
					'Intezer does not allow this API key to list accounts. Use an expression that returns account IDs instead.',
				description:
					"Switch the filter to an expression that returns IDs, such as {{ ['id-1', 'id-2'] }}, or use the API key of an account that can list accounts.",
			});
		},
	);

	test('is an error if the service refuses the request', async () => {
		await expect(
			list({ statusCode: 400, body: { message: { limit: ['too large'] } } }),
		).rejects.toThrow("Intezer rejected the request as invalid: 'Page Size': too large");
	});

	test('is an error if n8n cannot read the credential', async () => {
		const { n8n } = editor({ body: {} });
		Object.assign(n8n, { getCredentials: () => Promise.reject(new Error('no such credential')) });
		await expect(getAccounts.call(n8n)).rejects.toThrow('no such credential');
	});

	test('does not wait for more than 20 seconds', async () => {
		const { n8n, requests } = editor(BUSY);
		await expect(getAccounts.call(n8n)).rejects.toThrow('Intezer is rate-limiting this account');
		expect(requests).toHaveLength(1);
		expect(requests[0]?.timeout).toBeGreaterThan(10_000);
		expect(requests[0]?.timeout).toBeLessThanOrEqual(20_000);
	});
});
