import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { searchHistory, type SearchOutcome } from '../../../nodes/intezer/search/searchHistory.ts';
import type { CaseSearcher, SearchQuery } from '../../../nodes/intezer/types.ts';
import { CASE_PRIORITIES, CASE_STATUSES } from '../../../tools/simulator/simulatedCase.mts';
import { runs } from '../../propertyRuns.mts';
import { ChangingService, idOf, START, type Scenario } from './changingService.mts';
import {
	andQueries,
	anyQueries,
	defaults,
	ordinaryServices,
	peculiarServices,
	servicesWithCopies,
	withoutChanges,
	wrongCounts,
} from './searchScenarios.mts';

const RUNS = runs(120);

/** By their links: some cases come without an id. */
const ids = (outcome: SearchOutcome) =>
	outcome.entries.map((each) => (each.intezer_case_url as string).split('/').at(-1) ?? '');

const everything = (pageSize: number) => ({ offset: 0, limit: Infinity, pageSize });

/** Checks what every search for all cases promises, in any scenario. */
function expectExact(service: ChangingService, outcome: SearchOutcome): void {
	const given = ids(outcome);
	const identities = outcome.entries.map((each) => each.case_id ?? JSON.stringify(each));
	expect(new Set(identities).size).toBe(given.length);
	expect(given.filter((id) => !service.ever.has(id))).toEqual([]);
	// The client's throttle limits the requests in flight. Here, it is enough that few requests wait.
	expect(service.inFlight.peak).toBeLessThanOrEqual(service.maxConcurrency ** 2);
	if (!outcome.complete) return;
	const set = new Set(given);
	expect([...(service.throughout ?? [])].filter((id) => !set.has(id))).toEqual([]);
}

/** @param least the share of the searches that must be proved complete */
async function expectExactIn(
	someScenarios: fc.Arbitrary<Scenario>,
	queries: fc.Arbitrary<SearchQuery>,
	least = 0.97,
): Promise<void> {
	let complete = 0;
	const extents = fc.record({ pageSize: fc.integer({ min: 6, max: 20 }) });
	await fc.assert(
		fc.asyncProperty(someScenarios, queries, extents, async (options, query, extent) => {
			const service = new ChangingService(options, query);
			const outcome = await searchHistory(caseSearchTarget(service), query, {
				...extent,
				offset: 0,
				limit: Infinity,
			});
			expectExact(service, outcome);
			const { changes, window = Infinity, timeFormat } = options;
			// If the service refuses long lists of ids, it can't show more cases of one second than it pages to, and without
			// their times, such a second may take too many requests to find.
			const isProvable = service.mostInOneSecond < window && timeFormat !== 'none';
			if (changes === 0 && least > 0.9 && isProvable) expect(outcome.complete).toBe(true);
			expect(service.requests.length).toBeLessThan(2_000);
			if (outcome.complete) complete++;
		}),
		{ numRuns: RUNS },
	);
	expect(complete).toBeGreaterThanOrEqual(RUNS * least);
}

