import { describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import type { Case, CaseSearcher, SearchPage } from '../../../nodes/intezer/types.ts';
import {
	fetchTimedPage,
	fetchUnlessTooFar,
	isComplete,
	windowQuery,
	type WindowResponse,
	type TimeWindow,
} from '../../../nodes/IntezerCases/polling/window/timeWindow.ts';

const NOW = 1_790_000_000;
const WINDOW: TimeWindow = { payload: { free_text: 'x' }, field: 'modification_time' };

const casesUpTo = (count: number): Case[] =>
	Array.from({ length: count }, (_, index) => ({ case_id: `case-${index}` }));

describe('The search for a window', () => {
	test.each<[string, Partial<TimeWindow>, object]>([
		['starts a second early', { from: 100 }, { time_range_start: 99 }],
		['ends in its last second', { until: 200 }, { time_range_end: 200 }],
		['has both ends', { from: 5, until: 9 }, { time_range_start: 4, time_range_end: 9 }],
		[
			'never asks for a time before 1970',
			{ from: 0, until: -5 },
			{ time_range_start: 0, time_range_end: 0 },
		],
	])('%s', (_what, range, expected) => {
		expect(windowQuery({ ...WINDOW, ...range })).toEqual({
			payload: { free_text: 'x', ...expected, time_range_field: 'modification_time' },
			search_mode: 'and',
			sort_by: 'creation_time',
		});
	});

	test('has no time range if the window has no ends', () => {
		const { payload, sort_by } = windowQuery({ ...WINDOW, sortBy: 'modification_time' });
		expect([payload, sort_by]).toEqual([{ free_text: 'x' }, 'modification_time']);
	});
});

/** A service that answers one case, unless it refuses; it records how it was asked. */
function serviceWith(serverTime: number | undefined, refuse: (offset: number) => void = () => {}) {
	const asked: Array<[offset: number, limit: number]> = [];
	const service: CaseSearcher = {
		maxConcurrency: 1,
		searchPage: async (_query, offset, limit) => {
			asked.push([offset, limit]);
			refuse(offset);
			return await Promise.resolve({ cases: casesUpTo(1), casesCount: 1, serverTime });
		},
	};
	return { service, asked };
}

/** @param steps milliseconds by n8n's clock, one for each look at it */
function budgetAt(...steps: number[]) {
	const now = () => (steps.length > 1 ? steps.shift() : steps[0]) ?? 0;
	return { now, deadline: Infinity, onExhausted: () => undefined };
}

describe('The clocks that a response shows', () => {
	test.each([
		["n8n's clock is ahead", NOW, NOW + 90.7, { slow: NOW, last: NOW + 91 + 600 }],
		["the service's clock is ahead", NOW, NOW - 90.7, { slow: NOW - 91, last: NOW + 600 }],
		["the service's clock is unknown", undefined, NOW + 0.5, { slow: NOW - 600, last: NOW + 601 }],
	])('if %s', async (_which, serverTime, localTime, expected) => {
		const { service } = serviceWith(serverTime);
		const { clocks } = await fetchTimedPage(service, WINDOW, budgetAt(localTime * 1000));
		expect(clocks).toEqual(expected);
	});

	test('tell how long it took', async () => {
		const { service } = serviceWith(NOW);
		const first = await fetchTimedPage(service, WINDOW, budgetAt(5_000, 5_700));
		expect(first).toMatchObject({ durationMs: 700, offset: 0, window: WINDOW });
	});
});

describe('A page that the service refuses', () => {
	const tooFar = (offset: number) => {
		if (offset > 0) throw refusal(400, { error: 'offset too large' });
	};

	test('is the first page instead', async () => {
		const { service, asked } = serviceWith(NOW, tooFar);
		const first = await fetchTimedPage(service, { ...WINDOW, pageSize: 30 }, budgetAt(0), 200);
		expect(first.offset).toBe(0);
		expect(asked).toEqual([
			[200, 30],
			[0, 30],
		]);
	});

	test('does not exist', async () => {
		const { service } = serviceWith(NOW, tooFar);
		expect(await fetchUnlessTooFar(service, WINDOW, 200)).toBeUndefined();
		expect(await fetchUnlessTooFar(service, WINDOW, 0)).toMatchObject({ casesCount: 1 });
	});

	test.each([
		['the first page', 0, refusal(400, { error: 'bad filter' })],
		['the position for another reason', 200, refusal(403, { error: 'no' })],
		['nothing, because there is no time', 200, deadlineExceeded()],
		['nothing, but fails in another way', 200, new Error('bug')],
	])('is an error if the service refuses %s', async (_what, offset, error) => {
		const { service } = serviceWith(NOW, (asked) => {
			if (asked === offset) throw error;
		});
		await expect(fetchTimedPage(service, WINDOW, budgetAt(0), offset)).rejects.toBe(error);
	});

	test('is a page if it is not refused', async () => {
		const { service, asked } = serviceWith(NOW);
		const first = await fetchTimedPage(service, WINDOW, budgetAt(0), 200);
		expect([first.offset, asked]).toEqual([200, [[200, 100]]]);
	});
});

describe('A first page contains all that matches', () => {
	test.each<[string, Partial<SearchPage>, number | undefined, boolean]>([
		[
			'with as many cases as the service counts',
			{ cases: casesUpTo(3), casesCount: 3 },
			undefined,
			true,
		],
		['if nothing matches', { cases: [], casesCount: 0 }, undefined, true],
		['not if the service counts more', { cases: casesUpTo(3), casesCount: 4 }, undefined, false],
		['if the service counts fewer', { cases: casesUpTo(3), casesCount: 2 }, undefined, true],
		['not without a count', { cases: casesUpTo(3), casesCount: undefined }, undefined, false],
		['if one more case had room', { cases: casesUpTo(99), casesCount: 99 }, undefined, true],
		['not if it is full', { cases: casesUpTo(100), casesCount: 100 }, undefined, false],
		['not if a smaller page is full', { cases: casesUpTo(3), casesCount: 3 }, 3, false],
		[
			'not if it contains a case twice',
			{ cases: [...casesUpTo(2), ...casesUpTo(1)], casesCount: 3 },
			undefined,
			false,
		],
	])('%s', (_when, page, pageSize, expected) => {
		const first: WindowResponse = {
			window: pageSize === undefined ? WINDOW : { ...WINDOW, pageSize },
			page: { cases: [], casesCount: undefined, serverTime: NOW, ...page },
			clocks: { slow: NOW, last: NOW },
			durationMs: 0,
			offset: 0,
		};
		expect(isComplete(first)).toBe(expected);
	});
});
