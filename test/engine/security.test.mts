import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { runs } from '../propertyRuns.mts';
import { makeCase, startSimulator } from '../../tools/simulator/simulator.mts';
import { runNode, type NodeOutcome } from '../../tools/n8nEngine/engine.mts';
import { credentialOf, simulatedIntezer } from './service.mts';
import { withoutWaiting } from './time.mts';

/** The number of random inputs for each property; for case IDs it is twenty times as many. */
const RUNS = runs(60);
const WANTED = makeCase({ case_id: 'wanted', case_title: 'Wanted' });
const service = simulatedIntezer({ cases: [WANTED] });

async function get(ids: unknown[], mode = 'id'): Promise<NodeOutcome> {
	return await runNode({
		parameters: {
			resource: 'case',
			operation: 'get',
			caseId: { __rl: true, mode, value: '={{ $json.id }}' },
		},
		credential: service.credential,
		input: ids.map((id) => ({ id }) as IDataObject),
		continueOnFail: true,
	});
}

const search = async (body: unknown, parameters: Record<string, boolean> = {}) => {
	service.simulator.fail({ path: '/cases/search', body, contentType: 'application/json' });
	return await withoutWaiting(() =>
		runNode({
			parameters: { resource: 'case', operation: 'search', ...parameters },
			credential: service.credential,
		}),
	);
};

/** Expects neither key nor token in anything that n8n saves or shows. */
function expectNoSecret(outcome: NodeOutcome): void {
	const written = JSON.stringify([outcome.saved, outcome.error, outcome.hints]);
	expect(written).not.toContain(service.apiKey);
	expect(written).not.toContain('Bearer');
	const token = service.credential.stored.sessionToken;
	if (typeof token !== 'string' || token === '') return;
	expect(written).not.toContain(token.slice(token.indexOf('.') + 1));
}

function expectUntouchedPrototypes(): void {
	expect(Object.keys(Object.prototype)).toEqual([]);
	expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	expect(([] as unknown as Record<string, unknown>).polluted).toBeUndefined();
}

