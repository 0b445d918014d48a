import { describe, expect, test } from '@jest/globals';

import type { Fault } from '../../../tools/simulator/simulator.mts';
import { runNode, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';
import { simulatedIntezer } from '../service.mts';
import { withoutWaiting } from '../time.mts';

describe('Retries', () => {
	const HISTORY = 40;
	const service = simulatedIntezer({ cases: HISTORY });

	const search = async (): Promise<NodeOutcome> =>
		await withoutWaiting(() =>
			runNode({
				parameters: {
					resource: 'case',
					operation: 'search',
					returnAll: true,
					options: { pageSize: 10 },
				},
				credential: service.credential,
			}),
		);

	const searches = () => service.simulator.requests.filter(({ path }) => path.endsWith('/search'));

	/** How long the node waited before it repeated the first failed request, in milliseconds. */
	function firstWait(): number {
		const all = searches();
		const failed = all.findIndex(({ status }) => status !== 200);
		const times = all.map(({ receivedAt }) => receivedAt);
		return (times[failed + 1] ?? NaN) - (times[failed] ?? NaN);
	}

	/** Failures that a retry may solve. */
	const TRANSIENT: Array<[string, Partial<Fault>]> = [
		[
			'too many requests, with a Retry-After of 2 seconds',
			{ status: 429, headers: { 'retry-after': '2' } },
		],
		['too many requests, without a Retry-After', { status: 429 }],
		['the service down for maintenance', { status: 503, headers: { 'retry-after': '1' } }],
		['an error of the service', { status: 500 }],
		['the error page of a proxy', { status: 502, body: '<html>Bad gateway</html>' }],
		['the timeout of a proxy', { status: 504 }],
		['a connection that is reset', { reset: true }],
		['a truncated response', { truncate: true }],
		['an HTML page with status 200', { status: 200, body: '<html>Starting…</html>' }],
		['an empty response', { status: 200, body: '' }],
		['a response without a result', { status: 200, body: {} }],
		['a result that is null', { status: 200, body: { result: null } }],
		[
			'cases that are not objects',
			{ status: 200, body: { result: { cases_count: 1, cases: [1] } } },
		],
	];

	describe('A transient failure', () => {
		test.each(TRANSIENT)('does not affect the result: %s', async (_name, fault) => {
			// The first response, then a later one four times: as often as the node retries.
			service.simulator.fail({ path: '/cases/search', times: 1, ...fault });
			service.simulator.fail({ path: '/cases/search', after: 3, times: 4, ...fault });
			const { json, error } = await search();
			expect(error).toBeUndefined();
			expect(new Set(json.map(({ case_id: id }) => id)).size).toBe(HISTORY);
			expect(json).toHaveLength(HISTORY);
		});

		test.each(TRANSIENT)(
			'ends in one clear error after five attempts if it persists: %s',
			async (_n, fault) => {
				service.simulator.fail({ path: '/cases/search', times: Infinity, ...fault });
				const { items, error } = await search();
				expect(items).toEqual([]);
				expect(error?.message).toMatch(
					/^(Intezer is (rate-limiting|unavailable)|Intezer returned an invalid|Could not connect)/,
				);
				expect(searches()).toHaveLength(5);
			},
		);

		test('of the key exchange is retried too', async () => {
			service.simulator.fail({ path: '/get-access-token', status: 503 });
			service.simulator.fail({ path: '/get-access-token', reset: true });
			const { json, error } = await search();
			expect(error).toBeUndefined();
			expect(json).toHaveLength(HISTORY);
			const exchanges = service.simulator.requests.filter(({ path }) => path.endsWith('token'));
			expect(exchanges).toHaveLength(3);
		});
	});

	describe('The node waits as long as the service asks for', () => {
		const now = () => Math.floor(Date.now() / 1000);
		test.each<[string, () => Record<string, string>, number]>([
			['in seconds', () => ({ 'retry-after': '42' }), 42_000],
			['as a date', () => ({ 'retry-after': new Date((now() + 30) * 1000).toUTCString() }), 30_000],
			['by X-RateLimit-Reset', () => ({ 'x-ratelimit-reset': String(now() + 20) }), 20_000],
			[
				'by the clock of a service that is an hour ahead',
				() => ({
					date: new Date((now() + 3600) * 1000).toUTCString(),
					'x-ratelimit-reset': String(now() + 3615),
				}),
				15_000,
			],
		])('%s', async (_how, headers, milliseconds) => {
			service.simulator.fail({ path: '/cases/search', status: 429, headers: headers() });
			const { error } = await search();
			expect(error).toBeUndefined();
			// The headers carry whole seconds, and the fault was set a moment before the request.
			expect(firstWait()).toBeGreaterThan(milliseconds - 3000);
			expect(firstWait()).toBeLessThanOrEqual(milliseconds + 1000);
		});

		test('also at the key exchange', async () => {
			service.simulator.fail({
				path: '/get-access-token',
				status: 429,
				headers: { 'retry-after': '42' },
			});
			const { json, error } = await search();
			expect(error).toBeUndefined();
			expect(json).toHaveLength(HISTORY);
			const [refused, next] = service.simulator.requests.map(({ receivedAt }) => receivedAt);
			const waited = (next ?? NaN) - (refused ?? NaN);
			expect(waited).toBeGreaterThan(41_000);
			expect(waited).toBeLessThanOrEqual(43_000);
		});

		test('and all other requests wait too', async () => {
			service.simulator.fail({
				path: '/cases/search',
				after: 2,
				status: 429,
				headers: { 'retry-after': '10' },
			});
			await search();
			const refused = searches().find(({ status }) => status === 429);
			const during = service.simulator.requests.filter(
				({ receivedAt }) =>
					receivedAt > (refused?.receivedAt ?? 0) + 1000 &&
					receivedAt < (refused?.receivedAt ?? 0) + 9000,
			);
			expect(refused).toBeDefined();
			expect(during).toEqual([]);
		});

		test('but not longer than a minute: then the error says how long', async () => {
			service.simulator.fail({
				path: '/cases/search',
				status: 429,
				headers: { 'retry-after': '600' },
			});
			const { error } = await search();
			expect(error?.message).toBe(
				'Intezer is rate-limiting this account and says to retry after 600 seconds',
			);
			expect(searches()).toHaveLength(1);
		});
	});

	test.each([
		[400, {}],
		[403, { error: 'Insufficient Permissions' }],
		[403, { error: 'Quota exceeded' }],
		[403, ''],
		[404, '<html></html>'],
		[302, ''],
	])('A %i is not retried', async (status, body) => {
		service.simulator.fail({ path: '/cases/search', times: Infinity, status, body });
		const { error } = await search();
		expect(error).toBeDefined();
		expect(searches()).toHaveLength(1);
	});
});
