import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { searchHistory, type SearchExtent } from '../../../nodes/intezer/search/searchHistory.ts';
import type { SearchQuery } from '../../../nodes/intezer/types.ts';
import {
	ScriptedService,
	scriptedCase,
	scriptedCases,
	START,
	type Script,
	idsBetween,
	pagesOf,
} from './scriptedService.mts';

const PAGE = 5;
const ALL: SearchQuery = { payload: {} };
/** In search mode `or`, the service takes the exclusion of ids for one of the alternatives. */
const ANY: SearchQuery = {
	payload: { case_statuses: ['new'], priorities: ['escalated'] },
	search_mode: 'or',
};

const serviceOf = (size: number, script: Partial<Script> = {}) =>
	new ScriptedService({ pageCap: PAGE, casesAt: () => scriptedCases(size), ...script });

async function search(service: ScriptedService, extent: Partial<SearchExtent>, query = ALL) {
	const whole = { offset: 0, limit: Infinity, pageSize: PAGE };
	const { entries, ...summary } = await searchHistory(caseSearchTarget(service), query, {
		...whole,
		...extent,
	});
	return { ...summary, ids: entries.map(({ case_id }) => case_id) };
}

describe('A search for the first cases', () => {
	test('requests no more than it returns, and says how many match', async () => {
		const service = serviceOf(30);
		expect(await search(service, { limit: 7 })).toEqual({
			ids: idsBetween(30, 0, 7),
			matching: 30,
			isAtLeast: false,
			complete: true,
		});
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 2],
		]);
	});

	test('takes one request if as many match as its limit', async () => {
		const service = serviceOf(5);
		expect(await search(service, { limit: 5 })).toMatchObject({
			matching: 5,
			isAtLeast: false,
			complete: true,
		});
		expect(service.requests).toBe(1);
	});

	test('is proved even if the last page shows that cases were deleted meanwhile', async () => {
		const sizes = [12, 13, 10];
		const service = serviceOf(0, {
			casesAt: ({ offset }) => scriptedCases(sizes[offset / PAGE] ?? 10),
		});
		expect(await search(service, { limit: 10 })).toMatchObject({ complete: true });
		expect(pagesOf(service).slice(0, 3)).toEqual([
			[0, 5],
			[5, 5],
			[10, 1],
		]);
		expect(service.received.at(-1)?.filters).toHaveProperty('exclude_case_ids');
	});

	test('skips as many as its offset says', async () => {
		const service = serviceOf(30);
		expect(await search(service, { offset: 3, limit: 7 })).toEqual({
			ids: idsBetween(30, 3, 10),
			matching: 27,
			isAtLeast: false,
			complete: true,
		});
		expect(pagesOf(service)).toEqual([
			[3, 5],
			[8, 2],
		]);
	});

	test('takes one request if fewer match than fit a page', async () => {
		const service = serviceOf(3);
		expect(await search(service, { limit: 50 })).toEqual({
			ids: idsBetween(3, 0, 3),
			matching: 3,
			isAtLeast: false,
			complete: true,
		});
		expect(service.requests).toBe(1);
	});

	test('proves that no more match if that takes several pages', async () => {
		const service = serviceOf(8);
		expect(await search(service, { limit: 50 })).toEqual({
			ids: idsBetween(8, 0, 8),
			matching: 8,
			isAtLeast: false,
			complete: true,
		});
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[0, 5],
		]);
		expect(service.received.at(-1)?.filters).toEqual({ exclude_case_ids: idsBetween(8, 0, 8) });
	});

	test('proves that exactly as many match as its limit, after an offset', async () => {
		const service = serviceOf(9);
		expect(await search(service, { offset: 2, limit: 7 })).toEqual({
			ids: idsBetween(9, 2, 9),
			matching: 7,
			isAtLeast: false,
			complete: true,
		});
		expect(service.received.at(-1)).toMatchObject({ offset: 2, limit: 1 });
	});

	test('reads on if a page repeats a case', async () => {
		// Before the second page, a case is created.
		const service = serviceOf(0, {
			casesAt: ({ offset }) => scriptedCases(offset === 0 ? 30 : 31),
		});
		expect(await search(service, { limit: 10 })).toMatchObject({
			ids: idsBetween(30, 0, 10),
			matching: 31,
			complete: true,
		});
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[10, 1],
		]);
	});

	test('ends if a page contains nothing new', async () => {
		const service = serviceOf(0, {
			casesAt: ({ offset, filters }) =>
				filters.exclude_case_ids === undefined && offset > 0
					? Array.from({ length: 4 }, () => scriptedCases(5)).flat()
					: scriptedCases(5),
			countShown: (count, { filters }) => (filters.exclude_case_ids === undefined ? 20 : count),
		});
		const outcome = await search(service, { limit: 8 });
		expect(outcome.ids).toHaveLength(5);
		// Two pages, one more for as many as are missing, and the proof.
		expect(service.requests).toBe(4);
	});

	test('returns what there is without counts, and says that more may match', async () => {
		const service = serviceOf(30, { countShown: () => undefined });
		expect(await search(service, { limit: 7 })).toEqual({
			ids: idsBetween(30, 0, 7),
			matching: 7,
			isAtLeast: true,
			complete: true,
		});
		expect(service.requests).toBe(2);
	});

	test('says that at least 10,000 match if that is what the service counts', async () => {
		const service = serviceOf(30, { countShown: () => 10_000 });
		expect(await search(service, { limit: 7, offset: 2 })).toMatchObject({
			matching: 9_998,
			isAtLeast: true,
			complete: true,
		});
		expect(service.requests).toBe(2);
	});

	/** Cases of one second, more than fit a page, that change all the time. */
	const changing = () => {
		let edits = 0;
		const crowd = scriptedCases(7, { creation_time: START });
		return {
			mostIds: 0,
			casesAt: () => crowd.map((each) => ({ ...each, case_priority: String(edits++) })),
		};
	};

	test('is complete but says that more may match, if it cannot be proved that as many match', async () => {
		const service = serviceOf(0, changing());
		expect(await search(service, { limit: 7 })).toMatchObject({
			matching: 7,
			isAtLeast: true,
			complete: true,
		});
	});

	test('says how many match at least if the proof finds another case', async () => {
		let hasMore = false;
		const service = serviceOf(0, {
			casesAt: ({ filters }) => {
				hasMore ||= filters.exclude_case_ids !== undefined;
				return scriptedCases(hasMore ? 9 : 7);
			},
		});
		expect(await search(service, { limit: 7 })).toEqual({
			ids: idsBetween(7, 0, 7),
			matching: 8,
			isAtLeast: true,
			complete: true,
		});
	});

	test('is incomplete if it cannot be proved that fewer match than its limit', async () => {
		const service = serviceOf(0, changing());
		const outcome = await search(service, { limit: 8 });
		expect({ ...outcome, ids: outcome.ids.length }).toEqual({
			ids: 7,
			matching: 7,
			isAtLeast: false,
			complete: false,
		});
	});

	test('is proved in time ranges if the service refuses long lists of ids', async () => {
		const service = serviceOf(7, { mostIds: 0 });
		expect(await search(service, { limit: 8 })).toEqual({
			ids: idsBetween(7, 0, 7),
			matching: 7,
			isAtLeast: false,
			complete: true,
		});
	});

	test('is proved filter by filter if excluding ids is an alternative with Any Filter Matches', async () => {
		const service = serviceOf(7);
		expect(await search(service, { limit: 8 }, ANY)).toMatchObject({ matching: 7, complete: true });
		const excluding = service.received.filter(
			({ filters }) => filters.exclude_case_ids !== undefined && filters['case_ids'] === undefined,
		);
		expect(excluding.map(({ mode }) => mode)).not.toContain('or');
	});

	test('is proved by excluding ids if that is a condition with Any Filter Matches', async () => {
		const service = serviceOf(7, { exclusionIsCondition: true });
		expect(await search(service, { limit: 8 }, ANY)).toMatchObject({ matching: 7, complete: true });
		expect(service.received.at(-1)).toMatchObject({
			filters: { exclude_case_ids: idsBetween(7, 0, 7) },
			mode: 'or',
		});
	});

	test.each([
		['the others', 'excluding ids is a condition', true, 8],
		['no case that does not match', 'excluding ids is an alternative', false, PAGE],
	])(
		'finds %s beyond what the service pages if %s with Any Filter Matches',
		async (_, __, exclusionIsCondition, found) => {
			const others = Array.from({ length: 4 }, (___, number) =>
				scriptedCase(100 + number, { case_status: 'closed' }),
			);
			const service = serviceOf(0, {
				casesAt: () => [...scriptedCases(13), ...others],
				window: PAGE,
				exclusionIsCondition,
			});
			expect(await search(service, { limit: 8 }, ANY)).toMatchObject({
				ids: idsBetween(13, 0, found),
				matching: 13,
				complete: exclusionIsCondition,
			});
		},
	);

	test('is proved in search mode `and` if there is only one filter', async () => {
		const service = serviceOf(7);
		const query: SearchQuery = { payload: { case_statuses: ['new'] }, search_mode: 'or' };
		expect(await search(service, { limit: 8 }, query)).toMatchObject({
			matching: 7,
			complete: true,
		});
		expect(service.received.at(-1)).toMatchObject({ mode: 'and' });
	});

	test('ends where the service pages no further', async () => {
		const service = serviceOf(30, { window: 10, mostIds: 0 });
		expect(await search(service, { limit: 20 })).toMatchObject({
			ids: idsBetween(30, 0, 10),
			matching: 30,
			complete: false,
		});
		expect(pagesOf(service).slice(0, 3)).toEqual([
			[0, 5],
			[5, 5],
			[10, 5],
		]);
	});
});