describe('A search for all cases', () => {
	test.each([
		[0, 1],
		[1, 1],
		[99, 1],
		[100, 2],
		[101, 2],
		[199, 2],
		[200, 3],
		[1234, 13],
		[10_000, 101],
		[10_050, 101],
	])(
		'requests the pages of %i cases that do not change, and once more if the last page is full',
		async (size, requests) => {
			const service = new ChangingService({ ...defaults, size }, { payload: {} });
			const outcome = await searchHistory(
				caseSearchTarget(service),
				{ payload: {} },
				everything(100),
			);
			expect(ids(outcome)).toEqual(service.matching);
			expect(outcome).toMatchObject({ complete: true, matching: size });
			expect(service.requests.length).toBe(requests);
		},
	);

	test('returns every case that matched throughout exactly once, however the cases change', async () => {
		await expectExactIn(ordinaryServices, andQueries);
	});

	test('does so if some cases have no id', async () => {
		await expectExactIn(
			ordinaryServices.map((scenario) => ({ ...scenario, withoutIdEvery: 11 })),
			andQueries,
		);
	});

	test('does so if pages are empty once', async () => {
		await expectExactIn(
			ordinaryServices.map((scenario) => ({ ...scenario, emptyPages: true })),
			andQueries,
		);
	});

	test('does so with Any Filter Matches', async () => {
		await expectExactIn(
			ordinaryServices,
			andQueries.map((query) => ({ ...query, search_mode: 'or' })),
		);
	});

	test('does so with any limits and peculiarities of the service together', async () => {
		// In mode `or`, nothing can be proved if excluded ids are an alternative and cases change before each response.
		await expectExactIn(peculiarServices, anyQueries, 0.75);
	});

	test('does so if responses come from several copies of the data', async () => {
		await expectExactIn(servicesWithCopies, andQueries, 0.97);
	});

	test('does so if the service refuses long lists of excluded ids', async () => {
		await expectExactIn(
			fc
				.record({ scenario: ordinaryServices, most: fc.integer({ min: 16, max: 30 }) })
				.map(({ scenario, most }) => ({ ...scenario, maxListLength: most })),
			anyQueries,
			// In many of these scenarios, cases keep changing within a single second or in mode `or`: such a result is not
			// proved complete.
			0.67,
		);
	});

	test("keeps the service's order, with at most one extra request, if nothing changes", async () => {
		await fc.assert(
			fc.asyncProperty(
				ordinaryServices,
				andQueries,
				fc.integer({ min: 13, max: 20 }),
				fc.option(fc.nat(30), { nil: 0 }),
				async (options, query, pageSize, offset) => {
					const unchanging = withoutChanges(options);
					const service = new ChangingService(unchanging, query);
					const matching = service.matching.slice(offset);
					const extent = { offset, limit: Infinity, pageSize };
					const outcome = await searchHistory(caseSearchTarget(service), query, extent);
					expect(ids(outcome)).toEqual(matching);
					const { pageCap = pageSize } = unchanging;
					const pages = Math.max(1, Math.ceil(matching.length / pageCap));
					expect(outcome).toMatchObject({ complete: true, matching: matching.length });
					expect(service.requests.length).toBeLessThanOrEqual(pages + 1);
				},
			),
			{ numRuns: RUNS },
		);
	});

	test("keeps the service's order with Any Filter Matches, or if long lists are refused", async () => {
		await fc.assert(
			fc.asyncProperty(
				ordinaryServices,
				fc.option(fc.integer({ min: 16, max: 30 }), { nil: undefined }),
				anyQueries,
				fc.integer({ min: 13, max: 20 }),
				async (options, maxListLength, query, pageSize) => {
					const service = new ChangingService({ ...withoutChanges(options), maxListLength }, query);
					const outcome = await searchHistory(
						caseSearchTarget(service),
						query,
						everything(pageSize),
					);
					expect(ids(outcome)).toEqual(service.matching);
				},
			),
			{ numRuns: RUNS },
		);
	});

	test('is complete if the service refuses long lists and nothing changes', async () => {
		const size = 1234;
		const service = new ChangingService(
			{ ...defaults, size, maxListLength: 1000 },
			{ payload: {} },
		);
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			everything(100),
		);
		expect(ids(outcome)).toEqual(service.matching);
		expect(outcome.complete).toBe(true);
		expect(service.requests.length).toBeLessThanOrEqual(3 * 13);
	});

	test.each([
		[1_234, false],
		[1_234, true],
		[2_500, false],
		[2_500, true],
	])(
		'is complete for %i cases if the service pages to 1,000, also if it counts no further: %s',
		async (size, capsCount) => {
			const service = new ChangingService(
				{ ...defaults, size, window: 1_000, capsCount },
				{ payload: {} },
			);
			const outcome = await searchHistory(
				caseSearchTarget(service),
				{ payload: {} },
				everything(100),
			);
			expect(ids(outcome)).toEqual(service.matching);
			expect(outcome).toMatchObject({ complete: true, matching: size, isAtLeast: false });
			expect(service.requests.length).toBeLessThanOrEqual(size / 100 + 12);
		},
	);

	test('is complete if the service neither pages far nor accepts many excluded ids', async () => {
		const service = new ChangingService(
			{ ...defaults, size: 1_234, window: 500, maxListLength: 120 },
			{ payload: {} },
		);
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			everything(100),
		);
		expect(ids(outcome).sort()).toEqual(service.matching.sort());
		expect(outcome.complete).toBe(true);
		expect(service.requests.length).toBeLessThanOrEqual(8 * 13);
	});

	test.each([
		[false, false],
		[false, true],
		[true, false],
		[true, true],
	])(
		'is exact if the service pages to 200, and a range excludes its start: %s, or its end: %s',
		async (hasExclusiveStarts, hasExclusiveEnds) => {
			const limits = { window: 200, maxListLength: 120, hasExclusiveStarts, hasExclusiveEnds };
			const service = new ChangingService(
				{ ...defaults, size: 1_000, seconds: 60, ...limits },
				{ payload: {} },
			);
			const outcome = await searchHistory(
				caseSearchTarget(service),
				{ payload: {} },
				everything(50),
			);
			expect(outcome.complete).toBe(true);
			expect(ids(outcome).sort()).toEqual(service.matching.sort());
		},
	);

	test.each([400, 403, 404, 413, 414, 422, 431, 302, 'html'] as const)(
		'is complete if the service refuses a request that is too long with %s',
		async (longRefusal) => {
			const service = new ChangingService(
				{ ...defaults, size: 300, maxBodyLength: 8_000, longRefusal },
				{ payload: {} },
			);
			const outcome = await searchHistory(
				caseSearchTarget(service),
				{ payload: {} },
				everything(100),
			);
			expect(ids(outcome)).toEqual(service.matching);
			expect(outcome.complete).toBe(true);
		},
	);

	test.each([400, 403, 404, 413, 302] as const)(
		'fails with the error of the service if it refuses a short search with %s too',
		async (status) => {
			const service = new ChangingService({ ...defaults, size: 199 }, { payload: {} });
			const refusing: CaseSearcher = {
				maxConcurrency: 5,
				searchPage: async (query, offset, limit) => {
					if (service.requests.length > 0) throw refusal(status, {});
					return await service.searchPage(query, offset, limit);
				},
			};
			const search = searchHistory(caseSearchTarget(refusing), { payload: {} }, everything(100));
			await expect(search).rejects.toMatchObject({ httpStatus: status });
		},
	);

	test('does not check a request that is rate-limited or fails while the service is down', async () => {
		for (const status of [401, 429, 503]) {
			const service = new ChangingService({ ...defaults, size: 199 }, { payload: {} });
			let refused = 0;
			const refusing: CaseSearcher = {
				maxConcurrency: 5,
				searchPage: async (query, offset, limit) => {
					if (service.requests.length === 0) {
						return await service.searchPage(query, offset, limit);
					}
					refused++;
					throw refusal(status, {});
				},
			};
			const search = searchHistory(caseSearchTarget(refusing), { payload: {} }, everything(100));
			await expect(search).rejects.toMatchObject({ httpStatus: status });
			expect(refused).toBe(1);
		}
	});

	test.each([
		[true, true],
		[true, false],
		[false, true],
		[false, false],
	])(
		'matches what Any Filter Matches means to the service: time range an alternative: %s, exclusion: %s',
		async (timeRangeIsAlternative, exclusionIsAlternative) => {
			const query: SearchQuery = {
				payload: {
					case_statuses: ['new'],
					priorities: ['low'],
					time_range_start: START - 5 * 86_400,
					exclude_case_ids: Array.from({ length: 60 }, (_, index) => idOf(index + 1, false)),
				},
				search_mode: 'or',
			};
			const service = new ChangingService(
				{ ...defaults, size: 600, timeRangeIsAlternative, exclusionIsAlternative },
				query,
			);
			const outcome = await searchHistory(caseSearchTarget(service), query, everything(100));
			expect(ids(outcome)).toEqual(service.matching);
			expect(outcome.complete).toBe(true);
		},
	);

	test('reports an incomplete result if more cases arrive than fit a page', async () => {
		const service = new ChangingService({ ...defaults, size: 30, changes: 60 }, { payload: {} });
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, everything(3));
		expect(outcome.complete).toBe(false);
		expect(service.requests.length).toBeLessThan(1_000);
	});

	test('ends the retries of other requests when one has failed', async () => {
		const service = new ChangingService({ ...defaults, size: 1000 }, { payload: {} });
		const signals: Array<AbortSignal | undefined> = [];
		const failing: CaseSearcher = {
			maxConcurrency: 5,
			searchPage: async (query, offset, limit, signal) => {
				signals.push(signal);
				const page = await service.searchPage(query, offset, limit);
				if (offset === 30) throw new Error('out of luck');
				return page;
			},
		};
		await expect(
			searchHistory(caseSearchTarget(failing), { payload: {} }, everything(10)),
		).rejects.toThrow('out of luck');
		expect(signals.length).toBeGreaterThan(3);
		expect(signals.every((signal) => signal?.aborted === true)).toBe(true);
	});

	test('sends no more requests after one has failed', async () => {
		const service = new ChangingService({ ...defaults, size: 1000 }, { payload: {} });
		const failing = failAt(service, 4);
		await expect(
			searchHistory(caseSearchTarget(failing), { payload: {} }, everything(10)),
		).rejects.toThrow('out of luck');
		await new Promise((resolve) => setImmediate(resolve));
		expect(failing.sentBefore).toBeGreaterThanOrEqual(4);
		expect(service.requests.length).toBe(failing.sentBefore);
	});

	test('sends no more requests after it was canceled', async () => {
		const service = new ChangingService({ ...defaults, size: 1000 }, { payload: {} });
		const cancel = new AbortController();
		const canceling = {
			maxConcurrency: service.maxConcurrency,
			searchPage: async (...page: Parameters<ChangingService['searchPage']>) => {
				if (service.requests.length === 3) cancel.abort();
				return await service.searchPage(...page);
			},
		};
		const search = searchHistory(
			caseSearchTarget(canceling),
			{ payload: {} },
			everything(10),
			cancel.signal,
		);
		await expect(search).rejects.toThrow('aborted');
		expect(service.requests.length).toBeLessThanOrEqual(3 + service.maxConcurrency);
	});
});

