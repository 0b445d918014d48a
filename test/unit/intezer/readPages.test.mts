import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { FoundEntries } from '../../../nodes/intezer/search/pages/foundEntries.ts';
import { PageFetcher } from '../../../nodes/intezer/search/pages/pageFetcher.ts';
import {
	readPages,
	type ExcludedIds,
	type PageRange,
} from '../../../nodes/intezer/search/pages/readPages.ts';
import { refusal } from '../../../nodes/intezer/http/errors.ts';
import type { CaseSearcher, SearchQuery } from '../../../nodes/intezer/types.ts';
import {
	ScriptedService,
	scriptedCases,
	type Script,
	idsBetween,
	pagesOf,
} from './scriptedService.mts';

const PAGE = 5;
const EVERYTHING: PageRange = { offset: 0, end: Infinity, pageSize: PAGE };

const serviceOf = (size: number, script: Partial<Script> = {}) =>
	new ScriptedService({ pageCap: PAGE, casesAt: () => scriptedCases(size), ...script });

async function read(
	service: CaseSearcher,
	range: PageRange = EVERYTHING,
	query: SearchQuery = { payload: {} },
	excluded?: ExcludedIds,
) {
	const target = caseSearchTarget(service);
	const found = new FoundEntries(target);
	const result = await readPages(new PageFetcher(target), query, range, found, excluded);
	return { result, ids: found.ids(), inOrder: found.inOrder().map(({ case_id }) => case_id) };
}

