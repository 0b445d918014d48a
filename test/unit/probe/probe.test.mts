import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { runs } from '../../propertyRuns.mts';
import { reportOf } from '../../../tools/probe/report.mts';
import { SORT_FIELDS, TIME_FORMATS } from '../../../tools/simulator/simulator.mts';
import {
	PACE_SECONDS,
	probeOf,
	probeOfProfile,
	type Deployment,
	type Probed,
} from './simulatedDeployment.mts';

/** Maximum number of requests, as the command's help promises. */
const MOST_REQUESTS = 90;

/** The values of points, with the reason if one is unknown. */
function valuesOf({ profile }: Probed): Record<string, string> {
	return Object.fromEntries(
		Object.entries(profile.points).map(([id, { value, reason }]) => [
			id,
			reason === undefined ? value : `${value}: ${reason}`,
		]),
	);
}

function expectGoodManners({ requests, result }: Probed): void {
	expect(requests.length).toBe(result.requests);
	expect(requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
	expect(requests.filter(({ status }) => status === 429)).toEqual([]);
	const pauses = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
	expect(Math.min(Infinity, ...pauses)).toBeGreaterThanOrEqual(PACE_SECONDS);
	const reading = /^(GET \S+|POST \/api\/v2-0\/(cases\/search|get-access-token))$/;
	for (const { method, path } of requests) expect(`${method} ${path}`).toMatch(reading);
}

function expectNoSecrets({ profile, result, secrets }: Probed): void {
	const written = `${JSON.stringify(profile)}\n${reportOf(result)}`;
	expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
}

/** Probes twice: the deployment, and the simulator that imitates what was found. */
async function probeAndImitate(deployment: Deployment): Promise<Probed> {
	const { probed, imitated } = await probeTwice(deployment);
	const { cases } = probed.profile;
	expect({ ...imitated.profile, cases }).toEqual(probed.profile);
	// It is rounded up to two digits, and cases may be created meanwhile.
	expect(Math.abs(imitated.profile.cases - cases)).toBeLessThanOrEqual(cases / 10);
	return probed;
}

/** A probe of a deployment, and one of the simulator that imitates it. */
async function probeTwice(deployment: Deployment): Promise<{ probed: Probed; imitated: Probed }> {
	const probed = await probeOf(deployment);
	const imitated = await probeOfProfile(probed.profile);
	for (const each of [probed, imitated]) {
		expectGoodManners(each);
		expectNoSecrets(each);
	}
	return { probed, imitated };
}

/** The profile without the points that the cases of one of the two deployments left unknown. */
function comparable({ profile }: Probed, other: Probed): unknown {
	const others = new Map(Object.entries(other.profile.points));
	const points = Object.entries(profile.points).filter(
		([id, { reason }]) => reason === undefined && others.get(id)?.reason === undefined,
	);
	return { ...profile, points: Object.fromEntries(points) };
}

describe('a probe of', () => {
	it('a service that does nothing unusual', async () => {
		const probed = await probeAndImitate({});
		expect(probed.profile.cases).toBe(300);
		expect(valuesOf(probed)).toEqual({
			caseId: 'text',
			times: 'seconds',
			pageCap: 'at least 100',
			offsetWindow: 'none up to 100,000',
			offsetBeyondEnd: 'empty page',
			countCap: expect.stringMatching(/^unknown: .*too few cases/),
			'sort.creation_time': 'descending',
			'sort.alerts_count': 'descending',
			'sort.modification_time': 'descending',
			'sort.last_attached_alert_time': 'descending',
			rangeEnds: 'start inclusive, end inclusive',
			orTimeRange: 'alternative',
			orExclusion: 'always',
			bodyLimit: 'at least 800000 bytes',
			exclusionLimit: 'at least 10000 ids',
			invalidSearch: '400, JSON with error, message, details',
			missingCase: '404, JSON with error',
			accounts: 'listed',
			repeatedCounts: 'agree',
			latency: 'below 0.5 s',
			clock: 'agrees with this computer',
			quota: expect.stringMatching(/^unknown: /),
		});
	});

	it('a search index with a window of 10,000 and a count that stops there', async () => {
		const probed = await probeAndImitate({
			cases: 12_345,
			settings: {
				offsetWindow: 10_000,
				countCap: 10_000,
				pageCap: 100,
				timeFormat: 'isoWithoutOffset',
			},
		});
		expect(valuesOf(probed)).toMatchObject({
			pageCap: '100',
			offsetWindow: '10000',
			countCap: '10000',
			times: 'isoWithoutOffset',
		});
	});

	it('a window and a cap, with an offset beyond the end refused too', async () => {
		const probed = await probeAndImitate({
			cases: 2500,
			settings: { offsetWindow: 1000, countCap: 1000, refuseOffsetBeyondEnd: true },
		});
		expect(valuesOf(probed)).toMatchObject({
			offsetWindow: '1000',
			countCap: '1000',
			offsetBeyondEnd: 'refused',
		});
	});

	it('a firewall that returns a page of HTML for a body above 8 kB', async () => {
		const probed = await probeAndImitate({
			settings: { maxBodyBytes: 8192, longRefusal: 'html', timeFormat: 'rfc1123' },
		});
		expect(valuesOf(probed)).toMatchObject({ bodyLimit: '8000 bytes', times: 'rfc1123' });
		expect(probed.profile.points.bodyLimit?.detail).toBe('more is refused with a page of HTML');
		// 204 invented ids fit into 8,000 bytes.
		expect(valuesOf(probed)).toMatchObject({ exclusionLimit: 'at least 204 ids' });
	});

	it('a gateway that redirects long lists, before a service with its own meaning of or', async () => {
		const probed = await probeAndImitate({
			settings: {
				maxExcludedIds: 1024,
				longRefusal: 'redirect',
				orTimeRange: 'always',
				orExclusion: 'alternative',
			},
		});
		const { orTimeRange, orExclusion, exclusionLimit = '' } = valuesOf(probed);
		expect({ orTimeRange, orExclusion }).toEqual({
			orTimeRange: 'always',
			orExclusion: 'alternative',
		});
		const ids = Number.parseInt(exclusionLimit, 10);
		expect(ids).toBeLessThanOrEqual(1024);
		expect(ids).toBeGreaterThan(1024 * 0.95);
	});

	it('a service that sorts upward, with exclusive ranges and numeric ids', async () => {
		const probed = await probeAndImitate({
			settings: {
				ascending: ['creation_time', 'alerts_count'],
				rangeStart: 'exclusive',
				rangeEnd: 'exclusive',
				numericCaseIds: true,
				timeFormat: 'milliseconds',
				pageCap: 25,
			},
		});
		expect(valuesOf(probed)).toMatchObject({
			caseId: 'number',
			times: 'milliseconds',
			pageCap: '25',
			'sort.creation_time': 'ascending',
			'sort.alerts_count': 'ascending',
			'sort.modification_time': 'descending',
			rangeEnds: 'start exclusive, end exclusive',
		});
	});

	it('copies of the data, with a clock ahead and a quota that it announces', async () => {
		const probed = await probeAndImitate({
			settings: {
				copyLags: [0, 75, 300],
				casesPerMinute: 30,
				dateSkewSeconds: 400,
				requestsPerMinute: 15,
				quotaHeaders: 'rateLimit',
			},
		});
		expect(valuesOf(probed)).toMatchObject({
			repeatedCounts: 'go back and forth',
			clock: 'about 400 s ahead',
			quota: '15 requests a minute',
		});
	});

	it('a quota of 15 requests a minute that no header announces', async () => {
		const { profile } = await probeAndImitate({ settings: { requestsPerMinute: 15 } });
		expect(profile.points.quota?.reason).toContain('does not try');
	});

	it('an empty tenant', async () => {
		const probed = await probeAndImitate({ cases: 0 });
		const none = 'unknown: there are no cases';
		expect(valuesOf(probed)).toMatchObject({
			caseId: none,
			times: none,
			pageCap: none,
			countCap: none,
			'sort.alerts_count': none,
			rangeEnds: none,
			orTimeRange: none,
			orExclusion: none,
			repeatedCounts: none,
			invalidSearch: '400, JSON with error, message, details',
		});
	});

	it.each(['', '/', '/api', '/api/', '/api/v2-0'])(
		'an on-premises address that ends with "%s"',
		async (ending) => {
			const { apiRoot } = await import('../../../tools/probe/address.mts');
			const rootOf = (url: string) => apiRoot('global', url + ending);
			const { result } = await probeOf({ cases: 3, rootOf });
			expect(result.stopped).toBeUndefined();
		},
	);

	it('a key that the service does not accept', async () => {
		const probed = await probeOf({ apiKey: 'wrong' });
		expect(probed.result.stopped).toBe('Intezer does not accept the API key (401).');
		expect(probed.result.cases).toBeUndefined();
		expect(probed.requests).toHaveLength(2);
		expectNoSecrets({ ...probed, secrets: ['wrong'] });
	});

	it('an account without access to cases', async () => {
		const probed = await probeAndImitate({ settings: { casesForbidden: true } });
		expect(probed.result.stopped).toBe('The account of this key may not use cases (403).');
		expect(probed.profile.settings).toMatchObject({ casesForbidden: true });
		expect(probed.profile.points.pageCap).toMatchObject({
			value: 'unknown',
			reason: 'the probe ended early',
		});
	});

	it('an address where there is no Intezer', async () => {
		const { result } = await probeOf({ rootOf: (url) => `${url}/elsewhere` });
		expect(result.stopped).toBe('No Intezer API found at this address (404).');
	});

	it('a host that refuses connections', async () => {
		const { result } = await probeOf({ rootOf: () => 'http://127.0.0.1:1/api/v2-0' });
		expect(result.stopped).toContain("can't be reached");
	});

	it('a slow service without a Date header', async () => {
		const probed = await probeOf({
			settings: { noDate: true },
			prepare: (simulator, pass) => {
				simulator.beforeAnswer(() => {
					pass(3);
				});
			},
		});
		expect(valuesOf(probed)).toMatchObject({ latency: '2 to 8 s', clock: 'no Date header' });
		expect(probed.profile.settings).toMatchObject({ latencyMs: 4000, noDate: true });
	});
});

describe('a probe', () => {
	it('ends at the first 429, and keeps what it has learned so far', async () => {
		const { result, profile, requests } = await probeOf({
			prepare: (simulator) => {
				simulator.fail({ path: '/cases/search', after: 12, status: 429, times: Infinity });
			},
		});
		expect(result.stopped).toContain('429');
		expect(requests.filter(({ status }) => status === 429)).toHaveLength(1);
		expect(profile.points.times?.value).toBe('seconds');
		expect(profile.points.exclusionLimit?.reason).toBe('the probe ended early');
	});

	it('ends when the service blocks what it accepted before', async () => {
		const { result } = await probeOf({
			prepare: (simulator) => {
				let isBlocked = false;
				simulator.fail({
					match: ({ body, headers }) => {
						isBlocked ||= body !== undefined && Number(headers['content-length'] ?? 0) > 7000;
						return isBlocked;
					},
					status: 403,
					body: '<h1>Blocked</h1>',
					times: Infinity,
				});
			},
		});
		expect(result.stopped).toBe('The service now refuses a search that it accepted before.');
	});

	it('ends after three failures in a row', async () => {
		const { result, requests } = await probeOf({
			prepare: (simulator) => {
				simulator.fail({ path: '/cases/search', after: 3, status: 502, times: Infinity });
			},
		});
		expect(result.stopped).toBe('The service fails (502). Try again later.');
		expect(requests.filter(({ status }) => status === 502)).toHaveLength(3);
	});
});

describe('any deployment', () => {
	const maybe = (least: number, most: number) =>
		fc.option(fc.integer({ min: least, max: most }), { nil: undefined });
	const anySettings = fc.record({
		pageCap: maybe(1, 400),
		maxLimit: maybe(100, 1000),
		offsetWindow: maybe(200, 15_000),
		countCap: fc.option(fc.constant(1000), { nil: undefined }),
		refuseOffsetBeyondEnd: fc.boolean(),
		endRefusal: fc.constantFrom('400', '404'),
		ascending: fc.subarray([...SORT_FIELDS]),
		shuffleTies: fc.boolean(),
		maxBodyBytes: maybe(1000, 900_000),
		maxExcludedIds: maybe(0, 12_000),
		longRefusal: fc.constantFrom('400', '403', '404', '413', '431', 'redirect', 'html'),
		rangeStart: fc.constantFrom('inclusive', 'exclusive'),
		rangeEnd: fc.constantFrom('inclusive', 'exclusive'),
		orTimeRange: fc.constantFrom('alternative', 'always'),
		orExclusion: fc.constantFrom('alternative', 'always'),
		timeFormat: fc.constantFrom(...TIME_FORMATS),
		timeFraction: fc.constantFrom('none', 'shown', 'hidden'),
		numericCaseIds: fc.boolean(),
		requestsPerMinute: maybe(15, 200),
		quotaHeaders: fc.constantFrom('retryAfter', 'rateLimit', 'none'),
		dateSkewSeconds: fc.integer({ min: -600, max: 600 }),
		noDate: fc.boolean(),
		accountsForbidden: fc.boolean(),
	});
	const anyNumberOfCases = fc.oneof(
		fc.integer({ min: 0, max: 99 }),
		fc.integer({ min: 100, max: 1500 }),
	);

	it('is imitated by the simulator so well that a probe finds the same', async () => {
		await fc.assert(
			fc.asyncProperty(anySettings, anyNumberOfCases, async (settings, cases) => {
				const { probed, imitated } = await probeTwice({ settings, cases });
				expect(comparable(imitated, probed)).toEqual(comparable(probed, imitated));
			}),
			{ numRuns: runs(3) },
		);
	}, 600_000);
});