describe('A case ID, whatever it contains', () => {
	const PIECES = [
		'..',
		'.',
		'/',
		'\\',
		'%2e',
		'%2F',
		'%00',
		'%',
		'?',
		'#',
		'@',
		':',
		';',
		'&',
		'=',
		' ',
		'\r\n',
		'\0',
		'\u2028',
		'\ud800',
		'\udc00',
		'🦊',
		'ａ',
		'İ',
		'wanted',
		'__proto__',
		'constructor',
		'http://evil.example',
		'\u202e',
	];
	const hostileId = fc.oneof(
		fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join('')),
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc.string({ unit: fc.constantFrom('\ud800', '\udfff', 'a', '.', '/') }),
		fc.string({ minLength: 500, maxLength: 600 }),
	);

	test('requests that case and nothing else, or is refused', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(hostileId, { minLength: 400, maxLength: 400 }), async (ids) => {
				service.simulator.forgetRequests();
				const outcome = await get(ids);
				expect(outcome.items).toHaveLength(ids.length);
				const wellFormed = (id: string) => id.trim() !== '' && id.isWellFormed();
				const asked = new Set(ids.filter(wellFormed).map((id) => id.trim()));
				for (const { path, method } of service.simulator.requests) {
					if (path === '/api/v2-0/get-access-token') continue;
					expect(method).toBe('GET');
					const [, segment = ''] = /^\/api\/v2-0\/cases\/([^/?#]+)$/.exec(path) ?? [];
					expect(asked).toContain(decodeURIComponent(segment));
					expect(['', '.', '..']).not.toContain(decodeURIComponent(segment));
				}
				for (const [n, { json }] of outcome.items.entries()) {
					if (ids[n]?.trim() === 'wanted') expect(json.case_title).toBe('Wanted');
					else
						expect(json.error).toMatch(/^(Case not found|The case (ID|URL) in 'Case' is invalid)/);
				}
				expectUntouchedPrototypes();
			}),
			{ numRuns: RUNS / 20, endOnFailure: true },
		);
	}, 600_000);

	test('in a URL requests only its own case', async () => {
		const { url } = service.simulator;
		const links = PIECES.flatMap((piece) => [
			`${url}/cases/${piece}`,
			`${url}/cases/wanted${piece}`,
			`${url}${piece}/cases/wanted`,
			`${url}/cases/${piece}/wanted`,
			`${url.replace('//', `//${piece}`)}/cases/wanted`,
		]);
		const { items } = await get(links, 'url');
		expect(items).toHaveLength(links.length);
		for (const { path } of service.simulator.requests) {
			expect(path).toMatch(/^\/api\/v2-0\/(get-access-token|cases\/[^/?#]+)$/);
			expect(path).not.toMatch(/\/\.{1,2}$/);
		}
	});

	test('is rejected without a request if it is 10 MB long, with a short message', async () => {
		const outcome = await get(['x'.repeat(10_000_000), '🦊'.repeat(1_000_000)]);
		for (const { json } of outcome.items) {
			expect(json.error).toMatch(/it has \d+ characters, but can have at most 512$/);
		}
		expect(service.simulator.requests).toHaveLength(0);
	});
});

describe('A response, whatever it contains', () => {
	const POLLUTION =
		'{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"case_id":"p"}';

	test.each([true, false])('touches no prototype (Simplify %s)', async (simplify) => {
		const body = `{"__proto__":{"polluted":1},"result":{"__proto__":{"polluted":1},"cases_count":1,"cases":[${POLLUTION}]}}`;
		const { items, error } = await search(body, { simplify });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(items[0]?.json.case_id).toBe('p');
		expect(items[0]?.json.polluted).toBeUndefined();
		expectUntouchedPrototypes();
	});

	test('touches no prototype as a raw case either', async () => {
		const { simulator, credential } = service;
		simulator.fail({
			path: '/cases/wanted',
			body: `{"result":${POLLUTION}}`,
			contentType: 'application/json',
		});
		const { json } = await runNode({
			parameters: { resource: 'case', operation: 'get', caseId: 'wanted', simplify: false },
			credential,
		});
		expect(json[0]?.polluted).toBeUndefined();
		expect(Object.getPrototypeOf(json[0])).toBe(Object.prototype);
		expectUntouchedPrototypes();
	});

	test('may be 100 levels deep', async () => {
		const deep = '{"a":['.repeat(100) + '1' + ']}'.repeat(100);
		const body = `{"result":{"cases_count":1,"cases":[{"case_id":"d","deep":${deep}}]}}`;
		const { json, error } = await search(body, { simplify: false });
		expect(error).toBeUndefined();
		expect(JSON.stringify(json[0]?.deep)).toBe(deep);
	});

	test('may be 50 MB long', async () => {
		const title = 'x'.repeat(50_000_000);
		const body = `{"result":{"cases_count":1,"cases":[{"case_id":"l","case_title":"${title}"}]}}`;
		const { json, error } = await search(body);
		expect(error).toBeUndefined();
		expect(json[0]?.case_title).toHaveLength(50_000_000);
	}, 120_000);

	test('with an error is shown on one short line, without parts of the request that it quotes', async () => {
		const { simulator } = service;
		simulator.fail({
			path: '/cases/search',
			status: 400,
			body: { error: `bad\r\n\0${'x'.repeat(1_000_000)}`, message: { __proto__: null, a: ['b'] } },
		});
		const outcome = await runNode({
			parameters: { resource: 'case', operation: 'search' },
			credential: service.credential,
		});
		expect(outcome.error?.message.length).toBeLessThan(400);
		expect(outcome.error?.message).not.toMatch(/[\r\n\0]/);
		expectNoSecret(outcome);
	});

	test('that is any JSON results in items or a clear error', async () => {
		const value = fc.jsonValue({ maxDepth: 4 });
		const answer = fc.oneof(
			value,
			value.map((result) => ({ result })),
			value.map((cases) => ({ result: { cases_count: 1, cases } })),
			fc.array(value).map((cases) => ({ result: { cases_count: cases.length, cases } })),
			value.map((cases_count) => ({ result: { cases_count, cases: [] } })),
		);
		await fc.assert(
			fc.asyncProperty(answer, async (body) => {
				service.simulator.clearFaults();
				service.simulator.fail({
					path: '/cases/wanted',
					times: Infinity,
					body: JSON.stringify(body),
					contentType: 'application/json',
				});
				service.simulator.fail({
					path: '/cases/search',
					times: Infinity,
					body: JSON.stringify(body),
					contentType: 'application/json',
				});
				for (const parameters of [
					{ operation: 'get', caseId: 'wanted' },
					{ operation: 'search', simplify: false },
				]) {
					const outcome = await withoutWaiting(() =>
						runNode({
							parameters: { resource: 'case', ...parameters },
							credential: service.credential,
						}),
					);
					if (outcome.error === undefined) continue;
					expect(outcome.error.message).toMatch(/^Intezer returned an invalid response: /);
				}
				expectUntouchedPrototypes();
			}),
			{ numRuns: RUNS },
		);
	}, 600_000);
});

describe('A redirect to another host', () => {
	test.each([301, 302, 303, 307, 308])('%i is not followed by any request', async (status) => {
		const elsewhere = await startSimulator({ cases: [WANTED] });
		for (const path of ['/get-access-token', '/cases/search', '/cases/wanted']) {
			service.simulator.clearFaults();
			service.simulator.fail({
				path,
				status,
				headers: { location: `${elsewhere.url}/api/v2-0${path}` },
				times: Infinity,
			});
			const operation = path.endsWith('wanted') ? 'get' : 'search';
			const outcome = await runNode({
				parameters: { resource: 'case', operation, caseId: 'wanted' },
				credential: credentialOf(service.simulator),
			});
			expect(outcome.error?.message).toBe(
				`The Intezer address redirects to another address (${status})`,
			);
			expectNoSecret(outcome);
		}
		expect(elsewhere.requests).toHaveLength(0);
		await elsewhere.close();
	});
});

describe('A base URL', () => {
	test('reaches /api/v2-0/ of its host, or is refused before any request', async () => {
		const { host } = new URL(service.simulator.url);
		const scheme = fc.constantFrom('http://', 'HTTP://', 'https://', 'ftp://', 'file://', '//', '');
		const user = fc.constantFrom('', '', 'user@', 'user:secret-word@', ':@', 'evil.example\\@');
		const tail = fc
			.array(
				fc.constantFrom('', '/', '/api', '/v2-0', '/..', '/%2e%2e', '?a=1', '#b', '\\', ';', ' '),
				{ maxLength: 4 },
			)
			.map((pieces) => pieces.join(''));
		const hosts = fc.constantFrom(
			host,
			host,
			`${host}.example.com`,
			'evil.example',
			'',
			`${host}0`,
		);
		await fc.assert(
			fc.asyncProperty(scheme, user, hosts, tail, async (...parts) => {
				const baseUrl = parts.join('');
				if (/^https:|evil\.example(?!\\)/i.test(baseUrl)) return;
				service.simulator.forgetRequests();
				const outcome = await withoutWaiting(() =>
					runNode({
						parameters: { resource: 'case', operation: 'search' },
						credential: credentialOf(service.simulator, { baseUrl }),
					}),
				);
				for (const { path } of service.simulator.requests) {
					expect(path).toMatch(/^\/api\/v2-0\/(get-access-token|cases\/search)$/);
				}
				if (outcome.error !== undefined) {
					expect(outcome.error.message).toMatch(
						/^(The base URL in the Intezer API credential is invalid: |Could not connect to Intezer$)/,
					);
				}
				expect(JSON.stringify(outcome.saved)).not.toContain('secret-word');
				expectNoSecret(outcome);
			}),
			{ numRuns: RUNS },
		);
	}, 600_000);
});
