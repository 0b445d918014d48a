// Searches of a service that refuses to exclude ids: they are cut into time ranges that fit one response.
import type { IDataObject } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { searchHistory, type SearchOutcome } from '../../../nodes/intezer/search/searchHistory.ts';
import { refusal } from '../../../nodes/intezer/http/errors.ts';
import type { CaseSearcher } from '../../../nodes/intezer/types.ts';
import {
	NOW,
	ScriptedService,
	START,
	scriptedCase,
	scriptedCases,
	type Script,
	type ScriptedCase,
	type ScriptedRequest,
} from './scriptedService.mts';

const PAGE = 5;
/** One case in each of thirty seconds. */
const THIRTY = scriptedCases(30);

const serviceOf = (script: Partial<Script> = {}) =>
	new ScriptedService({ pageCap: PAGE, mostIds: 0, casesAt: () => THIRTY, ...script });

async function search(service: ScriptedService, payload: IDataObject = {}): Promise<SearchOutcome> {
	const extent = { offset: 0, limit: Infinity, pageSize: PAGE };
	return await searchHistory(caseSearchTarget(service), { payload }, extent);
}

const idsOf = ({ entries }: SearchOutcome) => entries.map((each) => each.case_id);

/** The requests after the service has refused to exclude ids. */
function requestsAfterRefusal({ received }: ScriptedService): ScriptedRequest[] {
	const refused = received.findIndex(({ filters }) => filters.exclude_case_ids !== undefined);
	return received.slice(refused + 1);
}

/** The time ranges that are read, in seconds after START. */
function slicesOf(service: ScriptedService): Array<[number | undefined, number | undefined]> {
	const seconds = (time: unknown) => (typeof time === 'number' ? time - START : undefined);
	return requestsAfterRefusal(service)
		.filter(
			({ offset, limit, filters }) => offset === 0 && limit > 1 && 'time_range_field' in filters,
		)
		.map(({ filters }) => [seconds(filters.time_range_start), seconds(filters.time_range_end)]);
}

const isSlice = ({ limit, filters }: ScriptedRequest) =>
	limit > 1 && filters.time_range_field !== undefined;

/** Where a search for the thirty cases is cut: each slice has three of them, and the first of the next. */
const CUTS = [3, 6, 9, 12, 15, 18, 21, 24, 27];

const slicesBetween = (ends: Array<number | undefined>) =>
	ends.slice(1).map((end, index) => [ends[index], end]);

