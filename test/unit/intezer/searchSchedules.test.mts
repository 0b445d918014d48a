// Schedules that once made a search silently lose a case, or fail needlessly. If a single case matters, it is case 99.
import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { searchHistory, type SearchOutcome } from '../../../nodes/intezer/search/searchHistory.ts';
import type { SearchQuery } from '../../../nodes/intezer/types.ts';
import {
	NOW,
	ScriptedService,
	START,
	scriptedCase,
	scriptedCases,
	idsBetween,
	type ScriptedCase,
} from './scriptedService.mts';

const everything = { offset: 0, limit: Infinity, pageSize: 100 };
const newOrEscalated: SearchQuery = {
	payload: { case_statuses: ['new'], priorities: ['escalated'] },
	search_mode: 'or',
};
const escalated = { case_status: 'closed', case_priority: 'escalated' };

const idsOf = ({ entries }: SearchOutcome) => entries.map((each) => each.case_id as string);

function expectFoundOrReported(outcome: SearchOutcome, id: string): void {
	if (outcome.complete) expect(idsOf(outcome)).toContain(id);
}

describe('If two copies of the data respond in turn', () => {
	test('a case that moved within the time range of the search is found or reported as missing', async () => {
		const others = Array.from({ length: 40 }, (_, number) =>
			scriptedCase(number, { modification_time: START + number * 1000 }),
		);
		const behind = [...others, scriptedCase(99, { modification_time: START + 2500 })];
		const current = [...others, scriptedCase(99, { modification_time: NOW - 60 })];
		const service = new ScriptedService({
			pageCap: 5,
			mostIds: 1,
			casesAt: ({ filters, offset }) => {
				const { time_range_start: start, time_range_end: end } = filters;
				if (typeof end === 'number' && end < NOW - 60) return current;
				if (typeof start === 'number' && start > START + 2500) return behind;
				return offset < 5 ? behind : current;
			},
		});
		const query: SearchQuery = {
			payload: { time_range_field: 'modification_time', time_range_start: START - 1 },
			sort_by: 'modification_time',
		};
		expectFoundOrReported(await searchHistory(caseSearchTarget(service), query, everything), 'c99');
	});

	test('a case that moved is found or reported as missing, if one that was deleted makes up the number', async () => {
		const others = Array.from({ length: 40 }, (_, number) =>
			scriptedCase(number, { modification_time: START + number * 1000 }),
		);
		const moved = scriptedCase(99, { modification_time: NOW - 60 });
		const behind = [
			...others,
			{ ...moved, modification_time: START + 2500 },
			scriptedCase(98, { modification_time: NOW - 100 }),
		];
		const current = [...others, moved];
		let hasReadTheEnd = false;
		const service = new ScriptedService({
			pageCap: 5,
			mostIds: 1,
			casesAt: ({ filters: { time_range_start: start, time_range_end: end }, offset }) => {
				const isBehind = !hasReadTheEnd && end === undefined && offset < 5;
				hasReadTheEnd ||= end === undefined && Number(start) > START + 2500;
				return isBehind ? behind : current;
			},
		});
		const query: SearchQuery = {
			payload: { time_range_field: 'modification_time', time_range_start: START - 1 },
			sort_by: 'modification_time',
		};
		expectFoundOrReported(await searchHistory(caseSearchTarget(service), query, everything), 'c99');
	});

	test('a case that switched from one filter to another is found or reported as missing', async () => {
		const others = scriptedCases(8).map((each, number) =>
			number % 2 === 0 ? each : { ...each, ...escalated },
		);
		const before = scriptedCase(99, { creation_time: START - 1, modification_time: START - 1 });
		const behind = [...others, before];
		const current = [...others, { ...before, ...escalated, modification_time: NOW - 5 }];
		const service = new ScriptedService({
			pageCap: 3,
			casesAt: ({ filters, mode, offset }) => {
				if (filters['time_range_field'] === 'modification_time') return behind;
				if (mode === 'and') return filters['case_statuses'] === undefined ? behind : current;
				return offset < 3 ? behind : current;
			},
		});
		const query: SearchQuery = { ...newOrEscalated, sort_by: 'modification_time' };
		expectFoundOrReported(await searchHistory(caseSearchTarget(service), query, everything), 'c99');
	});

	test('a case that slipped past the pages of one second is found or reported as missing', async () => {
		const behind = scriptedCases(11, { creation_time: NOW });
		const current = behind.filter(({ case_id }) => case_id !== 'c2');
		const service = new ScriptedService({
			pageCap: 5,
			mostIds: 0,
			casesAt: ({ offset }) => (offset === 0 ? behind : current),
		});
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, everything);
		for (const { case_id } of current) expectFoundOrReported(outcome, case_id);
	});
});

