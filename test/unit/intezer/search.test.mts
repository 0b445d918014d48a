import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { searchHistory, type SearchOutcome } from '../../../nodes/intezer/search/searchHistory.ts';
import type { CaseSearcher, SearchQuery } from '../../../nodes/intezer/types.ts';
import { runs } from '../../propertyRuns.mts';
import { ChangingService, START, type Scenario } from './changingService.mts';

const RUNS = runs(120);

const defaults: Scenario = {
	seed: 1,
	size: 0,
	changes: 0,
	maxConcurrency: 5,
	pageCap: undefined,
	ascending: false,
	shuffleTies: false,
	seconds: 1000,
	maxExcludedIds: undefined,
	timeFormat: 'seconds',
	numericIds: false,
};

const scenarios = fc.record<Scenario>({
	seed: fc.integer(),
	size: fc.nat(60),
	changes: fc.nat(3),
	maxConcurrency: fc.integer({ min: 1, max: 6 }),
	pageCap: fc.oneof(
		fc.constant(undefined),
		fc.constant('random' as const),
		fc.integer({ min: 3, max: 12 }),
	),
	ascending: fc.boolean(),
	shuffleTies: fc.boolean(),
	seconds: fc.integer({ min: 1, max: 60 }),
	maxExcludedIds: fc.constant(undefined),
	timeFormat: fc.constantFrom('seconds', 'milliseconds', 'iso', 'rfc1123', 'none'),
	numericIds: fc.boolean(),
});

/** The same scenario without changes, and with pages of one size. */
function withoutChanges(scenario: Scenario) {
	const { pageCap } = scenario;
	const cap = typeof pageCap === 'number' ? pageCap : undefined;
	return { ...scenario, changes: 0, shuffleTies: false, pageCap: cap };
}

const andQueries = fc
	.record({
		statuses: fc.option(fc.subarray(['new', 'closed', 'on_hold'], { minLength: 1 })),
		priorities: fc.option(fc.subarray(['low', 'medium', 'escalated'], { minLength: 1 })),
		sort_by: fc.constantFrom('creation_time', 'modification_time', 'alerts_count'),
	})
	.map(
		({ statuses, priorities, sort_by }): SearchQuery => ({
			payload: {
				...(statuses === null ? {} : { case_statuses: statuses }),
				...(priorities === null ? {} : { priorities }),
			},
			sort_by,
		}),
	);

const modes = fc.constantFrom('and' as const, 'or' as const);

const timeRanges = fc.option(
	fc.record({
		time_range_field: fc.constantFrom(
			'creation_time',
			'modification_time',
			'last_attached_alert_time',
		),
		time_range_start: fc.integer({ min: START - 30 * 86_400, max: START + 20 }),
	}),
);

function withTimeRange(given: {
	query: SearchQuery;
	range: SearchQuery['payload'] | null;
	mode: 'and' | 'or';
}): SearchQuery {
	const { query, range, mode } = given;
	return { ...query, search_mode: mode, payload: { ...query.payload, ...range } };
}

/** What a service may say instead of how many match. */
const wrongCounts = fc.constantFrom<NonNullable<Scenario['countShown']>>(
	() => undefined,
	() => -1,
	() => 0,
	() => 10,
	() => 1_000_000,
	() => NaN,
	(count) => count + 3,
	(count) => count - 1,
	(count) => Math.floor(count / 2),
	(count, random) => Math.floor(count * random() * 2),
);

/** By their links: some cases come without an id. */
const ids = (outcome: SearchOutcome) =>
	outcome.cases.map((each) => (each.intezer_case_url as string).split('/').at(-1) ?? '');

const everything = (pageSize: number) => ({ offset: 0, limit: Infinity, pageSize });