describe('A search that is cut into time ranges', () => {
	test('reads each of them once, and checks that no case is outside of them all', async () => {
		const service = serviceOf();
		expect(await search(service)).toMatchObject({ complete: true, matching: 30 });
		expect(slicesOf(service)).toEqual(slicesBetween([undefined, ...CUTS, undefined]));
		const requests = requestsAfterRefusal(service);
		expect(requests.filter(isSlice).every(({ mode }) => mode === 'and')).toBe(true);
		expect(requests.at(-2)?.filters).toEqual({});
		expect(requests.at(-1)?.filters).toEqual({
			time_range_field: 'creation_time',
			time_range_start: 1,
		});
		// One request checks why the exclusion was refused.
		expect(requests).toHaveLength(1 + CUTS.length + 1 + 2);
	});

	test.each([
		[
			'between two times',
			{ time_range_start: START + 4, time_range_end: START + 25 },
			[4, 7, 10, 13, 16, 19, 22, 25, 25],
		],
		['after a time', { time_range_start: START + 19 }, [19, 22, 25, 28, undefined]],
		['before a time', { time_range_end: START + 10 }, [undefined, 3, 6, 9, 10]],
	])('stays within the time range of a search for cases created %s', async (_, range, ends) => {
		const service = serviceOf();
		expect(await search(service, range)).toMatchObject({ complete: true });
		expect(slicesOf(service)).toEqual(slicesBetween(ends));
		const slices = requestsAfterRefusal(service).filter(isSlice);
		expect(slices.every(({ filters }) => filters['time_range_field'] === 'creation_time')).toBe(
			true,
		);
		expect(requestsAfterRefusal(service).slice(-1).every(isSlice)).toBe(true);
	});

	test('finds the cases of seconds that have more than a page each, however far they are apart', async () => {
		const seconds = [1_000, 1_000_000, 1_000_001, 500_000_000, 1_500_000_000];
		const crowded = seconds.flatMap((creation_time, index) =>
			Array.from({ length: 3 * PAGE }, (_, number) =>
				scriptedCase(100 * index + number, { creation_time }),
			),
		);
		const service = serviceOf({ casesAt: () => crowded, window: 7 * PAGE });
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: true, matching: crowded.length });
		expect(new Set(idsOf(outcome)).size).toBe(crowded.length);
	});

	test('applies the time range of the search to the time that it is for', async () => {
		const service = serviceOf();
		const range = { time_range_field: 'last_attached_alert_time', time_range_end: START + 29 };
		await search(service, range);
		const fields = requestsAfterRefusal(service).map(({ filters }) => filters.time_range_field);
		expect(new Set(fields)).toEqual(new Set(['last_attached_alert_time']));
	});

	test('reads several at once, as many as Max Concurrency allows', async () => {
		const service = serviceOf({ maxConcurrency: 4 });
		let peak = 0;
		const slicing = serviceOf({
			maxConcurrency: 4,
			casesAt: (request) => {
				if (isSlice(request)) peak = Math.max(peak, slicing.inFlight.now + 1);
				return THIRTY;
			},
		});
		expect(await search(slicing)).toEqual(await search(service));
		expect(peak).toBe(4);
	});

	test.each([
		['in milliseconds', (time: number) => time * 1_000],
		['as text', (time: number) => new Date(time * 1_000).toISOString()],
		[
			'as text without an offset',
			(time: number) => new Date(time * 1_000).toISOString().slice(0, -1),
		],
		['with fractions', (time: number) => time + 0.4],
	])('reads the times of cases %s', async (_, shown) => {
		const shows = (each: ScriptedCase) => ({
			...each,
			creation_time: shown(each.creation_time ?? 0),
		});
		const service = serviceOf({ shows });
		expect(await search(service)).toMatchObject({ complete: true, matching: 30 });
		expect(slicesOf(service)).toEqual(slicesBetween([undefined, ...CUTS, undefined]));
	});

	test.each([
		['that are no times', 'yesterday'],
		['that are missing', null],
		['of another kind', [START]],
	])('is complete with times of cases %s', async (_, creation_time) => {
		const service = serviceOf({ shows: ({ case_id }) => ({ case_id, creation_time }) });
		expect(await search(service)).toMatchObject({ complete: true, matching: 30 });
		// All times until tomorrow, in twelve parts: half a page each, if the cases were spread evenly.
		const tomorrow = Date.now() / 1_000 + 86_400;
		const [first] = slicesOf(service);
		expect(Number(first?.[1]) + START).toBeCloseTo(tomorrow / 12, -2);
		expect(slicesOf(service).every(([start = 0]) => start + START < tomorrow)).toBe(true);
	});

	test('is cut by the times that can be read, if those of some cases cannot', async () => {
		const service = serviceOf({
			shows: (each) => (each.case_id === 'c28' ? { ...each, creation_time: null } : { ...each }),
		});
		expect(await search(service)).toMatchObject({ complete: true, matching: 30 });
		expect(slicesOf(service)).toEqual(slicesBetween([undefined, ...CUTS, undefined]));
	});

	test('applies to the creation time if the search names another time but no range', async () => {
		const service = serviceOf();
		await search(service, { time_range_field: 'modification_time' });
		const slices = requestsAfterRefusal(service).filter(isSlice);
		expect(slices.map(({ filters }) => filters['time_range_field'])).toEqual(
			Array.from({ length: CUTS.length + 1 }, () => 'creation_time'),
		);
	});

	test('cuts a search that begins in the future, if the clock of n8n is behind', async () => {
		const future = Math.ceil(Date.now() / 1_000) + 30 * 86_400;
		const cases = scriptedCases(8).map((each, number) => ({
			...each,
			creation_time: future + (number < 4 ? 0 : 2),
		}));
		const service = serviceOf({ casesAt: () => cases });
		expect(await search(service, { time_range_start: future })).toMatchObject({
			complete: true,
			matching: 8,
		});
		expect(slicesOf(service)).toEqual(
			slicesBetween([...[0, 1, 2].map((second) => future - START + second), undefined]),
		);
	});

	test('is complete if all cases have one time, which is that of the search', async () => {
		const cases = scriptedCases(8, { creation_time: START });
		const service = serviceOf({ casesAt: () => cases });
		const range = { time_range_start: START, time_range_end: START };
		expect(await search(service, range)).toMatchObject({ complete: true, matching: 8 });
		expect(new Set(slicesOf(service).map(String))).toEqual(new Set(['0,0']));
	});

	test('cuts a range again in which cases were created meanwhile', async () => {
		const cases = [...THIRTY];
		const service = serviceOf({
			casesAt: (request) => {
				const isFirst = isSlice(request) && request.filters.time_range_start === undefined;
				if (isFirst && cases.length === 30) {
					for (let id = 100; id < 110; id++) {
						cases.push(scriptedCase(id, { creation_time: START - 1_000 + id }));
					}
				}
				return [...cases];
			},
		});
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: true, matching: 40 });
	});
});

