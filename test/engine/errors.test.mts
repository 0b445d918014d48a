import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { startSimulator, type Fault, type Simulator } from '../simulator/simulator.mts';
import { StoredCredential } from './credentials.mts';
import { intezerApi, runNode } from './engine.mts';
import { withoutWaiting } from './time.mts';

let simulator: Simulator;
let credential: StoredCredential;

beforeAll(async () => {
	simulator = await startSimulator({ cases: 3 });
	credential = new StoredCredential(intezerApi, {
		apiKey: simulator.apiKey,
		region: 'custom',
		baseUrl: simulator.url,
	});
});
afterAll(async () => {
	await simulator.close();
});
beforeEach(() => {
	simulator.clearFaults();
});

const search = async () =>
	await withoutWaiting(() =>
		runNode({ parameters: { resource: 'case', operation: 'search' }, credential }),
	);

const CHECK_ADDRESS =
	"Check that the credential's region or base URL is Intezer's, and that no proxy or login page answers in its place. If all is right, run again later.";

describe('When the service says no, the user is told what happened and what to do', () => {
	test.each<[string, Partial<Fault>, string, string]>([
		[
			'a bad filter, with the reasons of the service by field',
			{
				status: 400,
				body: { error: 'Bad request', message: { time_range_start: 'must be an integer' } },
			},
			'Intezer refused the request as invalid: Bad request; time_range_start: must be an integer',
			'Correct the parameter that the message names; the README of this package describes every filter.',
		],
		[
			'no permission',
			{ status: 403, body: { error: 'Insufficient Permissions' } },
			'The Intezer account has no access to cases',
			'Ask an administrator of your Intezer tenant to give the account of this API key access to cases.',
		],
		[
			'out of quota',
			{ status: 403, body: { error: 'Quota exceeded' } },
			'Intezer refused the request: the account is out of quota',
			'Wait until the quota renews, or ask Intezer to raise it. Intezer says: Quota exceeded',
		],
		[
			'nothing of Intezer at the address',
			{ status: 404, body: '<html>nginx</html>' },
			"Intezer's answer cannot be read: nothing of Intezer is at this address (404)",
			CHECK_ADDRESS,
		],
		[
			'too many requests',
			{ status: 429, body: {} },
			'Intezer receives too many requests from this account',
			'Wait a minute and run again, or let fewer workflows ask Intezer at the same time.',
		],
		[
			'the service down, with a page of a proxy',
			{ status: 502, body: '<html>Bad gateway</html>' },
			'Intezer is not available at the moment (502)',
			"Run again in a few minutes; if it stays so, ask Intezer's support.",
		],
		[
			'a login page in its place',
			{ status: 200, body: '<html>Sign in</html>' },
			"Intezer's answer cannot be read: it is not JSON",
			CHECK_ADDRESS,
		],
		[
			'an answer without a result',
			{ status: 200, body: { ok: true } },
			"Intezer's answer cannot be read: it has no 'result'",
			CHECK_ADDRESS,
		],
		[
			'cases that are none',
			{ status: 200, body: { result: { cases_count: 1, cases: ['x'] } } },
			"Intezer's answer cannot be read: its 'cases' is not a list of cases",
			CHECK_ADDRESS,
		],
	])('%s', async (_name, fault, message, description) => {
		simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
		const { error } = await search();
		expect(error?.message).toBe(message);
		expect(error?.description).toBe(`${description} (Item 0)`);
	});

	test.each<[string, Partial<Fault>]>([
		['reset', { reset: true }],
		['broken off half way', { truncate: true }],
	])('a connection that is %s', async (_name, fault) => {
		simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
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

	test('lists that are missing or null are empty lists', async () => {
		simulator.fail({ path: '/cases/search', body: { result: { cases_count: 0, cases: null } } });
		expect(await search()).toMatchObject({ items: [] });
		simulator.fail({ path: '/cases/search', body: { result: {} } });
		expect(await search()).toMatchObject({ items: [] });
	});
});
