// Searches with an offset, of a service that does not exclude ids: only reading again can show that one is complete.
import { describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { searchHistory, type SearchOutcome } from '../../../nodes/intezer/search/searchHistory.ts';
import {
	NOW,
	ScriptedService,
	scriptedCase,
	scriptedCases,
	type Script,
	type ScriptedCase,
} from './scriptedService.mts';

const OFFSET = 1;
const PAGE = 5;

/** Cases of one second, in the order given; the search skips the first. */
const casesOf = (...numbers: number[]) =>
	[0, ...numbers].map((number) => scriptedCase(number, { creation_time: NOW }));

const TWELVE = casesOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

const edited = (history: readonly ScriptedCase[], id: string, case_priority: string) =>
	history.map((each) => (each.case_id === id ? { ...each, case_priority } : each));

/**
 * A service that has twelve cases at first. They change whenever they are read again: as in each of these histories in
 * turn, and then as in the last one. `readings` counts how often they are read again.
 */
function serviceOf(histories: ReadonlyArray<readonly ScriptedCase[]>, more: Partial<Script> = {}) {
	let firstPages = 0;
	const service = new ScriptedService({
		pageCap: PAGE,
		mostIds: 0,
		casesAt: ({ offset, limit, filters }) => {
			const isFirst = offset === OFFSET && limit > 1 && filters.exclude_case_ids === undefined;
			if (isFirst) firstPages++;
			const next = histories[firstPages - 2] ?? histories.at(-1);
			return firstPages === 1 ? TWELVE : (next ?? []);
		},
		...more,
	});
	return { service, readings: () => firstPages - 1 };
}

async function search(service: ScriptedService, offset = OFFSET): Promise<SearchOutcome> {
	const extent = { offset, limit: Infinity, pageSize: PAGE };
	return await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
}

const idsOf = ({ entries }: SearchOutcome) => entries.map((each) => each.case_id);

/** How often each of some histories is read, in turn. */
const alternating = <T,>(times: number, ...histories: T[]) =>
	Array.from({ length: times }, () => histories).flat();

describe('A search that is read again until it is stable', () => {
	test('is complete once two readings contain the same cases, and none follow', async () => {
		const { service, readings } = serviceOf([TWELVE]);
		const outcome = await search(service);
		expect(idsOf(outcome)).toEqual(TWELVE.slice(OFFSET).map(({ case_id }) => case_id));
		expect(outcome).toMatchObject({ complete: true, matching: 12, isAtLeast: false });
		expect(readings()).toBe(2);
		const atEnd = service.received.filter(({ offset }) => offset === OFFSET + 12);
		expect(atEnd).toHaveLength(2);
	});

	test('is complete if one response has room for more than all that match', async () => {
		const { service, readings } = serviceOf([casesOf(1, 2, 3)]);
		expect(await search(service)).toMatchObject({ complete: true });
		expect(readings()).toBe(1);
	});

	test('is complete if the service returns no counts', async () => {
		const { service, readings } = serviceOf([TWELVE], { countShown: () => undefined });
		const outcome = await search(service);
		expect(idsOf(outcome)).toEqual(TWELVE.slice(OFFSET).map(({ case_id }) => case_id));
		expect(outcome.complete).toBe(true);
		expect(readings()).toBe(2);
	});

	test('is complete if the service refuses an offset beyond the last match', async () => {
		const { service, readings } = serviceOf([TWELVE], { refusesOffsetBeyondEnd: true });
		expect(await search(service)).toMatchObject({ complete: true, matching: 12 });
		expect(readings()).toBe(2);
	});

	test('is complete if the service pages to the last match, but not to the end of a whole page', async () => {
		const service = new ScriptedService({
			pageCap: PAGE,
			mostIds: 0,
			window: 14,
			casesAt: () => TWELVE,
		});
		const outcome = await search(service, 0);
		expect(idsOf(outcome)).toEqual(TWELVE.map(({ case_id }) => case_id));
		expect(outcome).toMatchObject({ complete: true, matching: 13 });
	});

	test('is complete after a case was edited, once a third reading shows no more edits', async () => {
		const { service, readings } = serviceOf([TWELVE, edited(TWELVE, 'c3', 'escalated')]);
		expect(await search(service)).toMatchObject({ complete: true });
		expect(readings()).toBe(3);
	});

	test('is complete after a case was created', async () => {
		const { service, readings } = serviceOf([TWELVE, [...TWELVE, scriptedCase(13)]]);
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: true, matching: 13 });
		expect(idsOf(outcome)).toContain('c13');
		expect(readings()).toBe(3);
	});

	test('combines readings that show cases of one second in another order', async () => {
		const inTurn = casesOf(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2);
		const others = casesOf(6, 7, 8, 9, 10, 11, 12, 6, 7, 8, 9, 10);
		const { service, readings } = serviceOf([inTurn, others, inTurn, others]);
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: true, matching: 12 });
		expect(new Set(idsOf(outcome)).size).toBe(12);
		expect(readings()).toBe(4);
	});

	test('does not combine a reading with one from before an edit', async () => {
		const inTurn = casesOf(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2);
		const others = casesOf(6, 7, 8, 9, 10, 11, 12, 1, 6, 7, 8, 9);
		const afterEdit = edited(others, 'c1', 'escalated');
		const all = edited(TWELVE, 'c1', 'escalated');
		const { service, readings } = serviceOf([inTurn, afterEdit, all, all]);
		expect(await search(service)).toMatchObject({ complete: true });
		// The second reading alone is not all, so the third completes it, and a fourth confirms both.
		expect(readings()).toBe(4);
	});

	test('does not combine readings between which a case was deleted', async () => {
		const inTurn = casesOf(1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2);
		const others = casesOf(6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10);
		const { service, readings } = serviceOf([inTurn, others, TWELVE.slice(0, -1)]);
		expect(await search(service)).toMatchObject({ complete: true });
		expect(readings()).toBe(4);
	});

	test('does not combine readings that contain more cases than match', async () => {
		const some = casesOf(1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4);
		const others = casesOf(5, 6, 7, 8, 9, 10, 11, 12, 13, 5, 6, 7);
		const { service, readings } = serviceOf(alternating(10, some, others));
		expect(await search(service)).toMatchObject({ complete: false });
		expect(readings()).toBe(16);
	});

	test('does not take as many other cases for the same cases', async () => {
		const one = casesOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
		const other = casesOf(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13);
		const { service, readings } = serviceOf(alternating(10, one, other));
		const outcome = await search(service);
		expect(outcome.complete).toBe(false);
		expect(idsOf(outcome)).toEqual(expect.arrayContaining(['c12', 'c13']));
		expect(readings()).toBe(16);
	});
});