describe('Reading the pages of a search', () => {
	test('reads each page once', async () => {
		const service = serviceOf(13);
		const { result, inOrder } = await read(service);
		expect(result).toEqual({
			isComplete: false,
			count: 13,
			hasSameCount: true,
			end: 13,
			isStuck: false,
		});
		expect(inOrder).toEqual(idsBetween(13, 0, 13));
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[10, 5],
		]);
	});

	test.each([
		[0, true],
		[4, true],
		[5, false],
	])(
		'of %i cases, five of which fit a page, is complete with the first: %s',
		async (size, isComplete) => {
			const service = serviceOf(size);
			const { result, ids } = await read(service);
			expect(result).toMatchObject({ isComplete, count: size, end: size, isStuck: false });
			expect(ids).toHaveLength(size);
			expect(service.requests).toBe(1);
		},
	);

	test('is not complete with the first page if that contains a case twice', async () => {
		const [first] = scriptedCases(1);
		const service = serviceOf(0, { casesAt: () => (first === undefined ? [] : [first, first]) });
		expect((await read(service)).result).toMatchObject({ isComplete: false, count: 2 });
	});

	test('is not complete if the service counts 10,000, which may be as far as it counts', async () => {
		const service = serviceOf(0, { pageCap: 10_000, casesAt: () => scriptedCases(10_000) });
		const { result } = await read(service, { ...EVERYTHING, pageSize: 10_001 });
		expect(result).toMatchObject({ isComplete: false, count: 10_000 });
	});

	test('is complete without a count only if nothing matches', async () => {
		const countShown = () => undefined;
		expect((await read(serviceOf(0, { countShown }))).result.isComplete).toBe(true);
		expect((await read(serviceOf(3, { countShown }))).result.isComplete).toBe(false);
	});

	test.each([
		[
			'to a position',
			{ offset: 0, end: 8 },
			[
				[0, 5],
				[5, 3],
			],
			[0, 8],
		],
		['to a position on the first page', { offset: 0, end: 3 }, [[0, 3]], [0, 3]],
		[
			'from a position on',
			{ offset: 3, end: Infinity },
			[
				[3, 5],
				[8, 5],
			],
			[3, 13],
		],
		['from one position to another within a page', { offset: 6, end: 8 }, [[6, 2]], [6, 8]],
		[
			'from one position to another',
			{ offset: 6, end: 12 },
			[
				[6, 5],
				[11, 1],
			],
			[6, 12],
		],
		[
			'without the last page unless it is full',
			{ offset: 0, end: Infinity, skipsPartialLastPage: true },
			[
				[0, 5],
				[5, 5],
			],
			[0, 10],
		],
		[
			'without the last page from a position on',
			{ offset: 2, end: Infinity, skipsPartialLastPage: true },
			[
				[2, 5],
				[7, 5],
			],
			[2, 12],
		],
	] as Array<[string, Partial<PageRange>, number[][], [number, number]]>)(
		'reads %s',
		async (_, range, pages, [start, end]) => {
			const service = serviceOf(13);
			const { result, inOrder } = await read(service, { ...EVERYTHING, ...range });
			expect(pagesOf(service)).toEqual(pages);
			expect(inOrder).toEqual(idsBetween(13, start, end));
			expect(result).toMatchObject({ isComplete: false, count: 13, end });
			expect(result.skippedFrom).toBe('skipsPartialLastPage' in range ? end : undefined);
		},
	);

	test('skips no full page', async () => {
		const service = serviceOf(15);
		const { result } = await read(service, { ...EVERYTHING, skipsPartialLastPage: true });
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[10, 5],
		]);
		expect(result).not.toHaveProperty('skippedFrom');
	});

	test('requests the pages after the first in parallel', async () => {
		const service = serviceOf(100, { maxConcurrency: 4 });
		const { ids, result } = await read(service);
		expect(ids).toHaveLength(100);
		expect(result.isStuck).toBe(false);
		expect(service.inFlight.peak).toBe(4);
		expect(service.requests).toBe(20);
	});

	test('requests one page after the other without a count, until one is empty', async () => {
		const service = serviceOf(13, { maxConcurrency: 4, countShown: () => undefined });
		const { result, inOrder } = await read(service);
		expect(inOrder).toEqual(idsBetween(13, 0, 13));
		expect(result).toMatchObject({ count: undefined, hasSameCount: true, end: 13, isStuck: false });
		// An empty page is requested again, unless a count confirms it.
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[10, 5],
			[13, 5],
			[13, 5],
		]);
		expect(service.inFlight.peak).toBe(1);
	});

	test('keeps to the end of its range without a count', async () => {
		const service = serviceOf(13, { countShown: () => undefined });
		const { ids } = await read(service, { ...EVERYTHING, end: 8 });
		expect(ids).toHaveLength(8);
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 3],
		]);
	});

	test('continues within a page of which the service returns a part', async () => {
		const service = serviceOf(18, { pageCap: ({ offset }) => (offset === 5 ? 2 : 5) });
		const { inOrder, result } = await read(service);
		expect(inOrder).toEqual(idsBetween(18, 0, 18));
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[7, 3],
			[10, 5],
			[15, 5],
		]);
		expect(result.isStuck).toBe(false);
	});

	test('takes larger steps once a page is larger', async () => {
		const service = serviceOf(30, { pageCap: ({ offset }) => (offset === 0 ? 2 : 10) });
		const { inOrder } = await read(service, { ...EVERYTHING, pageSize: 10 });
		expect(inOrder).toEqual(idsBetween(30, 0, 30));
		expect(pagesOf(service)).toEqual([
			[0, 10],
			[2, 10],
			[4, 10],
			[14, 10],
			[24, 10],
		]);
	});

	test('notices that the number of matching cases changes', async () => {
		const service = serviceOf(0, {
			casesAt: ({ offset }) => scriptedCases(offset === 5 ? 14 : 13),
		});
		expect((await read(service)).result).toMatchObject({ hasSameCount: false, count: 13 });
	});

	test('requests no more of a page after the last match', async () => {
		const service = serviceOf(0, {
			casesAt: ({ offset }) => scriptedCases(offset === 5 ? 8 : 13),
		});
		await read(service);
		expect(pagesOf(service)).toEqual([0, 5, 10].map((offset) => [offset, 5]));
	});

	test('returns the count of the last page', async () => {
		const service = serviceOf(0, {
			casesAt: ({ offset }) => scriptedCases(offset === 0 ? 13 : 12),
		});
		expect((await read(service)).result).toMatchObject({ count: 12, end: 12 });
	});
});