describe('A time range that does not fit one response', () => {
	/** A service that has more cases as soon as time ranges are read. */
	function crowdedService(mostIds: number, crowd: ScriptedCase[]) {
		let isCrowded = false;
		return serviceOf({
			mostIds,
			casesAt: (request) => {
				if (isSlice(request)) isCrowded = true;
				return isCrowded ? [...THIRTY, ...crowd] : THIRTY;
			},
		});
	}

	const cases = (size: number, timeOf: (number: number) => number) =>
		Array.from({ length: size }, (_, number) =>
			scriptedCase(100 + number, { creation_time: START + timeOf(number) }),
		);

	const exclusionsOf = (service: ScriptedService) =>
		requestsAfterRefusal(service)
			.map(({ filters }) => filters.exclude_case_ids)
			.filter((ids) => Array.isArray(ids))
			.map((ids) => ids.length);

	test('is completed by its ids if the service accepts as many', async () => {
		const service = crowdedService(
			20,
			cases(3, () => 13),
		);
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: true, matching: 33 });
		expect(exclusionsOf(service)).toEqual([5]);
		expect(slicesOf(service).filter(([start]) => start === 12)).toHaveLength(2);
	});

	test('is cut if the service accepts fewer ids, which it is asked only once', async () => {
		const service = crowdedService(
			4,
			cases(30, (number) => number + 0.5),
		);
		expect(await search(service)).toMatchObject({ complete: true, matching: 60 });
		expect(exclusionsOf(service)).toEqual([5]);
		const pages = requestsAfterRefusal(service).filter(isSlice);
		expect(pages.every(({ offset }) => offset === 0)).toBe(true);
	});

	test('is cut if that takes as many ids as the service has refused before', async () => {
		const service = serviceOf({
			window: PAGE,
			mostIds: PAGE - 1,
			casesAt: () => scriptedCases(12),
		});
		expect(await search(service)).toMatchObject({ complete: true, matching: 12 });
		expect(exclusionsOf(service)).toEqual([]);
	});

	test('is completed by its ids if it is a single second', async () => {
		const service = crowdedService(
			6,
			cases(7, () => 13),
		);
		expect(await search(service)).toMatchObject({ complete: true, matching: 37 });
		expect(slicesOf(service).filter(([start]) => start === 13)).toEqual([
			[13, 14],
			[13, 14],
		]);
	});

	test.each([
		['completed by its ids', 'three times', 11, 3],
		['cut', 'more than three times', 12, 1],
	])('is %s if it has %s as many cases as fit a page', async (_, __, size, readings) => {
		const service = crowdedService(
			20,
			cases(size, (number) => 12 + (number + 1) / 20),
		);
		expect(await search(service)).toMatchObject({ complete: true, matching: 30 + size });
		const ofTheCrowd = slicesOf(service).filter(([start, end]) => start === 12 && end === 15);
		expect(ofTheCrowd).toHaveLength(readings);
	});
});