describe('With Any Filter Matches', () => {
	test('a case that switches twice is found or reported as missing, if responses do not show it', async () => {
		const cases = scriptedCases(10).map((each, number) =>
			number < 5 ? { ...each, ...escalated } : each,
		);
		const switching = scriptedCase(99, { creation_time: START + 1.5, modification_time: NOW - 60 });
		const service = new ScriptedService({
			pageCap: 4,
			shows: ({ case_id }) => ({ case_id }),
			casesAt: ({ nth, filters, mode }) => {
				// The first case is deleted, so that this one slips onto a page that was read.
				if (nth === 3) cases.pop();
				if (nth === 4) Object.assign(switching, escalated);
				if (mode === 'and' && filters['priorities'] !== undefined) {
					Object.assign(switching, { case_status: 'new', case_priority: 'low' });
				}
				return [...cases, switching];
			},
		});
		expectFoundOrReported(
			await searchHistory(caseSearchTarget(service), newOrEscalated, everything),
			'c99',
		);
	});

	test('all cases are found and proved while nothing changes, if many changed shortly before', async () => {
		const cases = scriptedCases(12, { modification_time: NOW - 60 }).map((each, number) =>
			number < 6 ? each : { ...each, ...escalated },
		);
		const service = new ScriptedService({ pageCap: 5, mostIds: 4, casesAt: () => cases });
		const outcome = await searchHistory(caseSearchTarget(service), newOrEscalated, everything);
		expect(new Set(idsOf(outcome))).toEqual(new Set(idsBetween(12, 0, 12)));
		expect(outcome.complete).toBe(true);
	});

	test('all cases are found although nothing can be proved, if the service pages to some of them', async () => {
		const cases = scriptedCases(12).map((each, number) =>
			number < 6 ? each : { ...each, ...escalated, modification_time: NOW - 60 },
		);
		const service = new ScriptedService({
			pageCap: 5,
			window: 7,
			casesAt: () => cases,
			shows: ({ case_id, creation_time }) => ({ case_id, creation_time }),
		});
		const outcome = await searchHistory(caseSearchTarget(service), newOrEscalated, {
			...everything,
			pageSize: 5,
		});
		expect(new Set(idsOf(outcome))).toEqual(new Set(idsBetween(12, 0, 12)));
		expect(outcome.complete).toBe(false);
	});

	test('what a time range means is not learned from two pages that contain the same case', async () => {
		const cases: ScriptedCase[] = [
			...[101, 102, 103].map((number) => scriptedCase(number)),
			...scriptedCases(3, { case_status: 'closed' }),
		];
		const service = new ScriptedService({
			pageCap: 1,
			timeRangeIsAlternative: true,
			casesAt: ({ nth, filters, offset }) => {
				if (nth === 5) cases.splice(1, 1);
				if (filters['time_range_start'] === 1 && offset === 1) {
					cases.push(scriptedCase(200, { creation_time: NOW, case_status: 'closed' }));
				}
				return [...cases];
			},
		});
		const query: SearchQuery = {
			payload: {
				case_statuses: ['new'],
				time_range_field: 'creation_time',
				time_range_end: START + 50,
			},
			search_mode: 'or',
		};
		const outcome = await searchHistory(caseSearchTarget(service), query, everything);
		for (const id of ['c0', 'c1', 'c2']) expectFoundOrReported(outcome, id);
	});

	test('and a single filter, a search for the first cases returns none that does not match', async () => {
		const closed = scriptedCases(6).map((_, number) =>
			scriptedCase(200 + number, { case_status: 'closed' }),
		);
		const cases = [...scriptedCases(6), ...closed];
		const service = new ScriptedService({
			pageCap: 3,
			casesAt: ({ nth }) => {
				if (nth === 2) cases.push(scriptedCase(99));
				return [...cases];
			},
		});
		const query: SearchQuery = { payload: { case_statuses: ['new'] }, search_mode: 'or' };
		const outcome = await searchHistory(caseSearchTarget(service), query, {
			...everything,
			limit: 50,
		});
		expect(outcome.entries.filter((each) => each['case_status'] !== 'new')).toEqual([]);
	});
});