describe('A search for all cases', () => {
	test('takes one request if fewer match than fit a page', async () => {
		const service = serviceOf(3);
		expect(await search(service, {})).toMatchObject({ matching: 3, complete: true });
		expect(service.requests).toBe(1);
	});

	test('takes one request for each page, the last of which proves that it is complete', async () => {
		const service = serviceOf(13);
		expect(await search(service, {})).toMatchObject({ matching: 13, complete: true });
		expect(service.requests).toBe(3);
	});

	test('says how many match after its offset', async () => {
		const service = serviceOf(13);
		expect(await search(service, { offset: 2 })).toEqual({
			ids: idsBetween(13, 2, 13),
			matching: 11,
			isAtLeast: false,
			complete: true,
		});
	});

	test('says how many match by the count of the service if it may be incomplete', async () => {
		const endless = { pageCap: ({ offset }: { offset: number }) => (offset < 10 ? PAGE : 0) };
		const service = serviceOf(13, { ...endless, mostIds: 0 });
		expect(await search(service, { offset: 2 })).toMatchObject({
			matching: 11,
			isAtLeast: false,
			complete: false,
		});
	});

	test('does not read all again if cases are counted but not returned', async () => {
		const service = serviceOf(13, {
			pageCap: ({ filters }) => (filters.exclude_case_ids === undefined ? PAGE : 0),
			countShown: (count, { filters }) => (filters.exclude_case_ids === undefined ? count : 3),
		});
		expect(await search(service, {})).toMatchObject({ complete: false });
		expect(pagesOf(service).filter(([offset]) => offset === 5)).toHaveLength(1);
	});

	test('with Any Filter Matches finds the cases filter by filter if ids cannot be excluded', async () => {
		const service = serviceOf(13);
		const outcome = await search(service, {}, ANY);
		expect(outcome).toMatchObject({ ids: idsBetween(13, 0, 13), matching: 13, complete: true });
		expect(service.received.some(({ mode }) => mode === 'and')).toBe(true);
		// One request learned that.
		const exclusions = service.received.filter(
			({ mode, filters }) => mode === 'or' && filters.exclude_case_ids !== undefined,
		);
		expect(exclusions).toHaveLength(1);
	});

	test('with Any Filter Matches excludes ids if that is a condition', async () => {
		const service = serviceOf(13, { exclusionIsCondition: true });
		expect(await search(service, {}, ANY)).toMatchObject({ matching: 13, complete: true });
		// Three pages, what the exclusion means, and the proof.
		expect(service.requests).toBe(5);
		expect(service.received.at(-1)).toMatchObject({
			filters: { exclude_case_ids: idsBetween(13, 0, 13) },
			mode: 'or',
		});
	});

	test('with Any Filter Matches finds the cases filter by filter if few ids can be excluded', async () => {
		const service = serviceOf(13, { exclusionIsCondition: true, mostIds: 12 });
		expect(await search(service, {}, ANY)).toMatchObject({ matching: 13, complete: true });
		expect(service.received.some(({ mode }) => mode === 'and')).toBe(true);
	});

	test('with Any Filter Matches ends if cases are counted but not returned', async () => {
		const service = serviceOf(13, {
			exclusionIsCondition: true,
			pageCap: ({ filters }) => (filters.exclude_case_ids === undefined ? PAGE : 0),
			countShown: (count, { filters: { case_ids, exclude_case_ids } }) =>
				case_ids === undefined && exclude_case_ids !== undefined ? 3 : count,
		});
		expect(await search(service, {}, ANY)).toMatchObject({ complete: false });
		expect(service.received.every(({ mode }) => mode === 'or')).toBe(true);
		expect(pagesOf(service).filter(([offset]) => offset === 5)).toHaveLength(1);
	});

	test('with Any Filter Matches reads again if the service ignores which ids to exclude', async () => {
		const service = serviceOf(13, { ignoresExclusion: true });
		const outcome = await search(service, {}, ANY);
		expect(outcome).toMatchObject({ matching: 13, complete: true });
		expect(service.received.every(({ mode }) => mode === 'or')).toBe(true);
	});

	test('with Any Filter Matches reads again if ids cannot be searched for', async () => {
		const service = serviceOf(13, { mostIds: 0 });
		expect(await search(service, {}, ANY)).toMatchObject({ matching: 13, complete: true });
		expect(service.received.every(({ mode }) => mode === 'or')).toBe(true);
	});

	test('with Any Filter Matches and an offset reads again', async () => {
		const service = serviceOf(13);
		expect(await search(service, { offset: 1 }, ANY)).toMatchObject({
			matching: 12,
			complete: true,
		});
		expect(service.received.every(({ mode }) => mode === 'or')).toBe(true);
	});

	test('with Any Filter Matches is not read again if it keeps changing', async () => {
		let edits = 0;
		const service = serviceOf(0, {
			casesAt: () => scriptedCases(13, { modification_time: 2_000_000_000 + edits++ }),
		});
		expect(await search(service, {}, ANY)).toMatchObject({ complete: false });
		const whole = service.received.filter(
			({ mode, filters, offset }) =>
				mode === 'or' && filters['case_ids'] === undefined && offset === 10,
		);
		expect(whole).toHaveLength(1);
	});
});

