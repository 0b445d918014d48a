import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startSimulator, type Fault, type Simulator } from '../../../tools/simulator/simulator.mts';
import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { intezerApi, runNode, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';
import manifest from '../../packageJson.mts';
import { withoutWaiting } from '../time.mts';

describe('The credential', () => {
	const { version } = manifest;

	const OTHER_KEY = '11111111-1111-4111-8111-111111111111';

	let simulator: Simulator;
	let clock: number;

	beforeEach(async () => {
		clock = Date.now() / 1000;
		simulator = await startSimulator({
			cases: 3,
			apiKeys: ['00000000-0000-4000-8000-000000000001', OTHER_KEY],
			tokenLifetimeSeconds: 600,
			now: () => clock,
		});
	});
	afterEach(async () => {
		await simulator.close();
	});

	const credentialFor = (data: Record<string, string> = {}) =>
		new StoredCredential(intezerApi, {
			apiKey: simulator.apiKey,
			region: 'custom',
			baseUrl: simulator.url,
			...data,
		});

	async function search(credential: StoredCredential): Promise<NodeOutcome> {
		return await withoutWaiting(() =>
			runNode({
				parameters: { resource: 'case', operation: 'search', returnAll: true },
				credential,
			}),
		);
	}

	/** The requests so far, as `path status`. */
	const requested = () =>
		simulator.requests.map((r) => `${r.path.replace('/api/v2-0', '')} ${r.status}`);

	test('Every request, the key exchange too, says which version of the package sends it', async () => {
		await search(credentialFor());
		const agents = simulator.requests.map(({ headers }) => headers['user-agent']);
		expect(agents).toEqual([`n8n-nodes-intezer/${version}`, `n8n-nodes-intezer/${version}`]);
	});

	describe('The session token', () => {
		test('is requested once, and used until it expires', async () => {
			const credential = credentialFor();
			await search(credential);
			await search(credential);
			expect(requested()).toEqual([
				'/get-access-token 200',
				'/cases/search 200',
				'/cases/search 200',
			]);
			expect(simulator.requests[0]?.body).toEqual({ api_key: simulator.apiKey });
		});

		test.each([
			[
				'has expired',
				() => {
					clock += 601;
				},
			],
			[
				'was revoked',
				() => {
					simulator.revokeTokens();
				},
			],
		])('renews itself when it %s', async (_why, end) => {
			const credential = credentialFor();
			await search(credential);
			end();
			simulator.forgetRequests();
			const { json, error } = await search(credential);
			expect(error).toBeUndefined();
			expect(json).toHaveLength(3);
			expect(requested().filter((each) => each === '/get-access-token 200')).toHaveLength(1);
			simulator.forgetRequests();
			await search(credential);
			expect(requested()).toEqual(['/cases/search 200']);
		});

		test('is never sent with another key than it was issued for', async () => {
			const credential = credentialFor();
			await search(credential);
			const old = simulator.requests.at(-1)?.headers.authorization;
			expect(old).toMatch(/^Bearer ./);
			simulator.forgetRequests();

			// n8n stores an edited key together with the old token.
			credential.stored = { ...credential.stored, apiKey: OTHER_KEY };
			const { error } = await search(credential);
			expect(error).toBeUndefined();
			for (const { headers } of simulator.requests) expect(headers.authorization).not.toBe(old);
			expect(simulator.requests.find(({ path }) => path.endsWith('token'))?.body).toEqual({
				api_key: OTHER_KEY,
			});
		});

		test('is never sent to another address than the one that issued it', async () => {
			const other = await startSimulator({ cases: 2, apiKeys: [simulator.apiKey] });
			const credential = credentialFor();
			await search(credential);
			const old = simulator.requests.at(-1)?.headers.authorization;
			credential.stored = { ...credential.stored, baseUrl: other.url };
			const { json } = await search(credential);
			await other.close();
			expect(json).toHaveLength(2);
			for (const { headers } of other.requests) expect(headers.authorization).not.toBe(old);
		});

		test('a wrong key results in one clear error after one exchange', async () => {
			const { error } = await search(credentialFor({ apiKey: 'wrong' }));
			expect(error?.message).toBe('Intezer rejected the API key');
			expect(error?.description).toMatch(/^Copy the API key from your Intezer account/);
			expect(requested()).toEqual(['/get-access-token 401']);
		});

		test('a key copied with whitespace around it works', async () => {
			const { error } = await search(credentialFor({ apiKey: ` ${simulator.apiKey}\n` }));
			expect(error).toBeUndefined();
		});

		test('a service that refuses even a new token causes one clear error', async () => {
			simulator.fail({ path: '/cases/search', status: 401, times: Infinity });
			const { error } = await search(credentialFor());
			expect(error?.message).toBe('Intezer rejected the API key');
			expect(requested().length).toBeLessThanOrEqual(7);
		});
	});

	describe('The address', () => {
		test.each(['', '/', '/api', '/api/', '/api/v2-0', '/api/v2-0/'])(
			'means the same with %j after the host',
			async (path) => {
				const { json } = await search(credentialFor({ baseUrl: ` ${simulator.url}${path} ` }));
				expect(json).toHaveLength(3);
			},
		);

		test.each([
			['', /: it is empty$/],
			['intezer.example.com', /: it is not a web address$/],
			['ftp://intezer.example.com', /: it is not a web address$/],
			[
				'http://intezer.example.com',
				/: it must start with https:\/\/, so that the API key is sent encrypted$/,
			],
			['http://127.0.0.1.example.com', /: it must start with https:/],
			['https://user:secret@intezer.example.com', /: it contains a user name or password$/],
			['https://intezer.example.com/?a=1', /: it contains a query string or fragment$/],
			['https://intezer.example.com/other', /: its path must be empty, \/api or \/api\/v2-0$/],
		])('%j is refused', async (baseUrl, message) => {
			const { error } = await search(credentialFor({ baseUrl }));
			expect(error?.message).toMatch(/^The base URL in the Intezer API credential is invalid: /);
			expect(error?.message).toMatch(message);
			expect(JSON.stringify(error)).not.toContain('secret');
		});

		test.each([
			['a search', /cases\/search$/],
			['the exchange of the key', /get-access-token$/],
		])('a redirect of %s is not followed', async (_name, path) => {
			const elsewhere = await startSimulator({ cases: 1 });
			simulator.fail({
				path,
				status: 307,
				headers: { location: `${elsewhere.url}/api/v2-0/cases/search` },
				times: Infinity,
			});
			const { error } = await search(credentialFor());
			await elsewhere.close();
			expect(error?.message).toBe('The Intezer address redirects to another address (307)');
			expect(elsewhere.requests).toHaveLength(0);
		});
	});

	describe('Key and token stay secret in what n8n saves', () => {
		test.each<[string, Fault[]]>([
			['a wrong key', [{ path: '/get-access-token', status: 401 }]],
			['an exchange that breaks', [{ path: '/get-access-token', reset: true, times: Infinity }]],
			['a search that breaks', [{ path: '/cases/search', reset: true, times: Infinity }]],
			['a search that is refused', [{ path: '/cases/search', status: 400, body: { error: 'no' } }]],
			['a token that is always refused', [{ path: '/cases/search', status: 401, times: Infinity }]],
		])('of a run with %s', async (_name, faults) => {
			for (const fault of faults) simulator.fail(fault);
			const credential = credentialFor();
			expectNoSecret(await search(credential), credential);
		});

		test('when a token cannot be renewed', async () => {
			const credential = credentialFor();
			await search(credential);
			simulator.revokeTokens();
			simulator.fail({ path: '/get-access-token', reset: true, times: Infinity });
			const outcome = await search(credential);
			expect(outcome.error?.message).toBe('Could not connect to Intezer');
			expectNoSecret(outcome, credential);
		});

		test('when a response repeats the key', async () => {
			const error = `The key "${simulator.apiKey.toUpperCase()}" is out of quota`;
			simulator.fail({ path: '/get-access-token', status: 403, body: { error } });
			const { error: shown, saved } = await search(credentialFor());
			expect(shown?.message).toBe('The request to Intezer was refused (403)');
			const written = JSON.stringify([saved, shown, shown?.description]).toLowerCase();
			expect(written).not.toContain(simulator.apiKey);
		});

		test('when the response to a search repeats the key', async () => {
			const error = `The key "${simulator.apiKey.toUpperCase()}" is out of quota`;
			simulator.fail({ path: '/cases/search', status: 403, body: { error } });
			const { error: shown, saved } = await search(credentialFor());
			expect(shown?.message).toBe('The request to Intezer was refused (403)');
			const written = JSON.stringify([saved, shown, shown?.description]).toLowerCase();
			expect(written).not.toContain(simulator.apiKey);
		});

		test('when a response repeats a token that is not a JWT', async () => {
			const result = 'opaque-token-of-this-service';
			simulator.fail({ path: '/get-access-token', body: { result } });
			simulator.fail({ path: '/cases/search', status: 400, body: { error: `bad ${result}` } });
			const { error: shown, saved } = await search(credentialFor());
			expect(shown?.message).toBe('Intezer rejected the request as invalid (400)');
			expect(JSON.stringify([saved, shown, shown?.description])).not.toContain(result);
		});

		test.each(['Bearer ', 'token '])(
			'of a response that repeats "%s…" with the token',
			async (before) => {
				simulator.beforeAnswer(({ path, headers: { authorization } }) => {
					if (!path.endsWith('/cases/search') || authorization === undefined) return;
					const token = String(authorization).replace('Bearer ', '');
					simulator.fail({
						path: '/cases/search',
						status: 400,
						body: { error: `no ${before}${token}` },
					});
				});
				const credential = credentialFor();
				const outcome = await search(credential);
				expect(outcome.error?.message).toBe('Intezer rejected the request as invalid (400)');
				expectNoSecret(outcome, credential);
			},
		);

		function expectNoSecret({ saved, error }: NodeOutcome, credential: StoredCredential): void {
			expect(error).toBeDefined();
			const written = JSON.stringify([saved, error, error?.cause, error?.stack]);
			expect(written).not.toContain(simulator.apiKey);
			expect(written).not.toContain('Bearer');
			const { sessionToken } = credential.stored;
			if (typeof sessionToken !== 'string') return;
			expect(written).not.toContain(sessionToken.slice(sessionToken.indexOf('.') + 1));
		}
	});
});