describe('A search for the first cases', () => {
	test('returns them in order, once each, as many as there are', async () => {
		await fc.assert(
			fc.asyncProperty(
				ordinaryServices,
				andQueries,
				fc.record({
					offset: fc.option(fc.nat(20), { nil: 0 }),
					limit: fc.integer({ min: 1, max: 70 }),
					pageSize: fc.integer({ min: 6, max: 20 }),
				}),
				async (options, query, extent) => {
					const service = new ChangingService(options, query);
					const outcome = await searchHistory(caseSearchTarget(service), query, extent);
					const given = ids(outcome);
					expect(new Set(given).size).toBe(given.length);
					expect(given.length).toBeLessThanOrEqual(extent.limit);
					expect(given.filter((id) => !service.ever.has(id))).toEqual([]);
					const throughout = service.throughout?.size ?? 0;
					const least = Math.min(extent.limit, Math.max(0, throughout - extent.offset));
					if (outcome.complete) expect(given.length).toBeGreaterThanOrEqual(least);
					if (options.changes > 0 || options.shuffleTies) return;
					const { offset, limit } = extent;
					expect(given).toEqual(service.matching.slice(offset, offset + limit));
					expect(outcome.complete).toBe(true);
					const most = service.requests.reduce(
						(sum, each) => Math.max(sum, each.offset + each.limit),
						0,
					);
					expect(most).toBeLessThanOrEqual(offset + limit);
				},
			),
			{ numRuns: RUNS },
		);
	});

	test.each([
		['and', 500],
		['and', 300],
		['or', 500],
		['or', 300],
	] as const)(
		'is complete in mode %s if no more than the limit match: of %i, and the service refuses long requests',
		async (search_mode, limit) => {
			const query: SearchQuery = {
				payload: { case_statuses: CASE_STATUSES, priorities: CASE_PRIORITIES },
				search_mode,
			};
			const limits = { maxBodyLength: 8_000, longRefusal: 403, exclusionIsAlternative: true };
			const service = new ChangingService({ ...defaults, size: 300, ...limits }, query);
			const extent = { offset: 0, limit, pageSize: 100 };
			const outcome = await searchHistory(caseSearchTarget(service), query, extent);
			expect(ids(outcome)).toEqual(service.matching);
			expect(outcome).toMatchObject({ matching: 300, isAtLeast: false, complete: true });
		},
	);

	test('returns every case that matched throughout, or says that more match or may match, with any peculiarities', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(peculiarServices, servicesWithCopies),
				fc.oneof(fc.constant<SearchQuery>({ payload: {} }), anyQueries),
				// Often about as many as there are.
				fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -4, max: 4 })),
				fc.integer({ min: 6, max: 20 }),
				async (options, query, difference, pageSize) => {
					const limit = Math.max(1, options.size + difference);
					const extent = { offset: 0, limit, pageSize };
					const service = new ChangingService(options, query);
					const outcome = await searchHistory(caseSearchTarget(service), query, extent);
					const { matching = 0, isAtLeast } = outcome;
					expect(outcome.entries.length).toBeLessThanOrEqual(extent.limit);
					if (matching <= extent.limit && !isAtLeast) expectExact(service, outcome);
					else expect(ids(outcome).filter((id) => !service.ever.has(id))).toEqual([]);
				},
			),
			{ numRuns: 2 * RUNS },
		);
	});
});

