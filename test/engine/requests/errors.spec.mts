import { describe, expect, test } from '@jest/globals';

import { startSimulator, type Fault } from '../../../tools/simulator/simulator.mts';
import { runNode } from '../../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from '../service.mts';
import { withoutWaiting } from '../time.mts';

describe('An error says what happened and what to do', () => {
	const service = simulatedIntezer({ cases: 3 });

	const search = async () =>
		await withoutWaiting(() =>
			runNode({
				parameters: { resource: 'case', operation: 'search' },
				credential: service.credential,
			}),
		);

	const CHECK_ADDRESS =
		"Check 'Region' and 'Base URL' in the credential, and make sure that no proxy or login page responds instead of Intezer. If everything is correct, try again later.";

	const CHECK_REFUSAL =
		'The account may have no permission or no quota left, or a proxy or firewall may have blocked the request. Check permissions and quota of the account in Intezer, and that your network allows requests from n8n to Intezer.';

	const CORRECT =
		"Correct or remove the value that the message names. If it names none, check the values of the node's parameters.";

	test.each<[string, Partial<Fault>, string, string]>([
		[
			'a bad filter, with the reasons of the service by field',
			{
				status: 400,
				body: { error: 'Bad request', message: { time_range_start: 'must be an integer' } },
			},
			"Intezer rejected the request as invalid: Bad request; 'Time Range Start': must be an integer",
			CORRECT,
		],
		[
			'a bad filter, with reasons in a list below the payload',
			{
				status: 400,
				body: { message: { payload: { case_ids: ['Not a valid list.', 'Too long.'] } } },
			},
			"Intezer rejected the request as invalid: 'Case IDs': Not a valid list. Too long.",
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
			"Intezer rejected the request as invalid: 'Device Hostnames': must be a string; 'Alert Identifiers': is missing; payload.tenant: is not known",
			CORRECT,
		],
		[
			'a bad request without a reason',
			{ status: 422, body: '' },
			'Intezer rejected the request as invalid (422)',
			"Check the values of the node's parameters. Intezer did not say which one it rejected.",
		],
		[
			'no permission',
			{ status: 403, body: { error: 'Insufficient Permissions' } },
			'The Intezer account does not have access to cases',
			'Ask an administrator of your Intezer tenant to grant this account access to cases, or use the API key of another account.',
		],
		[
			'out of quota',
			{ status: 403, body: { error: 'Quota exceeded' } },
			'The Intezer account is out of quota',
			'Wait until the quota is renewed, or ask Intezer to increase it. Intezer responded: Quota exceeded',
		],
		[
			'a refusal without a reason',
			{ status: 403, body: { message: 'Forbidden' } },
			'The request to Intezer was refused (403)',
			CHECK_REFUSAL,
		],
		[
			'a refusal without a body',
			{ status: 403, body: '' },
			'The request to Intezer was refused (403)',
			CHECK_REFUSAL,
		],
		[
			'the refusal of a firewall',
			{ status: 403, body: '<html>Forbidden</html>' },
			'The request to Intezer was refused (403)',
			CHECK_REFUSAL,
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
			'Intezer is unavailable (408)',
			'Try again in a few minutes. If the problem persists, contact Intezer support.',
		],
		[
			'too many requests, with a long Retry-After',
			{ status: 429, body: {}, headers: { 'retry-after': '600' } },
			'Intezer is rate-limiting this account and says to retry after 600 seconds',
			'Try again after that time. If this happens often, run fewer workflows that use Intezer at the same time.',
		],
		[
			'too many requests',
			{ status: 429, body: {} },
			'Intezer is rate-limiting this account',
			"Try again in a few minutes. If this happens often, run fewer workflows that use Intezer at the same time, or set a lower 'Max Concurrency' in the options of your Intezer nodes.",
		],
		[
			'the service down, with the page of a proxy',
			{ status: 502, body: '<html>Bad gateway</html>' },
			'Intezer is unavailable (502)',
			'Try again in a few minutes. If the problem persists, contact Intezer support.',
		],
		[
			'an address that redirects',
			{ status: 302, headers: { location: 'https://intezer.example.com/' } },
			'The Intezer address redirects to another address (302)',
			"Open the address in a browser to see where it redirects. If it redirects to your Intezer server, select the region 'On-Premises or Other' in the credential, and enter that address as 'Base URL'. If it redirects to a proxy or login page, allow n8n's requests there. Redirects are never followed, because they could send the API key to another host.",
		],
		[
			'a login page instead of the API',
			{ status: 200, body: '<html>Sign in</html>' },
			'Intezer returned an invalid response: it is not JSON',
			CHECK_ADDRESS,
		],
		[
			'a response without a result',
			{ status: 200, body: { ok: true } },
			"Intezer returned an invalid response: it has no 'result'",
			CHECK_ADDRESS,
		],
		[
			'cases that are not objects',
			{ status: 200, body: { result: { cases_count: 1, cases: ['x'] } } },
			"Intezer returned an invalid response: its 'cases' is not a list of cases",
			CHECK_ADDRESS,
		],
	])('%s', async (_name, fault, message, description) => {
		service.simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
		const { error } = await search();
		expect(error?.message).toBe(message);
		expect(error?.description).toBe(description);
	});

	test('a wrong key', async () => {
		const { error } = await runNode({
			parameters: { resource: 'case', operation: 'search' },
			credential: { apiKey: 'wrong', region: 'custom', baseUrl: service.simulator.url },
		});
		expect(error?.message).toBe('Intezer rejected the API key');
		expect(error?.description).toBe(
			"Copy the API key from your Intezer account into the credential again, and check that 'Region' matches your tenant.",
		);
	});

	test.each(['get', 'getDevices', 'getUsers', 'getTtps'])('no such case: %s', async (operation) => {
		const caseId = { __rl: true, mode: 'id', value: 'unknown' };
		const parameters = { resource: 'case', operation, caseId };
		const { error } = await runNode({ parameters, credential: service.credential });
		expect(error?.message).toBe('Case not found');
		expect(error?.description).toBe(
			"Check the value of 'Case', and that the credential is for the tenant of the case.",
		);
	});

	test.each<[string, Partial<Fault>]>([
		['reset', { reset: true }],
		['closed in the middle of a response', { truncate: true }],
	])('a connection that is %s', async (_name, fault) => {
		service.simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
		const { error } = await search();
		expect(error?.message).toBe('Could not connect to Intezer');
		expect(error?.description).toMatch(
			/^Check 'Region' and 'Base URL' in the credential, and the network between n8n and Intezer \(DNS, proxy, firewall, certificates\)\. The connection failed with: .+$/,
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
		expect(error?.message).toBe('Could not connect to Intezer');
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