describe('Reading the pages of a service that repeats itself', () => {
	/** The first page again and again, whatever position is requested; other cases at some positions. */
	const repeating = (
		others: number[],
		casesCount: number | undefined,
	): CaseSearcher & { positions: number[] } => ({
		maxConcurrency: 1,
		positions: [],
		async searchPage(_, offset) {
			this.positions.push(offset);
			const first = others.includes(offset) ? offset : 0;
			const cases = Array.from({ length: PAGE }, (__, number) => ({
				case_id: `c${first + number}`,
			}));
			return await Promise.resolve({ cases, casesCount, serverTime: undefined });
		},
	});

	test('stops after three pages of known cases', async () => {
		const service = repeating([], 100);
		const { result, ids } = await read(service);
		expect(result).toMatchObject({ isStuck: true, isComplete: false, count: 100 });
		expect(ids).toHaveLength(PAGE);
		expect(service.positions).toEqual([0, 5, 10, 15]);
	});

	test('continues after two pages of known cases if the third contains others', async () => {
		const service = repeating([15, 30], 100);
		expect((await read(service)).result.isStuck).toBe(true);
		expect(service.positions).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
	});

	test('stops without a count, too, but takes that for the end', async () => {
		const service = repeating([], undefined);
		expect((await read(service)).result).toMatchObject({ isStuck: false, isComplete: false });
		expect(service.positions).toEqual([0, 5, 10, 15]);
	});

	test('stops at an empty first page of a search that counts matches', async () => {
		const service = serviceOf(30, { pageCap: 0 });
		expect((await read(service)).result).toMatchObject({ isStuck: true, isComplete: false });
		expect(service.requests).toBe(2);
	});

	test('does not take pages for a repetition that are empty because cases were deleted', async () => {
		const service = serviceOf(0, {
			pageCap: 1,
			casesAt: ({ offset }) => scriptedCases(offset === 0 ? 8 : 1),
		});
		expect((await read(service)).result.isStuck).toBe(false);
	});

	test('does not take pages for a repetition that overlap because they differ in size', async () => {
		const service = serviceOf(30, {
			maxConcurrency: 2,
			pageCap: ({ offset }) => (offset === 2 ? 6 : offset < 8 ? 1 : 2),
		});
		const { result, inOrder } = await read(service, { offset: 0, end: 12, pageSize: 6 });
		expect(result.isStuck).toBe(false);
		expect(inOrder).toEqual(idsBetween(30, 0, 12));
	});

	test('ends after 20,000 pages without a count', async () => {
		let requests = 0;
		await read({
			maxConcurrency: 1,
			searchPage: async (_, offset) => {
				requests++;
				const cases = [{ case_id: `c${offset}` }];
				return await Promise.resolve({ cases, casesCount: undefined, serverTime: undefined });
			},
		});
		expect(requests).toBe(20_000);
	});
});

describe('Reading the pages of a service that pages no further than 12', () => {
	test('reads as far as it pages', async () => {
		const service = serviceOf(30, { window: 12, maxConcurrency: 3 });
		const { result, ids } = await read(service);
		expect(ids).toHaveLength(10);
		expect(result).toMatchObject({ refusedFrom: 10, end: 10, count: 30, isComplete: false });
		expect(service.requests).toBeLessThanOrEqual(5);
	});

	test.each([
		[
			12,
			12,
			[
				[10, 5],
				[10, 2],
			],
		],
		[
			14,
			10,
			[
				[10, 5],
				[10, 4],
			],
		],
		[15, 10, [[10, 5]]],
		[30, 10, [[10, 5]]],
	])('requests the rest of %i cases if it is less than a page', async (size, end, last) => {
		const service = serviceOf(size, { window: 12 });
		const { result, inOrder } = await read(service);
		expect(inOrder).toEqual(idsBetween(size, 0, end));
		expect(result.refusedFrom).toBe(end < size ? 10 : undefined);
		expect(pagesOf(service)).toEqual([[0, 5], [5, 5], ...last]);
	});

	test('requests no rest if the service refuses what is beyond the last match', async () => {
		const service = serviceOf(0, {
			casesAt: ({ offset }) => scriptedCases(offset === 10 ? 10 : 13),
			refusesOffsetBeyondEnd: true,
			countShown: (_, { offset }) => (offset === 5 ? 10 : 13),
		});
		expect((await read(service)).result.refusedFrom).toBe(10);
		expect(pagesOf(service)).toEqual([
			[0, 5],
			[5, 5],
			[10, 5],
		]);
	});

	test('reads a part of the last page, with an offset', async () => {
		const service = serviceOf(30, { window: 12 });
		const { result, inOrder } = await read(service, { ...EVERYTHING, offset: 1 });
		expect(inOrder).toEqual(idsBetween(30, 1, 12));
		expect(result).toMatchObject({ refusedFrom: 12, end: 12 });
		// The refusal of two cases at position 11 says that none can be requested at 12.
		expect(pagesOf(service)).toEqual([
			[1, 5],
			[6, 5],
			[11, 5],
			[11, 2],
			[11, 1],
		]);
	});

	test('learns from each refused page how far it pages, with an offset', async () => {
		const service = serviceOf(900, { window: 612, pageCap: 50, maxConcurrency: 5 });
		const { result, ids } = await read(service, { offset: 1, end: Infinity, pageSize: 50 });
		expect(new Set(ids)).toEqual(new Set(idsBetween(900, 1, 612)));
		expect(result).toMatchObject({ refusedFrom: 612 });
		const refused = service.received.filter(({ offset, limit }) => offset + limit > 612);
		// At most one for each request in parallel, and a few to find the last position.
		expect(refused.length).toBeLessThanOrEqual(5 + 6);
	});

	test('returns nothing for an offset beyond', async () => {
		const service = serviceOf(30, { window: 12 });
		const { result, ids } = await read(service, { ...EVERYTHING, offset: 12 });
		expect(ids).toEqual([]);
		expect(result).toMatchObject({ refusedFrom: 12, isComplete: false, count: undefined });
	});

	test('takes a part of a page for complete if nothing follows', async () => {
		const service = serviceOf(11, { window: 12 });
		const { result, ids } = await read(service, { ...EVERYTHING, offset: 10 });
		expect(ids).toHaveLength(1);
		expect(result.isComplete).toBe(true);
		expect(pagesOf(service)).toEqual([
			[10, 5],
			[10, 2],
		]);
	});

	test('fails if the service refuses the first page', async () => {
		await expect(read(serviceOf(30, { window: 2 }))).rejects.toMatchObject({ httpStatus: 400 });
	});
});

