import { describe, expect, test } from '@jest/globals';

import { startSimulator, type Fault } from '../../tools/simulator/simulator.mts';
import { runNode } from '../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from './service.mts';
import { withoutWaiting } from './time.mts';

const service = simulatedIntezer({ cases: 3 });

const search = async () =>
	await withoutWaiting(() =>
		runNode({
			parameters: { resource: 'case', operation: 'search' },
			credential: service.credential,
		}),
	);

const CHECK_ADDRESS =
	"Check that the credential's region or base URL is Intezer's, and that no proxy or login page answers in its place. If all is right, run again later.";

const CORRECT =
	'Correct the parameter that the message names, or remove it. The documentation of this package describes every filter.';

describe('An error says what happened and what to do', () => {
	test.each<[string, Partial<Fault>, string, string]>([
		[
			'a bad filter, with the reasons of the service by field',
			{
				status: 400,
				body: { error: 'Bad request', message: { time_range_start: 'must be an integer' } },
			},
			"Intezer refused the request as invalid: Bad request; 'Time Range Start': must be an integer",
			CORRECT,
		],
		[
			'a bad filter, with reasons in a list below the payload',
			{
				status: 400,
				body: { message: { payload: { case_ids: ['Not a valid list.', 'Too long.'] } } },
			},
			"Intezer refused the request as invalid: 'Case IDs': Not a valid list. Too long.",
			CORRECT,
		],
		[
			'a bad filter inside a group, and one that no field of the node sends',
			{
				status: 400,
				body: {
					message: {
						'payload.devices.hostnames.0': 'must be a string',
						'payload.alert_identifiers.0.alert_id': 'is missing',
						'payload.tenant': 'is not known',
					},
				},
			},
			"Intezer refused the request as invalid: 'Device Hostnames': must be a string; 'Alert Identifiers': is missing; payload.tenant: is not known",
			CORRECT,
		],
		[
			'a bad request without a reason',
			{ status: 422, body: '' },
			'Intezer refused the request as invalid (422)',
			CORRECT,
		],
		[
			'no permission',
			{ status: 403, body: { error: 'Insufficient Permissions' } },
			'The Intezer account has no access to cases',
			'Ask an administrator of your Intezer tenant to give the account of this API key access to cases, or use the key of an account that has it.',
		],
		[
			'out of quota',
			{ status: 403, body: { error: 'Quota exceeded' } },
			'Intezer refused the request: the account is out of quota',
			'Wait until the quota renews, or ask Intezer to raise it. Intezer says: Quota exceeded',
		],
		[
			'another server at the address',
			{ status: 404, body: '<html>nginx</html>' },
			'No Intezer API found at this address (404)',
			CHECK_ADDRESS,
		],
		[
			'an Intezer that has no cases',
			{ status: 404, body: { error: 'Not found' } },
			'No Intezer API found at this address (404)',
			CHECK_ADDRESS,
		],
		[
			'a request that took too long to arrive',
			{ status: 408, body: {} },
			'Intezer is not available at the moment (408)',
			"Asking again, as this node does by itself, did not help. Run again in a few minutes; if it stays so, ask Intezer's support.",
		],
		[
			'too many requests, with a long Retry-After',
			{ status: 429, body: {}, headers: { 'retry-after': '600' } },
			'Intezer is rate-limiting this account: it asks to retry after 600 seconds',
			'Run again after that time. If it comes again and again, let fewer workflows ask Intezer at the same time.',
		],
		[
			'too many requests',
			{ status: 429, body: {} },
			'Intezer is rate-limiting this account',
			"Waiting and asking again, as this node does by itself, did not help. Let fewer workflows ask Intezer at the same time, lower the option 'Max Concurrency' where the operation has it, and run again in a few minutes.",
		],
		[
			'the service down, with the page of a proxy',
			{ status: 502, body: '<html>Bad gateway</html>' },
			'Intezer is not available at the moment (502)',
			"Asking again, as this node does by itself, did not help. Run again in a few minutes; if it stays so, ask Intezer's support.",
		],
		[
			'an address that redirects',
			{ status: 302, headers: { location: 'https://intezer.example.com/' } },
			'The address of Intezer redirects elsewhere (302)',
			"A redirect is not followed: the API key must not go to another host. Enter the final address as the credential's base URL.",
		],
		[
			'a login page instead of the API',
			{ status: 200, body: '<html>Sign in</html>' },
			"Intezer's answer cannot be read: it is not JSON",
			CHECK_ADDRESS,
		],
		[
			'a response without a result',
			{ status: 200, body: { ok: true } },
			"Intezer's answer cannot be read: it has no 'result'",
			CHECK_ADDRESS,
		],
		[
			'cases that are not objects',
			{ status: 200, body: { result: { cases_count: 1, cases: ['x'] } } },
			"Intezer's answer cannot be read: its 'cases' is not a list of cases",
			CHECK_ADDRESS,
		],
	])('%s', async (_name, fault, message, description) => {
		service.simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
		const { error } = await search();
		expect(error?.message).toBe(message);
		expect(error?.description).toBe(`${description} (Item 0)`);
	});

	test('a wrong key', async () => {
		const { error } = await runNode({
			parameters: { resource: 'case', operation: 'search' },
			credential: { apiKey: 'wrong', region: 'custom', baseUrl: service.simulator.url },
		});
		expect(error?.message).toBe('Intezer refused the API key');
		expect(error?.description).toBe(
			"Copy the API key from your Intezer account into the credential again, and check that the credential's region is your tenant's. (Item 0)",
		);
	});

	test.each(['get', 'getDevices', 'getUsers', 'getTtps'])('no such case: %s', async (operation) => {
		const caseId = { __rl: true, mode: 'id', value: 'unknown' };
		const parameters = { resource: 'case', operation, caseId };
		const { error } = await runNode({ parameters, credential: service.credential });
		expect(error?.message).toBe('Case not found');
		expect(error?.description).toBe(
			"Check the parameter 'Case', and that the credential is for the tenant that the case belongs to. (Item 0)",
		);
	});

	test.each<[string, Partial<Fault>]>([
		['reset', { reset: true }],
		['closed in the middle of a response', { truncate: true }],
	])('a connection that is %s', async (_name, fault) => {
		service.simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
		const { error } = await search();
		expect(error?.message).toBe('Intezer cannot be reached');
		expect(error?.description).toMatch(
			/^Check the credential's region or base URL, and the way from n8n to it \(DNS, proxy, firewall\)\. The connection failed with: .+ \(Item 0\)$/,
		);
	});

	test('an address where nothing listens', async () => {
		const gone = await startSimulator({ cases: 0 });
		await gone.close();
		const { error } = await withoutWaiting(() =>
			runNode({
				parameters: { resource: 'case', operation: 'search' },
				credential: { apiKey: 'any', region: 'custom', baseUrl: gone.url },
			}),
		);
		expect(error?.message).toBe('Intezer cannot be reached');
	});

	test.each([[{ cases_count: 0, cases: null }], [{}]])(
		'lists that are missing or null are empty lists: %j',
		async (result) => {
			service.simulator.fail({ path: '/cases/search', body: { result }, times: Infinity });
			const { items, error } = await search();
			expect(error).toBeUndefined();
			expect(items).toEqual([]);
		},
	);
});