describe('A search of a service that pages to 10,000', () => {
	const size = 10_050;
	const limited = { ...defaults, size, window: 10_000 };

	test.each([Infinity, 100])(
		'finds the cases after an offset from which a whole page would reach beyond, up to %d',
		async (limit) => {
			const service = new ChangingService({ ...limited, size: 9_980 }, { payload: {} });
			const extent = { offset: 9_950, limit, pageSize: 100 };
			const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
			expect(ids(outcome)).toEqual(service.matching.slice(9_950));
			expect(outcome).toMatchObject({ matching: 30, complete: true });
		},
	);

	test.each([Infinity, 100])(
		'returns some of the cases, as incomplete, after an offset from which it pages to some of them only, up to %d',
		async (limit) => {
			const service = new ChangingService(limited, { payload: {} });
			const extent = { offset: 9_960, limit, pageSize: 100 };
			const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
			expect(ids(outcome).length).toBeGreaterThanOrEqual(30);
			expect(service.matching.slice(9_960)).toEqual(expect.arrayContaining(ids(outcome)));
			expect(outcome).toMatchObject({ matching: 90, complete: false });
		},
	);

	test.each([false, true])(
		'finds the first 10,020 cases, if it counts no further: %s',
		async (capsCount) => {
			const service = new ChangingService({ ...limited, capsCount }, { payload: {} });
			const extent = { offset: 0, limit: 10_020, pageSize: 1_000 };
			const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
			expect(ids(outcome)).toEqual(service.matching.slice(0, 10_020));
			expect(outcome.complete).toBe(true);
		},
	);

	test('says that at least 10,000 match, if it counts no further', async () => {
		const service = new ChangingService({ ...limited, capsCount: true }, { payload: {} });
		const extent = { offset: 0, limit: 50, pageSize: 100 };
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
		expect(outcome).toMatchObject({ matching: 10_000, isAtLeast: true, complete: true });
		expect(service.requests).toHaveLength(1);
	});

	test.each([
		[false, Infinity],
		[true, Infinity],
		[false, 20],
		[true, 20],
	])(
		'refuses an offset beyond, if it counts no further: %s, up to %d cases',
		async (capsCount, limit) => {
			const service = new ChangingService({ ...limited, capsCount }, { payload: {} });
			const extent = { offset: 10_010, limit, pageSize: 100 };
			const search = searchHistory(caseSearchTarget(service), { payload: {} }, extent);
			await expect(search).rejects.toMatchObject({
				failure: { kind: 'offsetTooLarge', offset: 10_010 },
			});
		},
	);

	test.each([400, 404] as const)(
		'returns nothing for an offset beyond the last match, which gets %i',
		async (endRefusal) => {
			const service = new ChangingService(
				{ ...defaults, size: 30, refusesOffsetBeyondEnd: true, endRefusal },
				{ payload: {} },
			);
			for (const limit of [Infinity, 20]) {
				const extent = { offset: 40, limit, pageSize: 100 };
				const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
				expect(outcome).toMatchObject({ entries: [], matching: 0, complete: true });
			}
		},
	);
});

