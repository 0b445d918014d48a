// Searches with Any Filter Matches: what a filter means to the service, and how its matches are found filter by filter.
import { describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { FoundEntries } from '../../../nodes/intezer/search/pages/foundEntries.ts';
import { PageFetcher } from '../../../nodes/intezer/search/pages/pageFetcher.ts';
import { readEachFilter } from '../../../nodes/intezer/search/anyFilter/readEachFilter.ts';
import {
	asAnd,
	meaningOfExclusion,
	meaningOfTimeRange,
	mustMatchAll,
	splitByFilter,
} from '../../../nodes/intezer/search/anyFilter/searchMode.ts';
import type { CaseSearcher, SearchPage, SearchQuery } from '../../../nodes/intezer/types.ts';
import {
	NOW,
	ScriptedService,
	START,
	scriptedCase,
	scriptedCases,
	type Script,
	type ScriptedCase,
} from './scriptedService.mts';

const anyOf = (payload: SearchQuery['payload']): SearchQuery => ({ payload, search_mode: 'or' });

const newOnes = { case_statuses: ['new'] };
const escalatedOnes = { priorities: ['escalated'] };
const exclusion = { exclude_case_ids: ['c1'] };
const timeRange = { time_range_field: 'creation_time', time_range_start: 1, time_range_end: 2 };

describe('Every filter must match', () => {
	test.each([
		['no filter', {}],
		['one filter', newOnes],
		['a time range', timeRange],
		['excluded cases', exclusion],
		['one filter for devices', { devices: { hostnames: ['a'] } }],
		['one filter for users', { users: { user_ids: ['a'] } }],
	])('with Any Filter Matches and %s', (_, payload) => {
		const query = anyOf(payload);
		expect(mustMatchAll(query)).toBe(true);
		expect(asAnd(query)).toEqual({ payload, search_mode: 'and' });
	});

	test('unless the search says that any may', () => {
		const payload = { ...newOnes, ...escalatedOnes, ...timeRange };
		expect(mustMatchAll({ payload })).toBe(true);
		expect(mustMatchAll({ payload, search_mode: 'and' })).toBe(true);
		expect(asAnd({ payload })).toEqual({ payload, search_mode: 'and' });
	});
});

describe('One filter is enough', () => {
	test.each([
		['two filters', { ...newOnes, ...escalatedOnes }],
		['a filter and a time range', { ...newOnes, ...timeRange }],
		['a filter and excluded cases', { ...newOnes, ...exclusion }],
		['a time range and excluded cases', { ...timeRange, ...exclusion }],
		['two filters for devices', { devices: { hostnames: ['a'], device_ids: ['b'] } }],
		[
			'a filter for devices and one for users',
			{ devices: { hostnames: ['a'] }, users: { user_ids: ['b'] } },
		],
	])('with Any Filter Matches and %s', (_, payload) => {
		const query = anyOf(payload);
		expect(mustMatchAll(query)).toBe(false);
		expect(asAnd(query)).toBe(query);
	});
});

describe('The searches that together find what one with Any Filter Matches does', () => {
	const query: SearchQuery = {
		...anyOf({
			...newOnes,
			...timeRange,
			...exclusion,
			devices: { hostnames: ['a'], device_ids: ['b'] },
			users: { user_ids: ['c'] },
		}),
		sort_by: 'alerts_count',
	};
	const filters = [
		newOnes,
		{ devices: { hostnames: ['a'] } },
		{ devices: { device_ids: ['b'] } },
		{ users: { user_ids: ['c'] } },
	];
	const payloadsOf = (
		...[searched, meaning]: Parameters<typeof splitByFilter>
	): Array<SearchQuery['payload']> =>
		splitByFilter(searched, meaning).map(({ payload }) => payload);

	test('have one filter each, and must match it', () => {
		const all = splitByFilter(query, { exclusion: 'alternative', timeRange: 'alternative' });
		expect(all).toEqual(
			[...filters, timeRange, exclusion].map((payload) => ({
				payload,
				search_mode: 'and',
				sort_by: 'alerts_count',
			})),
		);
	});

	test('have the conditions of the whole search', () => {
		expect(payloadsOf(query, { exclusion: 'condition', timeRange: 'alternative' })).toEqual(
			[...filters, timeRange].map((each) => ({ ...each, ...exclusion })),
		);
		expect(payloadsOf(query, { exclusion: 'alternative', timeRange: 'condition' })).toEqual(
			[...filters, exclusion].map((each) => ({ ...each, ...timeRange })),
		);
		expect(payloadsOf(query, { exclusion: 'condition', timeRange: 'condition' })).toEqual(
			filters.map((each) => ({ ...each, ...timeRange, ...exclusion })),
		);
	});

	test('are a single one without alternatives', () => {
		const conditions = { exclusion: 'condition', timeRange: 'condition' } as const;
		const payload = { ...timeRange, ...exclusion };
		expect(payloadsOf(anyOf(payload), conditions)).toEqual([payload]);
		expect(payloadsOf(anyOf({}), conditions)).toEqual([{}]);
		expect(payloadsOf(anyOf(newOnes), conditions)).toEqual([newOnes]);
	});
});

/** A service that responds to each request with the next of these pages, or refuses it. */
function serviceOf(...pages: Array<Partial<SearchPage> | 'refused'>) {
	const requests: Array<{ query: SearchQuery; offset: number; limit: number }> = [];
	const service: CaseSearcher = {
		maxConcurrency: 1,
		searchPage: async (query, offset, limit) => {
			requests.push({ query, offset, limit });
			const page = pages.shift();
			if (page === 'refused') throw refusal(413, {});
			const { cases = [], casesCount } = page ?? {};
			return await Promise.resolve({ cases, casesCount, serverTime: undefined });
		},
	};
	return { service, requests };
}

const c7 = scriptedCase(7);
const c8 = scriptedCase(8);
const c9 = scriptedCase(9);
const pageOf = (...cases: ScriptedCase[]): Partial<SearchPage> => ({
	cases: cases.map((each) => ({ ...each })),
	casesCount: cases.length,
});

const query = anyOf({ ...newOnes, ...escalatedOnes });

/** What a filter means to a service, where c7 is known. */
async function learn(
	find: typeof meaningOfExclusion,
	service: CaseSearcher,
	known: ScriptedCase[] = [c7],
) {
	const target = caseSearchTarget(service);
	const found = new FoundEntries(target);
	found.add(
		known.map((each) => ({ ...each })),
		0,
	);
	const within = anyOf({ ...query.payload, ...timeRange });
	return await find(new PageFetcher(target), within, found);
}

describe('Excluded cases', () => {
	test.each([
		[
			'a condition',
			'the case that is excluded and searched for does not match',
			[pageOf()],
			'condition',
		],
		['an alternative', 'others match', [pageOf(c8, c9)], 'alternative'],
		['an alternative', 'one other matches', [pageOf(c8)], 'alternative'],
		['an alternative', 'that case and others match', [pageOf(c7, c8)], 'alternative'],
		['neither', 'only the excluded case matches', [pageOf(c7)], undefined],
		[
			'neither',
			'a match is counted but not returned',
			[{ casesCount: 1 }, { casesCount: 1 }],
			undefined,
		],
		[
			'neither',
			'the service refuses to search for ids',
			['refused', pageOf(c7)] as const,
			undefined,
		],
	])('are %s if %s', async (_, __, pages, meaning) => {
		const { service, requests } = serviceOf(...pages);
		expect(await learn(meaningOfExclusion, service)).toBe(meaning);
		expect(requests[0]).toEqual({
			query: anyOf({ case_ids: ['c7'], exclude_case_ids: ['c7'] }),
			offset: 0,
			limit: 2,
		});
	});

	test('are neither if no case is known', async () => {
		const { service, requests } = serviceOf();
		expect(await learn(meaningOfExclusion, service, [])).toBeUndefined();
		expect(requests).toEqual([]);
	});
});

describe('A time range', () => {
	test.each([
		['a condition', 'only the case that is searched for matches', [pageOf(c7)], 'condition'],
		['a condition', 'no case matches', [pageOf()], 'condition'],
		['an alternative', 'others match', [pageOf(c7, c8)], 'alternative'],
		['an alternative', 'one other matches', [pageOf(c8)], 'alternative'],
		[
			'neither',
			'a match is counted but not returned',
			[{ ...pageOf(c7), casesCount: 2 }],
			undefined,
		],
		[
			'neither',
			'the service refuses to search for ids',
			['refused', pageOf(c7)] as const,
			undefined,
		],
	])('is %s if %s', async (_, __, pages, meaning) => {
		const { service, requests } = serviceOf(...pages);
		expect(await learn(meaningOfTimeRange, service)).toBe(meaning);
		expect(requests[0]).toEqual({
			query: anyOf({ case_ids: ['c7'], time_range_field: 'creation_time', time_range_start: 1 }),
			offset: 0,
			limit: 2,
		});
	});

	test('is neither if no case is known', async () => {
		const { service, requests } = serviceOf();
		expect(await learn(meaningOfTimeRange, service, [])).toBeUndefined();
		expect(requests).toEqual([]);
	});
});

const PAGE = 5;
/** Six new cases, and six closed ones that are escalated. */
const TWELVE = scriptedCases(12).map((each, number) =>
	number < 6 ? each : { ...each, case_status: 'closed', case_priority: 'escalated' },
);

async function findEach(
	script: Partial<Script>,
	{ known = 1, payload = query.payload }: { known?: number; payload?: SearchQuery['payload'] } = {},
) {
	const service = new ScriptedService({ pageCap: PAGE, casesAt: () => TWELVE, ...script });
	const target = caseSearchTarget(service);
	const found = new FoundEntries(target);
	found.add(
		scriptedCases(known).map((each) => ({ ...each })),
		0,
	);
	const fetcher = new PageFetcher(target);
	fetcher.largestPage = PAGE;
	const extent = { pageSize: PAGE };
	// As in a search, the service has responded before.
	await fetcher.fetch(anyOf(payload), 0, PAGE);
	const completeness = await readEachFilter(fetcher, anyOf(payload), 'alternative', extent, found);
	const { received } = service;
	const looks = received.filter(
		({ filters }) => filters['time_range_field'] === 'modification_time',
	);
	return { completeness, ids: found.ids(), received, passes: looks.length - 1 };
}

describe('The matches of a search with Any Filter Matches, filter by filter', () => {
	test('are found without a time range, although the service refuses one with Any Filter Matches', async () => {
		const { completeness, received } = await findEach({
			casesAt: ({ mode, filters }) => {
				if (mode === 'or' && filters.time_range_field !== undefined) throw refusal(400, {});
				return TWELVE;
			},
		});
		expect(completeness).toBe('complete');
		expect(received.filter(({ mode }) => mode === 'or')).toHaveLength(3);
	});

	test('are complete if no case changed meanwhile and no more are counted', async () => {
		const { completeness, ids, received } = await findEach({});
		expect(completeness).toBe('complete');
		expect(new Set(ids)).toEqual(new Set(TWELVE.map(({ case_id }) => case_id)));
		const changes = { time_range_field: 'modification_time', time_range_start: NOW - 1_200 };
		expect(received[1]).toMatchObject({ filters: changes, mode: 'and' });
		expect(received.at(-3)).toMatchObject({ filters: changes, mode: 'and' });
		expect(received.slice(-2)).toMatchObject([
			{ filters: query.payload, mode: 'or', limit: 1 },
			{ filters: query.payload, mode: 'or', limit: 1 },
		]);
		const searched = received.slice(2, -3);
		expect(searched.every(({ mode }) => mode === 'and')).toBe(true);
		expect(new Set(searched.map(({ filters }) => Object.keys(filters)[0]))).toEqual(
			new Set(['case_statuses', 'priorities']),
		);
	});

	test('are found again if a case changed meanwhile', async () => {
		const edited = scriptedCase(50, { case_status: 'closed', modification_time: NOW - 5 });
		let looks = 0;
		const { completeness, passes } = await findEach({
			casesAt: ({ filters }) => {
				if (filters['time_range_field'] !== 'modification_time') return TWELVE;
				return ++looks === 1 ? TWELVE : [...TWELVE, edited];
			},
		});
		expect({ completeness, passes }).toEqual({ completeness: 'complete', passes: 2 });
	});

	test('are found again if more are counted', async () => {
		let counts = 0;
		const { completeness, passes } = await findEach({
			countShown: (count, { mode, limit }) =>
				mode === 'or' && limit === 1 && ++counts === 2 ? count + 1 : count,
		});
		expect({ completeness, passes }).toEqual({ completeness: 'complete', passes: 2 });
	});

	test('are unstable if a case changes each time', async () => {
		let time = NOW - 100;
		const { completeness, passes } = await findEach({
			casesAt: () => [
				...TWELVE,
				scriptedCase(50, { case_status: 'closed', modification_time: ++time }),
			],
		});
		expect({ completeness, passes }).toEqual({ completeness: 'unstable', passes: 5 });
	});

	test('are unstable if more are counted each time', async () => {
		const { completeness, passes } = await findEach({
			countShown: (count, { mode, limit }) => (mode === 'or' && limit === 1 ? count + 1 : count),
		});
		expect({ completeness, passes }).toEqual({ completeness: 'unstable', passes: 5 });
	});

	test('are found once, but not proved, if the service does not say when a case changed', async () => {
		const recent = scriptedCase(50, { modification_time: NOW });
		const { completeness, ids, passes } = await findEach({
			casesAt: () => [...TWELVE, recent],
			shows: ({ case_id }) => ({ case_id }),
		});
		expect({ completeness, passes }).toEqual({ completeness: 'refused', passes: 0 });
		expect(ids).toHaveLength(13);
	});

	test('are found if many cases changed shortly before', async () => {
		const recent = Array.from({ length: 8 }, (_, number) =>
			scriptedCase(50 + number, { modification_time: NOW - number }),
		);
		const { completeness, ids } = await findEach({ casesAt: () => [...TWELVE, ...recent] });
		expect(completeness).toBe('complete');
		expect(ids).toHaveLength(20);
	});

	test('are found once, but not proved, if not all cases that changed shortly before can be read', async () => {
		const recent = Array.from({ length: 8 }, (_, number) =>
			scriptedCase(50 + number, { modification_time: NOW - number }),
		);
		const { completeness, ids } = await findEach({
			casesAt: ({ filters: { time_range_field, exclude_case_ids } }) => {
				if (time_range_field !== undefined && exclude_case_ids !== undefined)
					throw refusal(413, {});
				return [...TWELVE, ...recent];
			},
		});
		expect(completeness).toBe('refused');
		expect(ids).toHaveLength(20);
	});

	test('are found, but not proved, if the cases that changed meanwhile can no longer be read', async () => {
		let looks = 0;
		const recent = scriptedCase(50, { modification_time: NOW });
		const { completeness, ids } = await findEach({
			casesAt: ({ filters: { time_range_field }, offset }) => {
				if (time_range_field === undefined || offset > 0) return [...TWELVE, recent];
				return ++looks === 1 ? [] : [recent];
			},
			countShown: (count, { filters }) =>
				filters['time_range_field'] !== undefined && looks > 1 ? count + 1 : count,
		});
		expect(completeness).toBe('refused');
		expect(ids).toHaveLength(13);
	});

	test('are found in time ranges if the service excludes no ids', async () => {
		const { completeness, ids } = await findEach({ ignoresExclusion: true });
		expect(completeness).toBe('complete');
		expect(ids).toHaveLength(12);
	});

	test('are not proved if those of one filter are not', async () => {
		const { completeness, passes } = await findEach({
			casesAt: ({ filters }) =>
				filters['priorities'] === undefined
					? TWELVE
					: [...TWELVE.slice(6), scriptedCase(Math.random(), { case_priority: 'escalated' })],
			pageCap: ({ filters }) => (filters['priorities'] === undefined ? PAGE : 0),
		});
		expect({ completeness, passes }).toEqual({ completeness: 'unstable', passes: 0 });
	});

	test('are refused if the meaning of a time range is not known', async () => {
		const payload = { ...newOnes, ...timeRange };
		const { completeness, received } = await findEach({ mostIds: 0 }, { payload });
		expect(completeness).toBe('refused');
		expect(received).toHaveLength(3);
	});

	test('are those of one search if a time range is a condition', async () => {
		const payload = { ...newOnes, time_range_field: 'creation_time', time_range_end: START + 3 };
		const { completeness, ids, received } = await findEach({}, { payload });
		expect(completeness).toBe('complete');
		expect(ids.sort()).toEqual(['c0', 'c1', 'c2', 'c3']);
		// The second request learned what the time range means.
		expect(received).toHaveLength(3);
		expect(received.at(-1)).toMatchObject({
			filters: { ...payload, exclude_case_ids: ['c0'] },
			mode: 'and',
		});
	});

	test('include those of a time range that is an alternative', async () => {
		const payload = { ...newOnes, time_range_field: 'creation_time', time_range_start: START + 8 };
		const { completeness, ids } = await findEach({ timeRangeIsAlternative: true }, { payload });
		expect(completeness).toBe('complete');
		const numbers = [0, 1, 2, 3, 4, 5, 8, 9, 10, 11];
		expect(new Set(ids)).toEqual(new Set(numbers.map((number) => `c${number}`)));
	});

	test('are compared by the clock of n8n if the service does not tell its time', async () => {
		const { received } = await findEach({ hidesItsTime: true });
		const since = Number(received[1]?.filters['time_range_start']);
		expect(since).toBeLessThanOrEqual(Date.now() / 1_000 - 1_200);
		expect(since).toBeGreaterThan(Date.now() / 1_000 - 1_260);
	});

	test.each([
		[5, 3],
		[30, 4],
	])(
		'take no more than 200 requests, and six for each page of %i known cases',
		async (known, expected) => {
			let time = NOW - 100;
			const payload: SearchQuery['payload'] = {};
			for (let number = 0; number < 70; number++) payload[`filter_${number}`] = ['x'];
			const { completeness, passes } = await findEach(
				{
					casesAt: () => [...scriptedCases(31), scriptedCase(50, { modification_time: ++time })],
				},
				{ known, payload },
			);
			expect({ completeness, passes }).toEqual({ completeness: 'unstable', passes: expected });
		},
	);
});