describe('A search that is read again and never stable ends', () => {
	test('after four edits', async () => {
		const urgent = edited(TWELVE, 'c3', 'escalated');
		const { service, readings } = serviceOf(alternating(10, TWELVE, urgent));
		expect(await search(service)).toMatchObject({ complete: false, matching: 12 });
		expect(readings()).toBe(5);
	});

	test('after four readings whose responses do not agree how many cases match', async () => {
		const { service, readings } = serviceOf([TWELVE], {
			countShown: (count, { offset }) => (offset > 5 ? count + 1 : count),
		});
		expect(await search(service)).toMatchObject({ complete: false });
		expect(readings()).toBe(4);
	});

	test('after a reading of all that the service pages to, if it contains nothing new', async () => {
		const { service, readings } = serviceOf([TWELVE], { window: 9 });
		const outcome = await search(service);
		expect(outcome).toMatchObject({ complete: false, matching: 12 });
		expect(outcome.entries).toHaveLength(8);
		expect(readings()).toBe(1);
	});

	test('only after a reading without new cases, if the service pages no further', async () => {
		const reversed = casesOf(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
		const { service, readings } = serviceOf([reversed, TWELVE], { window: 9 });
		const outcome = await search(service);
		expect(outcome.complete).toBe(false);
		expect(outcome.entries).toHaveLength(12);
		expect(readings()).toBe(3);
	});

	test('if more cases follow than the service counts', async () => {
		const { service, readings } = serviceOf([TWELVE], {
			countShown: (count) => Math.min(count, 11),
		});
		expect(await search(service)).toMatchObject({ complete: false, matching: 10 });
		expect(readings()).toBe(2);
	});

	test('if the service neither counts nor pages to the last match', async () => {
		const { service } = serviceOf([TWELVE], {
			countShown: (count) => Math.min(count, 11),
			window: 11,
		});
		const outcome = await search(service);
		expect(outcome.complete).toBe(false);
		expect(outcome.entries).toHaveLength(10);
	});

	test('if the service neither counts nor pages to the last match, and cuts the last page', async () => {
		const service = new ScriptedService({
			pageCap: ({ offset }) => Math.min(1_000, 10_000 - offset),
			mostIds: 0,
			casesAt: ({ offset }) => {
				if (offset >= 10_000) throw refusal(400, {});
				return scriptedCases(10_001, { creation_time: NOW });
			},
			countShown: (count) => Math.min(count, 10_000),
		});
		const extent = { offset: 0, limit: Infinity, pageSize: 1_000 };
		const outcome = await searchHistory(caseSearchTarget(service), { payload: {} }, extent);
		expect(outcome.complete).toBe(false);
		expect(outcome.entries).toHaveLength(10_000);
	});

	test('if the second of two responses contains one more case', async () => {
		let checks = 0;
		const { service } = serviceOf([TWELVE], {
			casesAt: ({ offset, limit }) => {
				const isCheck = offset === OFFSET + 12 && limit === 1;
				// Without a count, an empty page is requested again at once.
				return isCheck && ++checks > 2 ? [...TWELVE, scriptedCase(99)] : TWELVE;
			},
			countShown: () => undefined,
		});
		expect(await search(service)).toMatchObject({ complete: false });
	});
});