describe('Time ranges that contain neither their start nor their end', () => {
	/** A service of such ranges, with one case more as soon as the first of them is read: in the second of a cut. */
	function serviceWithGaps(more: Partial<Script> = {}) {
		const late = scriptedCase(99, { creation_time: START + 6 });
		let isLate = false;
		const service = serviceOf({
			casesAt: (request) => {
				isLate ||= isSlice(request);
				const { time_range_start: start, time_range_end: end } = request.filters;
				return [...THIRTY, ...(isLate ? [late] : [])].filter(
					({ creation_time }) => creation_time !== start && creation_time !== end,
				);
			},
			...more,
		});
		return { service, late };
	}

	test('are read around each cut too, so that a case of its second is not missing', async () => {
		const { service, late } = serviceWithGaps();
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: true, matching: 31 });
		expect(idsOf(outcome)).toContain(late.case_id);
		const ranges = slicesOf(service).slice(CUTS.length + 1);
		expect(ranges).toEqual(CUTS.map((cut) => [cut - 1, cut + 1]));
	});

	test('make the search incomplete if the cases around a cut cannot be read, and no more cuts are', async () => {
		const isAroundCut = ({ filters }: ScriptedRequest) =>
			Number(filters.time_range_end) - Number(filters.time_range_start) === 2;
		const { service } = serviceWithGaps({
			countShown: (count, request) => (isAroundCut(request) ? count + 1 : count),
		});
		expect(await search(service)).toMatchObject({ complete: false });
		const around = service.received.filter(isAroundCut).map(({ filters }) => filters);
		expect(new Set(around.map(({ time_range_start }) => time_range_start)).size).toBe(1);
	});
});

describe('Cases whose time changes', () => {
	const range = { time_range_field: 'modification_time', time_range_start: START };

	test('are read from the oldest time range on, one at a time, and the newest are read three times', async () => {
		let peak = 0;
		const service = serviceOf({
			maxConcurrency: 4,
			casesAt: (request) => {
				if (isSlice(request) && request.offset === 0)
					peak = Math.max(peak, service.inFlight.now + 1);
				return THIRTY;
			},
		});
		expect(await search(service, range)).toMatchObject({ complete: true, matching: 30 });
		const recent: [number, undefined] = [NOW - 1_200 - START, undefined];
		expect(slicesOf(service)).toEqual([
			...slicesBetween([0, ...CUTS, undefined]),
			recent,
			recent,
			recent,
		]);
		// Two responses say that no more match.
		const counts = requestsAfterRefusal(service).slice(-2);
		expect(counts.map(({ limit, filters }) => ({ limit, filters }))).toEqual([
			{ limit: 1, filters: range },
			{ limit: 1, filters: range },
		]);
	});

	test('are found if they move to a time range that is read later', async () => {
		const moved = { modification_time: NOW - 10 };
		const service = serviceOf({
			casesAt: (request) => {
				const isLater = isSlice(request) && request.filters.time_range_end !== undefined;
				const hasRead = Number(request.filters.time_range_start) > START;
				if (isLater && hasRead) isMoved = true;
				return THIRTY.map((each) =>
					isMoved && each.case_id === 'c20' ? { ...each, ...moved } : each,
				);
			},
		});
		let isMoved = false;
		const outcome = await search(service, range);
		expect(outcome).toMatchObject({ complete: true, matching: 30 });
		expect(idsOf(outcome)).toContain('c20');
	});

	test.each([
		[3, 3, true],
		[4, 4, true],
		[6, 6, true],
		[7, 6, false],
	])(
		'are read again until no more are counted: %i times of at most 6',
		async (needed, read, complete) => {
			let readings = 0;
			// Until then, it is in no response but those that count.
			const late = scriptedCase(99, { modification_time: NOW - 20 });
			const service = serviceOf({
				casesAt: (request) => {
					const isRecent = request.filters.time_range_start === NOW - 1_200;
					if (isRecent) readings++;
					const isCounted = request.limit === 1;
					return isCounted || readings >= needed ? [...THIRTY, late] : THIRTY;
				},
			});
			// The case is in no response but those that count, until the last reading.
			expect(readings).toBe(0);
			const outcome = await search(service, range);
			expect(outcome.complete).toBe(complete);
			expect(readings).toBe(read);
		},
	);

	test('are not read again if the search ends before the last twenty minutes', async () => {
		const service = serviceOf();
		const early = { ...range, time_range_end: NOW - 1_201 };
		expect(await search(service, early)).toMatchObject({ complete: true, matching: 30 });
		expect(slicesOf(service)).toEqual(slicesBetween([0, ...CUTS, NOW - 1_201 - START]));
	});

	test('are missing if those of the last twenty minutes change while they are read', async () => {
		let edits = 0;
		const crowd = () =>
			Array.from({ length: 8 }, (_, number) =>
				scriptedCase(100 + number, { modification_time: NOW - 60, case_priority: String(edits++) }),
			);
		const service = serviceOf({
			casesAt: ({ filters }) =>
				Number(filters['time_range_start']) >= NOW - 1_200 ? [...THIRTY, ...crowd()] : THIRTY,
		});
		expect(await search(service, range)).toMatchObject({ complete: false });
	});

	test('are missing if more are counted in a search that ends before the last twenty minutes', async () => {
		const service = serviceOf({
			countShown: (count, { limit, filters }) =>
				limit === 1 && filters.time_range_start === START ? count + 1 : count,
		});
		const early = { ...range, time_range_end: NOW - 1_201 };
		expect(await search(service, early)).toMatchObject({ complete: false });
	});

	test('are read again by the clock of n8n if the service does not tell its time', async () => {
		const service = serviceOf({ hidesItsTime: true });
		const before = Math.floor(Date.now() / 1_000) - 1_200;
		expect(await search(service, range)).toMatchObject({ complete: true });
		const [start] = slicesOf(service).at(-1) ?? [];
		expect(Number(start) + START).toBeGreaterThanOrEqual(before);
		expect(Number(start) + START).toBeLessThanOrEqual(Date.now() / 1_000 - 1_200);
	});
});