describe('A search for the first cases', () => {
	test('finds or reports a case that slips onto a page that was read, if fewer match', async () => {
		const cases = scriptedCases(9);
		const service = new ScriptedService({
			pageCap: 3,
			casesAt: ({ nth }) => {
				if (nth === 2) cases.pop();
				return [...cases];
			},
		});
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			{ ...everything, limit: 50 },
		);
		for (const { case_id } of cases) expectFoundOrReported(outcome, case_id);
	});

	test('says that more match, if one of as many as the limit was deleted meanwhile', async () => {
		const behind = scriptedCases(6);
		const current = behind.filter(({ case_id }) => case_id !== 'c5');
		const service = new ScriptedService({
			pageCap: 3,
			casesAt: ({ offset }) => (offset === 0 ? behind : current),
		});
		const extent = { ...everything, limit: 5 };
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
		expect(idsOf(outcome)).toEqual(['c5', 'c4', 'c3', 'c1', 'c0']);
		expect(outcome).toMatchObject({ matching: 6, isAtLeast: true });
	});

	test('sends one more request if exactly as many match, and none if they came with one response', async () => {
		const service = new ScriptedService({ pageCap: 3, casesAt: () => scriptedCases(5) });
		const target = caseSearchTarget(service);
		const two = await searchHistory(target, { payload: {} }, { ...everything, limit: 5 });
		expect(two).toMatchObject({ matching: 5, isAtLeast: false, complete: true });
		expect(service.requests).toBe(3);
		const newest: SearchQuery = { payload: { case_ids: ['c4'] } };
		const one = await searchHistory(target, newest, { ...everything, limit: 1 });
		expect(one).toMatchObject({ matching: 1, isAtLeast: false, complete: true });
		expect(service.requests).toBe(4);
	});
});

describe('A search that is cut into slices of time', () => {
	test('reports cases as missing that have no creation time', async () => {
		const cases = [
			...scriptedCases(30),
			...[98, 99].map((number) => scriptedCase(number, { creation_time: undefined })),
		];
		const service = new ScriptedService({
			pageCap: 5,
			mostIds: 0,
			window: 10,
			casesAt: () => cases,
		});
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			{ ...everything, pageSize: 5 },
		);
		for (const id of ['c98', 'c99']) expectFoundOrReported(outcome, id);
	});
});

describe('A search of a service that refuses as much as it may', () => {
	test('is complete with an offset, if offsets beyond the end are refused', async () => {
		const service = new ScriptedService({
			pageCap: 5,
			refusesOffsetBeyondEnd: true,
			casesAt: () => scriptedCases(12),
		});
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			{ ...everything, offset: 2 },
		);
		expect(outcome.entries).toHaveLength(10);
		expect(outcome.complete).toBe(true);
	});

	test('reads no page more than three times, if one second has more cases than the service pages to', async () => {
		let readings = 0;
		const service = new ScriptedService({
			pageCap: 10,
			mostIds: 0,
			window: 100,
			casesAt: ({ offset }) => {
				if (offset === 90) readings++;
				return scriptedCases(250, { creation_time: NOW });
			},
		});
		const outcome = await searchHistory(
			caseSearchTarget(service),
			{ payload: {} },
			{ ...everything, pageSize: 10 },
		);
		expect(outcome.complete).toBe(false);
		expect(readings).toBeLessThanOrEqual(3);
	});
});
