import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { countMatching } from '../../../nodes/intezer/search/countMatching.ts';
import type { CaseSearcher, SearchQuery } from '../../../nodes/intezer/types.ts';
import { runs } from '../../propertyRuns.mts';
import { ChangingService } from './changingService.mts';
import { defaults } from './searchScenarios.mts';

const CAP = 10_000;
const NEWEST = 1_760_000_000;

/** A service that only counts: cases by their creation times, and no count above 10,000. */
class CountingService implements CaseSearcher {
	readonly maxConcurrency = 5;
	requests = 0;

	constructor(
		private readonly times: readonly number[],
		private readonly edges: { hasExclusiveStarts?: boolean; hasExclusiveEnds?: boolean } = {},
	) {}

	async searchPage({ payload }: SearchQuery) {
		this.requests++;
		const { time_range_start: start = -Infinity, time_range_end: end = Infinity } = payload as {
			time_range_start?: number;
			time_range_end?: number;
		};
		const { hasExclusiveStarts, hasExclusiveEnds } = this.edges;
		const isWithin = (time: number) =>
			(hasExclusiveStarts ? time > start : time >= start) &&
			(hasExclusiveEnds ? time < end : time <= end);
		const count = this.times.filter(isWithin).length;
		return await Promise.resolve({
			cases: count === 0 ? [] : [{}],
			casesCount: Math.min(count, CAP),
			serverTime: undefined,
		});
	}
}

/** Times of cases, closer together than whole seconds can separate. */
const histories = fc
	.record({
		size: fc.integer({ min: 9_990, max: 45_000 }),
		span: fc.constantFrom(20, 86_400, 900 * 86_400),
		parts: fc.constantFrom(1, 10),
		seed: fc.integer({ min: 1, max: 1_000_000 }),
	})
	.map(({ size, span, parts, seed }) =>
		Array.from({ length: size }, (_, index) => {
			const place = (index * 7_919 * seed) % (span * parts);
			return NEWEST - place / parts;
		}),
	);

const edges = fc.record({ hasExclusiveStarts: fc.boolean(), hasExclusiveEnds: fc.boolean() });