/** Checks what every search for all cases promises, in any scenario. */
function expectExact(service: ChangingService, outcome: SearchOutcome): void {
	const given = ids(outcome);
	const identities = outcome.cases.map((each) => each.case_id ?? JSON.stringify(each));
	expect(new Set(identities).size).toBe(given.length);
	expect(given.filter((id) => !service.ever.has(id))).toEqual([]);
	// The client's throttle limits the requests in flight. Here it is enough that few wait for it.
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
			const outcome = await searchHistory(service, query, {
				...extent,
				offset: 0,
				limit: Infinity,
			});
			expectExact(service, outcome);
			if (options.changes === 0 && least > 0) expect(outcome.complete).toBe(true);
			expect(service.requests.length).toBeLessThan(1_000);
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
			const outcome = await searchHistory(service, { payload: {} }, everything(100));
			expect(ids(outcome)).toEqual(service.matching);
			expect(outcome).toMatchObject({ complete: true, matching: size });
			expect(service.requests.length).toBe(requests);
		},
	);

	test('returns every case that matched all the time once, however the cases change', async () => {
		await expectExactIn(scenarios, andQueries);
	});

	test('does so if some cases have no id', async () => {
		await expectExactIn(
			scenarios.map((scenario) => ({ ...scenario, withoutIdEvery: 11 })),
			andQueries,
		);
	});

	test('does so if pages are empty once', async () => {
		await expectExactIn(
			scenarios.map((scenario) => ({ ...scenario, emptyPages: true })),
			andQueries,
		);
	});

	test('does so with Any Filter Matches', async () => {
		await expectExactIn(
			scenarios,
			andQueries.map((query) => ({ ...query, search_mode: 'or' })),
		);
	});

	test('does so if the service refuses long lists of excluded ids', async () => {
		await expectExactIn(
			fc
				.record({ scenario: scenarios, most: fc.nat(25) })
				.map(({ scenario, most }) => ({ ...scenario, maxExcludedIds: most })),
			fc.record({ query: andQueries, range: timeRanges, mode: modes }).map(withTimeRange),
			// Many of these scenarios are a single second without calm: that cannot be proved, and is said.
			0.8,
		);
	});

	test("keeps the service's order, with at most one extra request, if nothing changes", async () => {
		await fc.assert(
			fc.asyncProperty(
				scenarios,
				andQueries,
				fc.integer({ min: 13, max: 20 }),
				fc.option(fc.nat(30), { nil: 0 }),
				async (options, query, pageSize, offset) => {
					const unchanging = withoutChanges(options);
					const service = new ChangingService(unchanging, query);
					const matching = service.matching.slice(offset);
					const extent = { offset, limit: Infinity, pageSize };
					const outcome = await searchHistory(service, query, extent);
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
				scenarios,
				fc.option(fc.nat(25), { nil: undefined }),
				fc.record({ query: andQueries, range: timeRanges, mode: modes }).map(withTimeRange),
				fc.integer({ min: 13, max: 20 }),
				async (options, maxExcludedIds, query, pageSize) => {
					const service = new ChangingService(
						{ ...withoutChanges(options), maxExcludedIds },
						query,
					);
					const outcome = await searchHistory(service, query, everything(pageSize));
					expect(ids(outcome)).toEqual(service.matching);
				},
			),
			{ numRuns: RUNS },
		);
	});

	test('is complete if the service refuses long lists and nothing changes', async () => {
		const size = 1234;
		const service = new ChangingService(
			{ ...defaults, size, maxExcludedIds: 1000 },
			{ payload: {} },
		);
		const outcome = await searchHistory(service, { payload: {} }, everything(100));
		expect(ids(outcome)).toEqual(service.matching);
		expect(outcome.complete).toBe(true);
		expect(service.requests.length).toBeLessThanOrEqual(3 * 13);
	});

	test('reports an incomplete result if more cases arrive than fit a page', async () => {
		const service = new ChangingService({ ...defaults, size: 30, changes: 60 }, { payload: {} });
		const outcome = await searchHistory(service, { payload: {} }, everything(3));
		expect(outcome.complete).toBe(false);
		expect(service.requests.length).toBeLessThan(1_000);
	});

	test('sends no more requests after one has failed', async () => {
		const service = new ChangingService({ ...defaults, size: 1000 }, { payload: {} });
		const failing = failAt(service, 4);
		await expect(searchHistory(failing, { payload: {} }, everything(10))).rejects.toThrow(
			'out of luck',
		);
		const sent = service.requests.length;
		await new Promise((resolve) => setImmediate(resolve));
		expect(service.requests.length).toBe(sent);
		expect(sent).toBeLessThan(4 + service.maxConcurrency);
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
		const search = searchHistory(canceling, { payload: {} }, everything(10), cancel.signal);
		await expect(search).rejects.toThrow('aborted');
		expect(service.requests.length).toBeLessThanOrEqual(3 + service.maxConcurrency);
	});
});

describe('A search for the first cases', () => {
	test('returns them in order, once each, as many as there are', async () => {
		await fc.assert(
			fc.asyncProperty(
				scenarios,
				andQueries,
				fc.record({
					offset: fc.option(fc.nat(20), { nil: 0 }),
					limit: fc.integer({ min: 1, max: 70 }),
					pageSize: fc.integer({ min: 6, max: 20 }),
				}),
				async (options, query, extent) => {
					const service = new ChangingService(options, query);
					const outcome = await searchHistory(service, query, extent);
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
});

/** The service, of which one request fails. */
function failAt(service: ChangingService, request: number): CaseSearcher {
	return {
		maxConcurrency: service.maxConcurrency,
		searchPage: async (...page) => {
			const isTheOne = service.requests.length + 1 === request;
			const answer = await service.searchPage(...page);
			if (isTheOne) throw new Error('out of luck');
			return answer;
		},
	};
}

describe('A search of a service with wrong counts', () => {
	test('is never incomplete without saying so, and ends', async () => {
		await expectExactIn(
			fc
				.record({ scenario: scenarios, countShown: wrongCounts })
				.map(({ scenario, countShown }) => ({
					...scenario,
					pageCap: undefined,
					countShown,
				})),
			fc.record({ query: andQueries, range: timeRanges, mode: modes }).map(withTimeRange),
			0,
		);
	});
});
