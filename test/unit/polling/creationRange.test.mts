import { beforeEach, describe, expect, test } from '@jest/globals';

import type { Case } from '../../../nodes/intezer/types.ts';
import { CaseLookup } from '../../../nodes/IntezerCases/polling/caseLookup.ts';
import {
	createdBefore,
	createdIn,
	isLimitRaised,
	oldestCreation,
	type CreationRange,
} from '../../../nodes/IntezerCases/polling/matching/createdWithin.ts';
import { emptyState } from '../../../nodes/IntezerCases/polling/state.ts';
import { Scenario, settingsWith } from './scenario.mts';

const NOW = 1_790_000_000;
const DAY = 86_400;

const limitedTo = (onlyCreatedWithinDays: number) =>
	settingsWith({ event: 'caseMatched', onlyCreatedWithinDays });

let scenario: Scenario;

beforeEach(() => {
	scenario = new Scenario();
});

/** Adds cases, created at these seconds, and returns them as received, with one more that has no id. */
function casesAt(...seconds: number[]) {
	for (const second of seconds) scenario.add(`${second}`, { creation_time: second });
	return [...seconds.map((second) => ({ case_id: `${second}` })), { case_title: 'no id' }];
}

test.each([
	[0, 0],
	[2, NOW - 2 * DAY],
	[0.00001, NOW - 1],
	[1e6, 0],
])('cases created within %d days count', (days, expected) => {
	expect(oldestCreation(limitedTo(days), NOW)).toBe(expected);
});

describe('A limit in days is raised', () => {
	test.each<[string, number, number | undefined, boolean]>([
		['if older cases count now', 3, NOW - 2 * DAY, true],
		['if all cases count now', 0, NOW - 2 * DAY, true],
		['not if it is the same', 2, NOW - 2 * DAY, false],
		['not if time passes', 2, NOW - 3 * DAY, false],
		['not if a clock is corrected by 20 minutes', 2, NOW - 2 * DAY + 1200, false],
		['but by more than that', 2, NOW - 2 * DAY + 1201, true],
		['not if all cases counted before', 2, undefined, false],
	])('%s', (_when, days, createdFrom, expected) => {
		const state = createdFrom === undefined ? {} : { createdFrom };
		const budget = { now: () => NOW * 1000, deadline: Infinity, onExhausted: () => undefined };
		const raised = isLimitRaised(limitedTo(days), { ...emptyState('key'), ...state }, budget);
		expect(raised).toBe(expected);
	});
});

describe('Of the cases that a poll reads', () => {
	test.each<[string, CreationRange, string[], object[]]>([
		['all count without a limit', { from: 0 }, ['1', '5', '6', '9'], []],
		['those created since count', { from: 5 }, ['5', '6', '9'], [{ time_range_start: 4 }]],
		['those created until then count', { from: 0, until: 5 }, ['1', '5'], [{ time_range_end: 5 }]],
		[
			'those created in between count',
			{ from: 5, until: 6 },
			['5', '6'],
			[{ time_range_start: 4, time_range_end: 6 }],
		],
	])('%s', async (_which, range, expected, ranges) => {
		const cases = casesAt(1, 5, 6, 9);
		const payloads: unknown[] = [];
		scenario.beforeAnswer = ({ payload }) => payloads.push(payload);
		const counted = await createdIn(new CaseLookup(scenario), range, cases);
		const ids = expected.map((case_id): Case => ({ case_id }));
		expect(counted).toEqual([...ids, { case_title: 'no id' }]);
		const time_range_field = 'creation_time';
		const case_ids = ['1', '5', '6', '9'];
		expect(payloads).toEqual(ranges.map((each) => ({ time_range_field, ...each, case_ids })));
	});

	test('those created before a second are too old', async () => {
		const lookup = new CaseLookup(scenario);
		const cases = casesAt(1, 4, 5, 9);
		expect([...(await createdBefore(lookup, 5, cases))].sort()).toEqual(['1', '4']);
		expect(scenario.requests).toBe(1);
		expect((await createdBefore(lookup, 0, cases)).size).toBe(0);
		expect(scenario.requests).toBe(1);
	});
});
