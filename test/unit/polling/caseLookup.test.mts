import { beforeEach, describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import type { SearchPage } from '../../../nodes/intezer/types.ts';
import { CaseLookup } from '../../../nodes/IntezerCases/polling/caseLookup.ts';
import { Scenario } from './scenario.mts';

const CLOSED = { case_statuses: ['closed'] };

let scenario: Scenario;
/** How many ids each request had. */
let asked: number[];

beforeEach(() => {
	scenario = new Scenario();
	asked = [];
	scenario.beforeAnswer = ({ payload: { case_ids: list } }) => {
		asked.push(Array.isArray(list) ? list.length : 0);
	};
});

/** Adds cases, every second of them closed, and returns all as received. */
function addCases(count: number) {
	const ids = Array.from({ length: count }, (_, index) =>
		scenario.add(`case-${index}`, { case_status: index % 2 === 0 ? 'closed' : 'new' }),
	);
	return ids.map((case_id) => ({ case_id }));
}

const closedOf = (count: number) =>
	Array.from({ length: Math.ceil(count / 2) }, (_, index) => `case-${2 * index}`).sort();

/** Refuses more ids than this, as some services do, with a status that says nothing about it. */
function refuseMoreThan(most: number, status = 403): void {
	const record = scenario.beforeAnswer;
	scenario.beforeAnswer = (query, offset) => {
		record(query, offset);
		const { case_ids: list } = query.payload;
		if (Array.isArray(list) && list.length > most) throw refusal(status, { error: 'no' });
	};
}

describe('The service is asked which cases match', () => {
	test('a hundred at a time, and returns them as it has them now', async () => {
		const lookup = new CaseLookup(scenario);
		const matching = await lookup.fetchMatching(CLOSED, addCases(250));
		expect([...matching.keys()].sort()).toEqual(closedOf(250));
		expect(matching.get('case-0')).toMatchObject({ case_id: 'case-0', case_status: 'closed' });
		expect(asked).toEqual([100, 100, 50]);
		expect(lookup.maxIds).toBeUndefined();
	});

	test('with the filters and the ids alone', async () => {
		const queries: unknown[] = [];
		scenario.beforeAnswer = (query, offset) => queries.push([query, offset]);
		await new CaseLookup(scenario).fetchMatching(CLOSED, addCases(2));
		const payload = { ...CLOSED, case_ids: ['case-0', 'case-1'] };
		expect(queries).toEqual([[{ payload, search_mode: 'and', sort_by: 'creation_time' }, 0]]);
	});

	test('not if there are no cases, or none has an id', async () => {
		const lookup = new CaseLookup(scenario);
		expect((await lookup.fetchMatching(CLOSED, [])).size).toBe(0);
		expect((await lookup.fetchMatching(CLOSED, [{ case_title: 'no id' }])).size).toBe(0);
		expect(asked).toEqual([]);
	});

	test('again for those that had no room in a page', async () => {
		scenario.pageCap = 20;
		const matching = await new CaseLookup(scenario).fetchMatching({}, addCases(50));
		expect(matching.size).toBe(50);
		expect(asked).toEqual([50, 30, 10]);
	});

	test('again for the rest of a full page, whatever the service counts', async () => {
		scenario.countsPage = true;
		const cases = [...addCases(100), ...Array.from({ length: 5 }, () => ({ case_id: 'unknown' }))];
		const matching = await new CaseLookup(scenario, 200).fetchMatching({}, cases);
		expect(matching.size).toBe(100);
		expect(asked).toEqual([105, 5]);
	});

	test('again if it does not count, until a page shows none of those that were requested', async () => {
		const searchPage = scenario.searchPage.bind(scenario);
		scenario.searchPage = async (...request): Promise<SearchPage> => ({
			...(await searchPage(...request)),
			casesCount: undefined,
		});
		const matching = await new CaseLookup(scenario).fetchMatching(CLOSED, addCases(4));
		expect([...matching.keys()].sort()).toEqual(['case-0', 'case-2']);
		expect(asked).toEqual([4, 2]);
	});
});

describe('A list of ids that the service refuses', () => {
	test('is halved until it is accepted, and stays that short', async () => {
		refuseMoreThan(30);
		const lookup = new CaseLookup(scenario);
		const cases = addCases(100);
		expect((await lookup.fetchMatching({}, cases)).size).toBe(100);
		expect(lookup.maxIds).toBe(25);
		// One id shows that it was the list.
		expect(asked).toEqual([100, 1, 50, 25, 25, 25, 25]);
		asked.length = 0;
		expect((await lookup.fetchMatching({}, cases)).size).toBe(100);
		expect(asked).toEqual([25, 25, 25, 25]);
	});

	test('is halved down to one', async () => {
		refuseMoreThan(1);
		const lookup = new CaseLookup(scenario);
		expect((await lookup.fetchMatching({}, addCases(5))).size).toBe(5);
		expect(lookup.maxIds).toBe(1);
		expect(asked).toEqual([5, 1, 3, 2, 1, 1, 1, 1, 1]);
	});

	test('is an error if a single id is refused too', async () => {
		refuseMoreThan(0);
		const lookup = new CaseLookup(scenario);
		const cases = addCases(5);
		await expect(lookup.fetchMatching({}, cases)).rejects.toMatchObject({ kind: 'outOfQuota' });
		expect(asked).toEqual([5, 1]);
		expect(lookup.maxIds).toBeUndefined();
		await expect(lookup.fetchMatching({}, cases.slice(1, 2))).rejects.toThrow();
		expect(asked).toEqual([5, 1, 1]);
	});

	test('is shorter in the next poll if this one has no time left to ask for one id', async () => {
		refuseMoreThan(30);
		const lookup = new CaseLookup(scenario);
		const refuse = scenario.beforeAnswer;
		scenario.beforeAnswer = (query, offset) => {
			refuse(query, offset);
			throw deadlineExceeded();
		};
		await expect(lookup.fetchMatching({}, addCases(100))).rejects.toMatchObject({
			kind: 'deadlineExceeded',
		});
		expect([asked, lookup.maxIds]).toEqual([[100, 1], 50]);
	});

	test.each([
		['time', deadlineExceeded()],
		['requests', refusal(429, { error: 'slow down' })],
	])('is not shorter because there is too little %s', async (_what, error) => {
		const lookup = new CaseLookup(scenario);
		const record = scenario.beforeAnswer;
		scenario.beforeAnswer = (query, offset) => {
			record(query, offset);
			throw error;
		};
		await expect(lookup.fetchMatching({}, addCases(5))).rejects.toBe(error);
		expect([asked, lookup.maxIds]).toEqual([[5], undefined]);
	});
});