describe('A search whose offset the service refuses', () => {
	const none = { ids: [], matching: 0, isAtLeast: false, complete: true };

	test.each([Infinity, 20])(
		'finds nothing if no case matches from there on, up to %d',
		async (limit) => {
			const service = serviceOf(13, { refusesOffsetBeyondEnd: true });
			expect(await search(service, { offset: 13, limit })).toEqual(none);
			// The page is requested with ever fewer cases first.
			expect(pagesOf(service)).toEqual([
				[13, 5],
				[13, 2],
				[13, 1],
				[0, 1],
			]);
		},
	);

	test('fails if cases may match from there on, because the service counts and pages no further', async () => {
		const service = serviceOf(13, { countShown: () => 10_000, window: 10_000 });
		await expect(search(service, { offset: 10_010 })).rejects.toMatchObject({
			failure: { kind: 'offsetTooLarge', offset: 10_010 },
		});
		// Three pages of ever fewer cases, and three checks.
		expect(service.requests).toBe(3 + 3 * 2);
	});

	test.each([
		['is complete', 0, true],
		['is incomplete', 1, false],
	])(
		'%s if a page from there on has %i cases when it is requested again',
		async (_, size, complete) => {
			let refusals = 0;
			const service = serviceOf(13, {
				countShown: (count, { offset }) => (offset === 0 ? undefined : 13 + count),
				casesAt: () => scriptedCases(13 + size),
			});
			const target = caseSearchTarget(service);
			const windowed = serviceOf(13, { window: 1 });
			const outcome = await searchHistory(
				{
					...target,
					fetchPage: async (query, offset, limit, signal) => {
						const refuses = offset > 0 && ++refusals <= 3;
						const searched = refuses ? caseSearchTarget(windowed) : target;
						return await searched.fetchPage(query, offset, limit, signal);
					},
				},
				ALL,
				{ offset: 13, limit: Infinity, pageSize: PAGE },
			);
			expect(outcome).toMatchObject({ entries: [], complete });
			expect(outcome.isAtLeast).toBe(!complete);
		},
	);

	test.each([Infinity, 20])('fails if cases match from there on, up to %d', async (limit) => {
		const service = serviceOf(30, { window: 12 });
		await expect(search(service, { offset: 12, limit })).rejects.toMatchObject({
			httpStatus: 400,
			failure: { kind: 'offsetTooLarge', offset: 12 },
		});
	});
});
