// Searches that are cut into time ranges, of a service that may not know when some cases were created: no time range
// contains these, so whether there are any is checked. If there may be, all is read again.
import type { IDataObject } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { searchHistory } from '../../../nodes/intezer/search/searchHistory.ts';
import type { SearchTarget } from '../../../nodes/intezer/search/searchTarget.ts';
import {
	ScriptedService,
	START,
	scriptedCase,
	scriptedCases,
	type Script,
	type ScriptedCase,
	type ScriptedRequest,
} from './scriptedService.mts';

const PAGE = 100;
const MANY = scriptedCases(150);
/** Fewer than would have to be excluded. */
const MOST_IDS = 90;
const CAPPED = 10_000;

const withoutTime = (size: number) =>
	Array.from({ length: size }, (_, number) =>
		scriptedCase(1_000 + number, { creation_time: undefined }),
	);

const serviceOf = (cases: readonly ScriptedCase[], script: Partial<Script> = {}) =>
	new ScriptedService({ pageCap: PAGE, mostIds: MOST_IDS, casesAt: () => cases, ...script });

/** A request that only counts, after the time ranges were read. */
const isCheck = ({ limit, nth }: ScriptedRequest) => limit === 1 && nth > 4;
const hasRange = ({ filters }: ScriptedRequest) => filters.time_range_field !== undefined;

async function search(
	service: ScriptedService,
	payload: IDataObject = {},
	target: SearchTarget = caseSearchTarget(service),
) {
	const extent = { offset: 0, limit: Infinity, pageSize: PAGE };
	const outcome = await searchHistory(target, { payload }, extent);
	const { received } = service;
	const wholeReadings = received.filter(
		(request) =>
			request.limit > 1 &&
			request.offset === 0 &&
			!hasRange(request) &&
			request.filters.exclude_case_ids === undefined,
	);
	const checks = received.filter(isCheck);
	return { ...outcome, isReadAgain: wholeReadings.length > 1, checks };
}

describe('Whether a case has no creation time', () => {
	test('is shown by two counts, one of them with a time range', async () => {
		const { checks, isReadAgain, complete } = await search(serviceOf(MANY), {
			case_statuses: ['new'],
		});
		expect(checks.map(({ filters }) => filters)).toEqual([
			{ case_statuses: ['new'] },
			{ case_statuses: ['new'], time_range_field: 'creation_time', time_range_start: 1 },
		]);
		expect({ isReadAgain, complete }).toEqual({ isReadAgain: false, complete: true });
	});

	test('makes the search read all again', async () => {
		const { isReadAgain, complete, matching } = await search(
			serviceOf([...MANY, ...withoutTime(2)]),
		);
		expect({ isReadAgain, complete, matching }).toEqual({
			isReadAgain: true,
			complete: true,
			matching: 152,
		});
	});

	test.each([
		[2, false],
		[3, true],
	])(
		'is checked again if cases are created between two counts, %i times',
		async (times, expected) => {
			let counted = 0;
			const service = serviceOf(MANY, {
				countShown: (count, request) => {
					const isWrong = isCheck(request) && hasRange(request) && ++counted <= times;
					return isWrong ? count + 1 : count;
				},
			});
			const { isReadAgain, complete } = await search(service);
			expect({ isReadAgain, complete }).toEqual({ isReadAgain: expected, complete: true });
			expect(counted).toBe(3);
		},
	);

	test('is not asked if no case matches any more', async () => {
		const service = serviceOf(MANY, { casesAt: (request) => (isCheck(request) ? [] : MANY) });
		const { checks, isReadAgain } = await search(service);
		expect(isReadAgain).toBe(false);
		expect(checks.every((request) => !hasRange(request))).toBe(true);
	});

	test('is not known without a count', async () => {
		const service = serviceOf(MANY, {
			countShown: (count, request) => (isCheck(request) ? undefined : count),
		});
		expect(await search(service)).toMatchObject({ isReadAgain: true });
	});
});

