import { describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { fetchExcludingIds } from '../../../nodes/intezer/search/exclusion/fetchExcludingIds.ts';
import { FoundEntries } from '../../../nodes/intezer/search/pages/foundEntries.ts';
import { PageFetcher } from '../../../nodes/intezer/search/pages/pageFetcher.ts';
import type { CaseSearcher, SearchQuery } from '../../../nodes/intezer/types.ts';
import { ScriptedService, scriptedCases, type Script } from './scriptedService.mts';

const PAGE = 5;
const EVERYTHING = { offset: 0, limit: Infinity, pageSize: PAGE };
const ALL: SearchQuery = { payload: {} };

const serviceOf = (size: number, script: Partial<Script> = {}) =>
	new ScriptedService({ pageCap: PAGE, casesAt: () => scriptedCases(size), ...script });

/** Requests what is missing where the newest cases, from c29 down, are known. */
async function fetchMissing(
	service: CaseSearcher,
	known: number,
	more: {
		extent?: Partial<typeof EVERYTHING>;
		query?: SearchQuery;
		idsToExclude?: () => string[];
		largestPage?: number;
	} = {},
) {
	const target = caseSearchTarget(service);
	const found = new FoundEntries(target);
	const newestFirst = scriptedCases(30).reverse();
	found.add(
		newestFirst.slice(0, known).map((each) => ({ ...each })),
		0,
	);
	const fetcher = new PageFetcher(target);
	fetcher.largestPage = more.largestPage ?? 1;
	const { query = ALL, idsToExclude } = more;
	const extent = { ...EVERYTHING, ...more.extent };
	const completeness = await fetchExcludingIds(fetcher, query, extent, found, idsToExclude);
	return { completeness, ids: found.inOrder().map(({ case_id }) => case_id) };
}

const idsOf = (size: number) => scriptedCases(size).map(({ case_id }) => case_id);

const newest = (size: number) => idsOf(30).reverse().slice(0, size);

const isExclusion = (filters: object) => 'exclude_case_ids' in filters;

describe('The matches that are not found yet', () => {
	test('come with one request that excludes the known ones', async () => {
		const service = serviceOf(30);
		const outcome = await fetchMissing(service, 26);
		expect(outcome).toEqual({ completeness: 'complete', ids: newest(30) });
		expect(service.received).toMatchObject([
			{ filters: { exclude_case_ids: newest(26) }, mode: 'and', offset: 0, limit: 5 },
		]);
	});

	test('are all, if none are known', async () => {
		const service = serviceOf(4);
		const { completeness, ids } = await fetchMissing(service, 0, {
			query: { payload: {}, search_mode: 'or' },
		});
		expect({ completeness, ids }).toEqual({ completeness: 'complete', ids: idsOf(4).reverse() });
		expect(service.received).toEqual([{ nth: 1, filters: {}, mode: 'or', offset: 0, limit: 5 }]);
	});

	test('are requested once, if none are known and the service refuses the search', async () => {
		const service = serviceOf(30, {
			casesAt: () => {
				throw refusal(404, {});
			},
		});
		await expect(fetchMissing(service, 0)).rejects.toMatchObject({ httpStatus: 404 });
		expect(service.requests).toBe(1);
	});

	test('are requested in addition to what the user excludes, in the search mode of the user', async () => {
		const service = serviceOf(30);
		await fetchMissing(service, 26, {
			query: { payload: { exclude_case_ids: ['c1'], priorities: ['low'] }, search_mode: 'or' },
		});
		expect(service.received[0]).toMatchObject({
			filters: { exclude_case_ids: ['c1', ...newest(26)], priorities: ['low'] },
			mode: 'or',
		});
	});

	test('are requested again until one response contains as many as it counts', async () => {
		const service = serviceOf(30);
		const outcome = await fetchMissing(service, 10);
		expect(outcome).toEqual({ completeness: 'complete', ids: newest(30) });
		const requests = service.received.map(({ filters, offset }) => [
			(filters.exclude_case_ids as string[]).length,
			offset,
		]);
		expect(requests).toEqual([
			[10, 0],
			[10, 5],
			[10, 10],
			[10, 15],
			[30, 0],
		]);
	});

	test('are requested up to a limit', async () => {
		const service = serviceOf(30);
		const outcome = await fetchMissing(service, 10, { extent: { limit: 17 } });
		expect(outcome).toEqual({ completeness: 'complete', ids: newest(17) });
		expect(service.received.map(({ offset, limit }) => [offset, limit])).toEqual([
			[0, 5],
			[5, 2],
		]);
	});

	test('are not requested if the limit is reached', async () => {
		const service = serviceOf(30);
		await fetchMissing(service, 10, { extent: { limit: 10 } });
		expect(service.requests).toBe(0);
	});
});

describe('The matches that a service does not let us find', () => {
	test('are not, if it refuses to exclude as many ids', async () => {
		const service = serviceOf(30, { mostIds: 9 });
		const outcome = await fetchMissing(service, 10);
		expect(outcome).toEqual({ completeness: 'refused', ids: newest(10) });
		expect(service.received.map(({ filters }) => isExclusion(filters))).toEqual([true, false]);
	});

	test('are not, if it does not exclude them', async () => {
		const service: CaseSearcher = {
			maxConcurrency: 1,
			searchPage: async (_, offset, limit) => await serviceOf(30).searchPage(ALL, offset, limit),
		};
		expect(await fetchMissing(service, 10)).toMatchObject({ completeness: 'ignored' });
	});

	test('are not, if a page is full of cases without an id, which cannot be excluded', async () => {
		const service: CaseSearcher = {
			maxConcurrency: 1,
			searchPage: async (_, offset, limit) => {
				const cases = scriptedCases(12).map(({ creation_time }) => ({ creation_time }));
				const page = cases.slice(offset, offset + limit);
				return await Promise.resolve({ cases: page, casesCount: 12, serverTime: undefined });
			},
		};
		const { completeness, ids } = await fetchMissing(service, 10);
		expect({ completeness, size: ids.length }).toEqual({ completeness: 'refused', size: 22 });
	});

	test('are unstable, if it counts some but returns none', async () => {
		const service = serviceOf(30, { pageCap: 0 });
		expect(await fetchMissing(service, 10)).toMatchObject({ completeness: 'unstable' });
		// The empty page is requested twice.
		expect(service.requests).toBe(2);
	});
});

/** A service that has another new case for each request: a round takes as many requests as it counts cases. */
function endlessService(count: number, window = Infinity) {
	let id = 0;
	const service = {
		maxConcurrency: 1,
		requests: 0,
		rounds: 0,
		searchPage: async (_: SearchQuery, offset: number) => {
			service.requests++;
			if (offset >= window) throw refusal(400, {});
			if (offset === 0) service.rounds++;
			const cases = [{ case_id: `new ${id++}` }];
			return await Promise.resolve({ cases, casesCount: count, serverTime: undefined });
		},
	};
	return service;
}

describe('Matches that change faster than they can be found', () => {
	test('are given up after 20 rounds', async () => {
		const service = endlessService(2);
		const { completeness, ids } = await fetchMissing(service, 0);
		expect({ completeness, size: ids.length }).toEqual({ completeness: 'unstable', size: 40 });
		expect(service).toMatchObject({ rounds: 20, requests: 40 });
	});

	test.each([
		[0, 60],
		[10, 66],
	])(
		'are given up after 60 requests, and three for each known page: of %i',
		async (known, requests) => {
			const service = endlessService(6);
			expect(await fetchMissing(service, known, { largestPage: PAGE })).toMatchObject({
				completeness: 'unstable',
			});
			expect(service.requests).toBe(requests);
		},
	);

	test('take no more requests in the last round than are left', async () => {
		const service = endlessService(7);
		await fetchMissing(service, 0, { extent: { pageSize: 1 } });
		expect(service).toMatchObject({ rounds: 9, requests: 60 });
	});

	test('take fewer requests, the more ids each of them excludes', async () => {
		const service = endlessService(100);
		const many = Array.from({ length: 49_999 }, (_, number) => `c${number}`);
		const idsToExclude = () => (service.rounds === 0 ? many : []);
		await fetchMissing(service, 0, { extent: { pageSize: 1 }, idsToExclude });
		// 20 requests with 50,000 ids, and 40 others.
		expect(service).toMatchObject({ rounds: 2, requests: 60 });
	});

	test.each([
		['if it pages no further', endlessService(5, 3)],
		['if it counts no further', endlessService(10_000)],
	])('are refused by the service %s', async (_, service) => {
		expect(await fetchMissing(service, 0)).toMatchObject({ completeness: 'refused' });
	});

	test('are requested once with more than 30,000 known ones', async () => {
		const service = endlessService(1);
		const target = caseSearchTarget(service);
		const found = new FoundEntries(target);
		found.add(
			Array.from({ length: 30_001 }, (_, number) => ({ case_id: `c${number}` })),
			0,
		);
		expect(await fetchExcludingIds(new PageFetcher(target), ALL, EVERYTHING, found)).toBe(
			'complete',
		);
		expect(service.requests).toBe(1);
	});

	test.each([
		[30_000, 2],
		[30_001, 1],
	])(
		'are not requested again with %i known ones if the service pages no further',
		async (size, rounds) => {
			const service = endlessService(5, 3);
			const target = caseSearchTarget(service);
			const found = new FoundEntries(target);
			found.add(
				Array.from({ length: size - 3 }, (_, number) => ({ case_id: `c${number}` })),
				0,
			);
			const fetcher = new PageFetcher(target);
			expect(await fetchExcludingIds(fetcher, ALL, EVERYTHING, found)).toBe('refused');
			expect(service.rounds).toBe(rounds);
		},
	);
});

describe('The matches after an offset that are not found yet', () => {
	test('are none, if the service refuses the offset because no more are left than it skips', async () => {
		const service = serviceOf(30, { refusesOffsetBeyondEnd: true });
		const outcome = await fetchMissing(service, 28, { extent: { offset: 2 } });
		expect(outcome).toEqual({ completeness: 'complete', ids: newest(28) });
		expect(service.received.at(-1)).toMatchObject({
			filters: { exclude_case_ids: newest(28) },
			offset: 0,
			limit: 1,
		});
	});

	test.each([
		['more are left', { window: 4 }, 26],
		[
			'the service returns no count',
			{ refusesOffsetBeyondEnd: true, countShown: () => undefined },
			28,
		],
		['the service refuses to exclude as many', { mostIds: 9 }, 28],
	])('may be some if %s', async (_, script, known) => {
		const outcome = await fetchMissing(serviceOf(30, script), known, { extent: { offset: 2 } });
		expect(outcome).toMatchObject({ completeness: 'refused' });
	});

	test('are requested from the offset on', async () => {
		const service = serviceOf(30);
		const outcome = await fetchMissing(service, 20, { extent: { offset: 2, limit: 24 } });
		expect(outcome).toMatchObject({ completeness: 'complete' });
		expect(service.received.map(({ offset, limit }) => [offset, limit])).toEqual([[2, 4]]);
	});
});
