import { beforeEach, describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { readWindowPages } from '../../../nodes/IntezerCases/polling/window/readWindowPages.ts';
import { Scenario } from './scenario.mts';

let scenario: Scenario;

beforeEach(() => {
	scenario = new Scenario();
});

/** The pages of a window with this many cases: how many cases each has, the position after it, and whether it is the last. */
async function pagesOf(count: number, { offset = 0, pageSize = 100, withFirst = false } = {}) {
	for (let index = 0; index < count; index++) scenario.add(`case-${index}`, { alerts: [] });
	const window = { payload: {}, field: 'creation_time', pageSize } as const;
	const first = await scenario.searchPage({ payload: {} }, offset, pageSize);
	scenario.requests = 0;
	const pages = [];
	const given = withFirst ? first : undefined;
	for await (const page of readWindowPages(scenario, window, offset, given)) {
		pages.push([page.cases.length, page.nextOffset, page.isLast]);
	}
	return pages;
}

describe('The pages of a window', () => {
	test('end with the last case', async () => {
		expect(await pagesOf(250)).toEqual([
			[100, 100, false],
			[100, 200, false],
			[50, 250, true],
		]);
	});

	test('end with a full page if as many cases match as were read', async () => {
		expect(await pagesOf(200)).toEqual([
			[100, 100, false],
			[100, 200, true],
		]);
	});

	test('end with an empty page if a full one may not be the last', async () => {
		const expected = [
			[100, 100, false],
			[0, 100, true],
		];
		expect(await pagesOf(100)).toEqual(expected);
		scenario = Object.assign(new Scenario(), { countsPage: true });
		expect(await pagesOf(100)).toEqual(expected);
	});

	test('end with a page that is not full', async () => {
		scenario.countsPage = true;
		expect(await pagesOf(130)).toEqual([
			[100, 100, false],
			[30, 130, true],
		]);
	});

	test('are as short as the service sends them', async () => {
		scenario.pageCap = 40;
		expect(await pagesOf(80)).toEqual([
			[40, 40, false],
			[40, 80, true],
		]);
	});

	test('are as short as requested', async () => {
		expect(await pagesOf(40, { pageSize: 30 })).toEqual([
			[30, 30, false],
			[10, 40, true],
		]);
	});

	test('end with an empty page if the service does not count', async () => {
		const searchPage = scenario.searchPage.bind(scenario);
		scenario.searchPage = async (...request) => ({
			...(await searchPage(...request)),
			casesCount: undefined,
		});
		expect(await pagesOf(30)).toEqual([
			[30, 30, false],
			[0, 30, true],
		]);
	});

	test('are read from a position on, of which the page may be known', async () => {
		expect(await pagesOf(250, { offset: 100, withFirst: true })).toEqual([
			[100, 200, false],
			[50, 250, true],
		]);
		expect(scenario.requests).toBe(1);
	});

	test('end where the service refuses a position', async () => {
		scenario.beforeAnswer = (_query, offset) => {
			if (offset >= 100) throw refusal(400, { error: 'offset too large' });
		};
		expect(await pagesOf(250)).toEqual([
			[100, 100, false],
			[0, 100, true],
		]);
	});
});