describe('A search that needs ever more time ranges', () => {
	test('is read again as a whole after 100 requests, and 6 for each page', async () => {
		const service = serviceOf({
			countShown: (count, { filters }) => {
				const { time_range_start: start = 0, time_range_end: end = NOW } = filters;
				const isLong = Number(end) - Number(start) > 3;
				return filters.time_range_field !== undefined && isLong ? count + 100 : count;
			},
		});
		expect(await search(service)).toMatchObject({ complete: true, matching: 30 });
		expect(slicesOf(service)).toHaveLength(100 + 6 * 6);
	});

	test('ends after it has read a hundred times as many cases as there were at first', async () => {
		let requests = 0;
		const service: CaseSearcher = {
			maxConcurrency: 1,
			searchPage: async ({ payload }) => {
				requests++;
				if (requests > 10_000) throw refusal(500, {});
				if (payload.exclude_case_ids !== undefined) throw refusal(413, {});
				const { time_range_start: start = 0, time_range_end: end = NOW } = payload;
				const casesCount = Number(end) - Number(start) > 1 ? 2 : 1;
				const cases = [{ case_id: String(requests), creation_time: Number(start) }];
				return await Promise.resolve({ cases, casesCount, serverTime: NOW });
			},
		};
		const extent = { offset: 0, limit: Infinity, pageSize: PAGE };
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
		expect(outcome.complete).toBe(false);
		const known = 2;
		expect(requests).toBeGreaterThan(100 + 6 * 100 * known);
		expect(requests).toBeLessThan(100 + 6 * 100 * known + 100);
	});
});

describe('A second with more cases than fit a page', () => {
	const crowd = scriptedCases(8, { creation_time: START, modification_time: START });
	const everyTime = { time_range_start: START - 2, time_range_end: NOW };

	test.each(['creation_time', 'modification_time'])(
		'is read until it is stable, in a range of %s',
		async (time_range_field) => {
			const service = serviceOf({ casesAt: () => crowd });
			const outcome = await search(service, { ...everyTime, time_range_field });
			expect(outcome).toMatchObject({ complete: true, matching: 8 });
			const whole = requestsAfterRefusal(service).filter(
				({ offset, limit, filters }) =>
					offset === 0 &&
					limit > 1 &&
					filters['time_range_start'] === START - 2 &&
					filters['time_range_end'] === NOW,
			);
			expect(whole).toEqual([]);
		},
	);

	test('makes the search incomplete if it is not stable, without reading anything else', async () => {
		let edits = 0;
		const service = serviceOf({
			casesAt: () => crowd.map((each) => ({ ...each, case_priority: String(edits++) })),
		});
		const range = { ...everyTime, time_range_field: 'modification_time' };
		expect(await search(service, range)).toMatchObject({ complete: false });
		const last = service.received.at(-1)?.filters;
		expect(Number(last?.['time_range_end'])).toBeLessThanOrEqual(START + 1);
	});
});