describe('The number of matching cases', () => {
	test('is exact if the service counts no further than 10,000', async () => {
		await fc.assert(
			fc.asyncProperty(histories, edges, async (times, someEdges) => {
				const service = new CountingService(times, someEdges);
				const { count, isAtLeast } = await countMatching(caseSearchTarget(service), {
					payload: {},
				});
				if (isAtLeast) expect(count).toBeLessThanOrEqual(times.length);
				else expect(count).toBe(times.length);
				expect(isAtLeast && times.length < 5 * CAP && new Set(times).size > 100).toBe(false);
				expect(service.requests).toBeLessThan(200);
			}),
			{ numRuns: runs(20) },
		);
	});

	test('is exact if just 10,000 match, which the service may count no further than', async () => {
		const service = new CountingService(Array.from({ length: CAP }, (_, index) => NEWEST - index));
		const outcome = await countMatching(caseSearchTarget(service), { payload: {} });
		expect(outcome).toEqual({ count: CAP, isAtLeast: false });
	});

	test('is exact within a time range', async () => {
		const times = Array.from({ length: 40_000 }, (_, index) => NEWEST - index);
		const payload = { time_range_start: NEWEST - 24_999, time_range_end: NEWEST - 1_000 };
		const outcome = await countMatching(caseSearchTarget(new CountingService(times)), { payload });
		expect(outcome).toEqual({ count: 24_000, isAtLeast: false });
	});

	test.each([0, 9_999, 10_001])('takes one request for %i cases', async (size) => {
		const service = {
			maxConcurrency: 5,
			requests: 0,
			async searchPage() {
				this.requests++;
				const cases = size === 0 ? [] : [{}];
				return await Promise.resolve({ cases, casesCount: size, serverTime: undefined });
			},
		};
		const outcome = await countMatching(caseSearchTarget(service), { payload: {} });
		expect(outcome).toEqual({ count: size, isAtLeast: false });
		expect(service.requests).toBe(1);
	});

	test('takes one request with Any Filter Matches, too, if fewer than 10,000 match', async () => {
		const service = new CountingService([NEWEST]);
		const outcome = await countMatching(caseSearchTarget(service), {
			payload: { case_statuses: ['new'], priorities: ['low'] },
			search_mode: 'or',
		});
		expect(outcome).toEqual({ count: 1, isAtLeast: false });
		expect(service.requests).toBe(1);
	});

	test('is a lower bound if more than 10,000 cases have the same time', async () => {
		const times = Array.from({ length: 10_500 }, () => NEWEST);
		const ends = fc.oneof(fc.constant(2 * NEWEST), fc.integer({ min: NEWEST, max: 2 * NEWEST }));
		await fc.assert(
			fc.asyncProperty(ends, async (end) => {
				const service = new CountingService(times);
				const payload = { time_range_start: 0, time_range_end: end };
				const outcome = await countMatching(caseSearchTarget(service), { payload });
				expect(outcome).toEqual({ count: CAP, isAtLeast: true });
				// 55 years halved 31 times takes 62 requests, or twice as many if both halves contain the second.
				expect(service.requests).toBeLessThan(130);
			}),
			{ numRuns: runs(20) },
		);
	});

	test('is exact within four seconds that have 3,000 cases each', async () => {
		const times = Array.from({ length: 12_000 }, (_, index) => NEWEST + (index % 4));
		const payload = { time_range_start: NEWEST, time_range_end: NEWEST + 3 };
		const outcome = await countMatching(caseSearchTarget(new CountingService(times)), { payload });
		expect(outcome).toEqual({ count: 12_000, isAtLeast: false });
	});

	test('is a lower bound if the second between two halves has 10,000 meanwhile', async () => {
		const payload = { time_range_start: NEWEST, time_range_end: NEWEST + 100 };
		const middle = NEWEST + 50;
		const service: CaseSearcher = {
			maxConcurrency: 5,
			searchPage: async ({ payload: { time_range_start: start, time_range_end: end } }) => {
				const seconds = Number(end) - Number(start);
				const isCapped = seconds > 50 || (start === middle && end === middle + 1);
				const casesCount = isCapped ? CAP : seconds > 1 ? 9_000 : 1;
				return await Promise.resolve({ cases: [{}], casesCount, serverTime: undefined });
			},
		};
		expect(await countMatching(caseSearchTarget(service), { payload })).toMatchObject({
			isAtLeast: true,
		});
	});

	test.each([12_000, 40_000])(
		'is a lower bound if parts of %i cases are counted in copies that do not know them yet',
		async (size) => {
			const times = Array.from({ length: size }, (_, index) => NEWEST - index);
			const current = new CountingService(times);
			const old = new CountingService(times.slice(-500));
			const service: CaseSearcher = {
				maxConcurrency: 1,
				searchPage: async (query) => await (current.requests < 8 ? current : old).searchPage(query),
			};
			const outcome = await countMatching(caseSearchTarget(service), { payload: {} });
			expect(outcome.isAtLeast).toBe(true);
			expect(outcome.count).toBeGreaterThanOrEqual(CAP);
			expect(outcome.count).toBeLessThanOrEqual(size);
		},
	);

	test('is a lower bound after some thousand requests', async () => {
		let requests = 0;
		const service: CaseSearcher = {
			maxConcurrency: 5,
			searchPage: async () => {
				requests++;
				return await Promise.resolve({ cases: [{}], casesCount: CAP, serverTime: undefined });
			},
		};
		const { isAtLeast } = await countMatching(caseSearchTarget(service), { payload: {} });
		expect(isAtLeast).toBe(true);
		expect(requests).toBeGreaterThanOrEqual(2_000);
		expect(requests).toBeLessThan(4_000);
	});

	test('comes from reading all cases with Any Filter Matches', async () => {
		const query: SearchQuery = {
			payload: {
				case_statuses: ['new', 'closed', 'on_hold', 'in_progress'],
				priorities: ['low', 'high', 'medium', 'escalated'],
			},
			search_mode: 'or',
		};
		const service = new ChangingService(
			{ ...defaults, size: 11_000, window: CAP, capsCount: true },
			query,
		);
		const outcome = await countMatching(caseSearchTarget(service), query);
		expect(outcome).toEqual({ count: service.matching.length, isAtLeast: false });
	});

	test('fails if the service returns none', async () => {
		const service: CaseSearcher = {
			maxConcurrency: 5,
			searchPage: async () =>
				await Promise.resolve({ cases: [], casesCount: undefined, serverTime: undefined }),
		};
		await expect(countMatching(caseSearchTarget(service), { payload: {} })).rejects.toMatchObject({
			failure: { kind: 'unreadable', fault: { reason: 'noCount' } },
		});
	});
});
