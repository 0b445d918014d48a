import * as fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import { caseIssues, listCases } from './loadOptions.mts';
import { simulatedIntezer } from '../service.mts';

describe('Choosing a case', () => {
	const HISTORY = 130;
	const CASE_ID = '3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10';

	const service = simulatedIntezer({ cases: HISTORY });

	/** The list, if the service responds with these cases. */
	async function listOf(...cases: unknown[]) {
		const body = { result: { cases_count: cases.length, cases } };
		service.simulator.fail({ path: '/cases/search', body });
		return (await listCases(service.credential)).results;
	}

	describe('The list of cases', () => {
		test('shows the most recently modified cases with priority, status and link', async () => {
			const newest = makeCase({
				case_title: 'Suspicious PowerShell on FIN-WKS-0231',
				case_priority: 'escalated',
				case_status: 'in_progress',
				modification_time: Math.ceil(Date.now() / 1000) + 60,
			});
			service.simulator.cases.add(newest);
			const { results } = await listCases(service.credential);
			service.simulator.cases.remove(newest.case_id);
			expect(results).toHaveLength(50);
			expect(results[0]).toEqual({
				name: 'Suspicious PowerShell on FIN-WKS-0231 (Escalated, In Progress)',
				value: newest.case_id,
				url: `${service.simulator.url}/cases/${newest.case_id}`,
			});
			expect(service.simulator.requests.at(-1)?.body).toEqual({
				payload: {},
				sort_by: 'modification_time',
				offset: 0,
				limit: 50,
			});
		});

		test('loads page by page until all cases are listed', async () => {
			const values: unknown[] = [];
			let token: string | undefined;
			do {
				const page = await listCases(service.credential, undefined, token);
				values.push(...page.results.map(({ value }) => value));
				token = page.paginationToken;
			} while (token !== undefined);
			expect(values).toHaveLength(HISTORY);
			expect(new Set(values).size).toBe(HISTORY);
			expect(
				service.simulator.requests.filter(({ path }) => path.endsWith('/search')),
			).toHaveLength(3);
		});

		test('handles smaller pages and stops after the last one', async () => {
			const [one] = service.simulator.cases.search({ payload: {}, offset: 0, limit: 1 }).cases;
			const page = (cases: unknown[], cases_count?: number) => {
				service.simulator.fail({ path: '/cases/search', body: { result: { cases_count, cases } } });
			};
			page([one], 3);
			expect((await listCases(service.credential)).paginationToken).toBe('1');
			page([one]);
			expect((await listCases(service.credential)).paginationToken).toBe('1');
			page([], 3);
			expect((await listCases(service.credential, '', '1')).paginationToken).toBeUndefined();
		});

		test('ends when the service returns no further pages, and continues after a count of 10,000', async () => {
			const { simulator } = service;
			const message = { offset: ['too large'] };
			simulator.fail({ path: '/cases/search', status: 400, body: { message } });
			expect(await listCases(service.credential, '', '10000')).toEqual({ results: [] });
			const body = { result: { cases_count: 10_000, cases: [{ case_id: 'a' }] } };
			simulator.fail({ path: '/cases/search', body });
			expect((await listCases(service.credential, '', '9999')).paginationToken).toBe('10000');
		});

		test('searches for the text that the user types', async () => {
			const wanted = makeCase({ devices: [{ hostname: 'host-8' }] });
			service.simulator.cases.add(wanted);
			const { results, paginationToken } = await listCases(service.credential, ' host-8 ');
			service.simulator.cases.remove(wanted.case_id);
			expect(results.map(({ value }) => value)).toContain(wanted.case_id);
			expect(paginationToken).toBeUndefined();
			expect(service.simulator.requests.at(-1)?.body).toMatchObject({
				payload: { free_text: 'host-8' },
			});
			expect(await listCases(service.credential, 'nothing like it')).toEqual({ results: [] });
		});

		test('shows a title on one line, without control and text direction characters', async () => {
			const [entry] = await listOf({
				case_id: '1',
				case_title: ' a\u0000b\r\n\u202eevil\u2066 \u200b c\u2028d ',
				case_priority: 'high\u202e',
			});
			expect(entry?.name).toBe('a b evil c d (High)');
		});

		test('cuts a long title at 100 characters without splitting a character', async () => {
			const [entry] = await listOf({ case_id: '1', case_title: '🦊'.repeat(101) });
			expect(entry?.name).toBe(`${'🦊'.repeat(99)}…`);
			const [whole] = await listOf({ case_id: '1', case_title: '🦊'.repeat(100) });
			expect(whole?.name).toBe('🦊'.repeat(100));
		});

		test('lists only cases with an ID, without duplicates', async () => {
			const names = await listOf(
				{ case_id: 'a', case_title: null },
				{ case_title: 'without an ID' },
				{ case_id: ' ', case_title: 'a blank ID' },
				{ case_id: 'a', case_title: 'again' },
				{ case_id: 'b', case_title: 7, case_status: 'new' },
				{ case_id: 17, case_title: 'a number' },
				{ case_id: '17', case_title: 'again, as text' },
			);
			expect(names).toEqual([
				{ name: 'Untitled case', value: 'a' },
				{ name: 'Untitled case (New)', value: 'b' },
				{ name: 'a number', value: '17' },
			]);
		});

		test.each([
			'javascript:alert(1)',
			'https://intezer.example.com/cases/1',
			'//intezer.example.com/cases/1',
			'no link',
			null,
			7,
		])('does not link to %j', async (intezer_case_url) => {
			expect(await listOf({ case_id: '1', case_title: 'x', intezer_case_url })).toEqual([
				{ name: 'x', value: '1' },
			]);
		});

		test('explains why the service refuses the request', async () => {
			service.simulator.fail({
				path: '/cases/search',
				status: 403,
				body: { error: 'Insufficient Permissions' },
			});
			await expect(listCases(service.credential)).rejects.toMatchObject({
				message: 'The Intezer account does not have access to cases',
				description: expect.stringMatching(/^Ask an administrator of your Intezer tenant/),
				httpCode: '403',
			});
		});

		test('does not wait long if the service is busy', async () => {
			const headers = { 'retry-after': '30' };
			service.simulator.fail({ path: '/cases/search', status: 429, headers, times: Infinity });
			await expect(listCases(service.credential)).rejects.toMatchObject({
				message: 'Intezer is rate-limiting this account',
			});
		});
	});

	describe('The editor', () => {
		test.each([
			CASE_ID,
			'7c1f',
			' 7c1f ',
			'a/b?c=1',
			'={{ $json.case_id }}',
			'={{ $json.intezer_case_url }}',
		])('accepts the ID %j', (value) => {
			expect(caseIssues('id', value)).toEqual([]);
		});

		test.each(['.', ' .. ', '   ', 'x'.repeat(513)])('refuses the ID %j', (value) => {
			expect(caseIssues('id', value)).toContain("Enter the 'case_id' from a search result");
		});

		test('says where to enter a URL that was pasted as an ID', () => {
			expect(caseIssues('id', `https://analyze.intezer.com/cases/${CASE_ID}`)).toEqual([
				"This is a URL: select 'By URL' to use it",
			]);
		});

		test.each([
			`https://analyze.intezer.com/cases/${CASE_ID}`,
			`https://us.app.intezer.com/cases/${CASE_ID}/`,
			`https://intezer.example.com:8443/cases/${CASE_ID}?tab=alerts#top`,
			`http://127.0.0.1:8080/cases/${CASE_ID}/?tab=alerts`,
			` HTTPS://[::1]:8443/cases/a%2Fb#top\n`,
			'={{ $json.intezer_case_url }}',
		])('accepts the link %j', (value) => {
			expect(caseIssues('url', value)).toEqual([]);
		});

		test.each([
			'7c1f',
			'ftp://intezer.example.com/cases/1',
			'https://intezer.example.com/cases/',
			'https://intezer.example.com/alerts/1',
			'https://intezer.example.com/cases/1/devices',
		])('refuses the link %j', (value) => {
			expect(caseIssues('url', value)).toEqual([
				"Paste the URL that Intezer shows for the case, for example 'https://analyze.intezer.com/cases/…'",
			]);
		});

		test('accepts the URL of a case with any ID', () => {
			fc.assert(
				fc.property(
					fc.string({ minLength: 1, unit: 'grapheme' }).filter((id) => !/^\s*\.{0,2}\s*$/.test(id)),
					fc.webAuthority({ withPort: true }),
					fc.constantFrom('', '/', '?tab=alerts', '/?a=1#b', '#top'),
					(id, authority, rest) => {
						const link = `https://${authority}/cases/${encodeURIComponent(id)}${rest}`;
						expect(caseIssues('url', link)).toEqual([]);
					},
				),
			);
		});
	});
});