describe('Reading the pages of a search without certain cases', () => {
	const plain: SearchQuery = { payload: {} };
	const ids = ['c29', 'c28'];
	const without: SearchQuery = { payload: { exclude_case_ids: ids } };
	const excluded: ExcludedIds = { ids: new Set(ids), plainQuery: plain };

	test('reads the others', async () => {
		const service = serviceOf(30);
		const { result, inOrder } = await read(service, EVERYTHING, without, excluded);
		expect(inOrder).toEqual(idsBetween(30, 2, 30));
		expect(pagesOf(service)).toEqual([0, 5, 10, 15, 20, 25].map((offset) => [offset, 5]));
		expect(result).toMatchObject({ count: 28, isComplete: false });
		expect(result).not.toHaveProperty('rejection');
	});

	test('tells that the service refuses to exclude as many', async () => {
		const service = serviceOf(30, { mostIds: 1 });
		const { result, ids: found } = await read(service, EVERYTHING, without, excluded);
		expect(result).toMatchObject({ rejection: 'refused', isComplete: false });
		expect(found).toEqual([]);
		expect(service.received.at(-1)).toMatchObject({ filters: {}, offset: 0, limit: 1 });
	});

	test('ends before a page that makes the request too long, because its position has more digits', async () => {
		const service = serviceOf(30, {
			casesAt: ({ offset }) => {
				if (offset >= 10) throw refusal(403, {});
				return scriptedCases(30);
			},
		});
		const { result, inOrder } = await read(service, EVERYTHING, without, excluded);
		expect(inOrder).toEqual(idsBetween(30, 2, 12));
		expect(result).toMatchObject({ refusedFrom: 10 });
		await expect(read(service)).rejects.toMatchObject({ httpStatus: 403 });
	});

	test('tells that the service does not exclude them', async () => {
		const service = serviceOf(4);
		const { result } = await read(service, EVERYTHING, plain, {
			ids: new Set(['c1']),
			plainQuery: plain,
		});
		expect(result).toMatchObject({ rejection: 'ignored', isComplete: false });
	});

	test('does not trust a count of one full page', async () => {
		const service = serviceOf(13, { countShown: (_, { offset }) => (offset === 0 ? 5 : 11) });
		const { ids: found } = await read(service, EVERYTHING, without, excluded);
		expect(found).toHaveLength(13);
		const trusting = await read(serviceOf(13, { countShown: () => 5 }), EVERYTHING, plain);
		expect(trusting.ids).toHaveLength(5);
	});
});
