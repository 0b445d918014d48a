import { beforeEach, describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import type { Case } from '../../../nodes/intezer/types.ts';
import { caseKey } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import { CaseLookup } from '../../../nodes/IntezerCases/polling/caseLookup.ts';
import {
	type EventTimes,
	findTooOld,
	oldestWanted,
} from '../../../nodes/IntezerCases/polling/findTooOld.ts';
import type { EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import { Scenario, settingsWith } from './scenario.mts';

let scenario: Scenario;

beforeEach(() => {
	scenario = new Scenario();
});

/** Adds cases to which something happened this many seconds ago, and returns them as a poll receives them. */
async function casesOf(...ages: number[]): Promise<Case[]> {
	const { now } = scenario;
	for (const age of ages) {
		scenario.add(`${age}`, { creation_time: now - 5_000, modification_time: now - age });
	}
	const { cases } = await scenario.searchPage({ payload: {} }, 0, 100);
	scenario.requests = 0;
	return cases;
}

/** What is left of events of the last hour, for a user who wants those of the last 100 seconds. */
async function wantedOf(
	cases: readonly Case[],
	event: EventName = 'caseUpdated',
	times: Partial<EventTimes> = {},
): Promise<string[]> {
	const { now } = scenario;
	const given = { from: now - 3600, until: now, oldest: now - 100, ...times };
	const settings = settingsWith({ event, ignoreOlderThanHours: 1 });
	const tooOld = await findTooOld(new CaseLookup(scenario), settings, given, cases);
	return cases
		.map(caseKey)
		.filter((key) => !tooOld.has(key))
		.sort();
}

test.each([
	[0, -Infinity],
	[1, -3600],
	[0.0001, -1],
])('a user who ignores events older than %d hours wants those after %d s', (hours, expected) => {
	const settings = settingsWith({ event: 'caseUpdated', ignoreOlderThanHours: hours });
	expect(oldestWanted(settings, 0)).toBe(expected);
});

describe('Events that are too old', () => {
	test('are dropped, by the time that belongs to the event', async () => {
		const cases = await casesOf(50, 100, 101, 300);
		expect(await wantedOf(cases)).toEqual(['100', '50']);
		expect(scenario.requests).toBe(1);
		expect(await wantedOf(cases, 'caseCreated')).toEqual([]);
	});

	test.each([
		['there are none', [], {}, []],
		['none can be too old', [50], { from: 1_790_000_000 - 100 }, ['50']],
		['the user wants all', [50, 300], { oldest: -Infinity }, ['300', '50']],
		['all are too old', [300], { until: 1_790_000_000 - 101 }, []],
	])('need no request if %s', async (_why, ages, times, expected) => {
		expect(scenario.now).toBe(1_790_000_000);
		expect(await wantedOf(await casesOf(...ages), 'caseUpdated', times)).toEqual(expected);
		expect(scenario.requests).toBe(0);
	});

	test('need one if the oldest wanted second is the last of the window', async () => {
		const cases = await casesOf(100, 300);
		const until = scenario.now - 100;
		expect(await wantedOf(cases, 'caseUpdated', { until })).toEqual(['100']);
		expect(scenario.requests).toBe(1);
	});

	test('are not those that a copy of the data knows only in an earlier state', async () => {
		const cases = await casesOf(300);
		scenario.cases.update('300', { case_title: 'as it was before', modification_time: 5 });
		expect(await wantedOf(cases)).toEqual(['300']);
		// A case is created once, whatever its state.
		expect(await wantedOf(cases, 'caseCreated')).toEqual([]);
	});

	test.each([
		['there is no time to ask for them', deadlineExceeded()],
		['there are no requests left', refusal(429, { error: 'slow down' })],
		['the service fails', refusal(500, { error: 'down' })],
	])('are not guessed if %s', async (_what, error) => {
		const cases = await casesOf(50, 300);
		scenario.beforeAnswer = () => {
			throw error;
		};
		await expect(wantedOf(cases)).rejects.toBe(error);
	});
});