describe('Whether a case has no creation time, if the service counts no further', () => {
	/** Counts of all cases end there. */
	const capped = {
		countShown: (count: number, request: ScriptedRequest) =>
			isCheck(request) && request.filters['case_ids'] === undefined ? CAPPED : count,
	};

	test('is not asked if every known case was in one of the time ranges', async () => {
		const { checks, isReadAgain, complete } = await search(serviceOf(MANY, capped));
		expect({ isReadAgain, complete }).toEqual({ isReadAgain: false, complete: true });
		expect(checks).toHaveLength(1);
	});

	test('is asked for the cases that were in none', async () => {
		const { checks, isReadAgain } = await search(serviceOf([...MANY, ...withoutTime(2)], capped), {
			case_statuses: ['new'],
		});
		expect(isReadAgain).toBe(true);
		expect(checks[0]?.filters).toEqual({ case_statuses: ['new'], case_ids: ['c1000', 'c1001'] });
	});

	test('is asked for a hundred of them at once, and not for those that match no more', async () => {
		const service = serviceOf(MANY, {
			...capped,
			casesAt: (request) =>
				isCheck(request) || hasRange(request) ? MANY : [...MANY, ...withoutTime(230)],
			mostIds: 100,
		});
		const { checks, isReadAgain, complete } = await search(service);
		expect({ isReadAgain, complete }).toEqual({ isReadAgain: false, complete: true });
		const ids = checks
			.map(({ filters }) => filters['case_ids'])
			.filter((each) => Array.isArray(each));
		expect(ids.map((each) => each.length)).toEqual([100, 100, 30]);
		expect(new Set(ids.flat()).size).toBe(230);
	});

	test('is not known if the service refuses to search for ids', async () => {
		const service = serviceOf([...MANY, ...withoutTime(2)], { ...capped, mostIds: 1 });
		expect(await search(service)).toMatchObject({ isReadAgain: true });
	});

	test('is not known if a known case that was in none has no id', async () => {
		const [nameless] = withoutTime(1);
		const service = serviceOf([...MANY, ...withoutTime(1)], {
			...capped,
			shows: (each) => (each.case_id === nameless?.case_id ? { nameless: true } : { ...each }),
		});
		expect(await search(service)).toMatchObject({ isReadAgain: true });
	});

	test.each([
		[0, false],
		[1, true],
	])('is assumed of entries that cannot be searched for by id: of %i', async (size, expected) => {
		const service = serviceOf([...MANY, ...withoutTime(size)], capped);
		const target = caseSearchTarget(service);
		const { ids: _, ...fields } = target.fields;
		expect(await search(service, {}, { ...target, fields })).toMatchObject({
			isReadAgain: expected,
		});
	});
});

describe('A search with a time range, one of whose cases is in none of the shorter ranges', () => {
	const deleted = 'c50';
	const createdSince = { time_range_field: 'creation_time', time_range_start: START };
	const isSlice = ({ limit, filters }: ScriptedRequest) =>
		limit > 1 && (filters.time_range_start !== START || filters.time_range_end !== undefined);

	/** Searches while a case is deleted, or is only missing in the shorter ranges. */
	async function searchWithin(
		range: IDataObject,
		isMissing: (request: ScriptedRequest, isCut: boolean) => boolean,
		hasIds = true,
	) {
		let isCut = false;
		const service = serviceOf(MANY, {
			casesAt: (request) => {
				isCut ||= isSlice(request);
				const all = [...MANY];
				return isMissing(request, isCut) ? all.filter((each) => each.case_id !== deleted) : all;
			},
		});
		const target = caseSearchTarget(service);
		const { ids: _, ...fields } = target.fields;
		const outcome = await search(service, range, hasIds ? target : { ...target, fields });
		const cut = service.received.findIndex(isSlice);
		const afterwards = service.received.slice(cut);
		const isReadAgain = afterwards.some(
			(request) =>
				request.limit > 1 && !isSlice(request) && !('exclude_case_ids' in request.filters),
		);
		const askedFor = afterwards.map(({ filters }) => filters['case_ids']).filter(Boolean);
		return { complete: outcome.complete, isReadAgain, askedFor };
	}

	test('is read again if that case still matches', async () => {
		const outcome = await searchWithin(createdSince, isSlice);
		expect(outcome).toEqual({ complete: true, isReadAgain: true, askedFor: [[deleted]] });
	});

	test('is not read again if that case was deleted', async () => {
		const outcome = await searchWithin(createdSince, (_, isCut) => isCut);
		expect(outcome).toEqual({ complete: true, isReadAgain: false, askedFor: [[deleted]] });
	});

	test.each([
		['entries cannot be searched for by id', 'creation_time', false],
		['the range is for a time that changes', 'modification_time', true],
	])('does not ask for it if %s', async (_, time_range_field, hasIds) => {
		const range = { ...createdSince, time_range_field };
		const outcome = await searchWithin(range, (__, isCut) => isCut, hasIds);
		expect(outcome).toEqual({ complete: true, isReadAgain: false, askedFor: [] });
	});
});