describe('A search of a service that counts to 10,000', () => {
	const counting = { ...defaults, countShown: (count: number) => Math.min(count, 10_000) };

	test('returns the first cases in order and says that more may match, with a limit above', async () => {
		const service = new ChangingService({ ...counting, size: 10_400 }, { payload: {} });
		const extent = { offset: 0, limit: 10_250, pageSize: 300 };
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
		expect(ids(outcome)).toEqual(service.matching.slice(0, 10_250));
		expect(outcome).toMatchObject({ isAtLeast: true, complete: true });
	});

	test('does not take its count for all that match after an offset that it does not page beyond', async () => {
		const service = new ChangingService(
			{ ...counting, size: 13_000, window: 12_000 },
			{ payload: {} },
		);
		const extent = { offset: 11_950, limit: Infinity, pageSize: 100 };
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
		expect(outcome.entries.length).toBeGreaterThanOrEqual(50);
		expect(outcome).toMatchObject({ complete: false, isAtLeast: true });
	});

	test('does not take a page of 10,000 for all that match', async () => {
		const service = new ChangingService(
			{ ...counting, size: 10_050, pageCap: 10_000 },
			{ payload: {} },
		);
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			everything(20_000),
		);
		expect(ids(outcome).sort()).toEqual(service.matching.sort());
		expect(outcome.complete).toBe(true);
	});
});

/** The service, of which one request fails; `sentBefore` requests were sent before that. */
function failAt(service: ChangingService, request: number): CaseSearcher & { sentBefore: number } {
	return {
		maxConcurrency: service.maxConcurrency,
		sentBefore: 0,
		async searchPage(...[query, offset, limit]) {
			const isTheOne = service.requests.length + 1 === request;
			const answer = await service.searchPage(query, offset, limit);
			if (isTheOne) {
				this.sentBefore = service.requests.length;
				throw new Error('out of luck');
			}
			return answer;
		},
	};
}

describe('A search of a service with wrong counts', () => {
	test('is never incomplete without saying so, and ends', async () => {
		await expectExactIn(
			fc
				.record({ scenario: ordinaryServices, countShown: wrongCounts })
				.map(({ scenario, countShown }) => ({
					...scenario,
					pageCap: undefined,
					countShown,
				})),
			anyQueries,
			0,
		);
	});
});
