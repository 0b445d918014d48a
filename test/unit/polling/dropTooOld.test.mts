import { beforeEach, describe, expect, test } from '@jest/globals';

import {
	deadlineExceeded,
	type IntezerError,
	refusal,
} from '../../../nodes/intezer/http/errors.ts';
import { caseKey } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import { CaseLookup } from '../../../nodes/IntezerCases/polling/caseLookup.ts';
import { dropTooOld, oldestWanted } from '../../../nodes/IntezerCases/polling/dropTooOld.ts';
import type { CaseEvent, EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import { Scenario, settingsWith } from './scenario.mts';

let scenario: Scenario;
let shortages: string[];

beforeEach(() => {
	scenario = new Scenario();
	shortages = [];
});

/** Adds cases to which something happened this many seconds ago, and returns them as a poll received them. */
async function eventsOf(...ages: number[]): Promise<Map<string, CaseEvent>> {
	const { now } = scenario;
	for (const age of ages) {
		scenario.add(`${age}`, { creation_time: now - 5_000, modification_time: now - age });
	}
	const { cases } = await scenario.searchPage({ payload: {} }, 0, 100);
	scenario.requests = 0;
	return new Map(cases.map((found) => [caseKey(found), { found, eventId: 'id' }]));
}

/** What is left of events that happened in the last hour, for a user who wants those of the last 100 seconds. */
async function wantedOf(
	events: ReadonlyMap<string, CaseEvent>,
	event: EventName = 'caseUpdated',
	times: { from?: number; until?: number; oldest?: number | undefined } = {},
): Promise<string[]> {
	const { now } = scenario;
	const onExhausted = ({ kind }: IntezerError) => shortages.push(kind);
	const budget = { now: () => now * 1000, deadline: Infinity, onExhausted };
	const given = { from: now - 3600, until: now, oldest: now - 100, ...times };
	const settings = settingsWith({ event, ignoreOlderThanHours: 1 });
	const wanted = await dropTooOld(events, new CaseLookup(scenario), settings, given, budget);
	return [...wanted.keys()].sort();
}

test.each([
	[0, undefined],
	[1, -3600],
	[0.0001, -1],
])('a user who ignores events older than %d hours wants those after %j s', (hours, expected) => {
	const settings = settingsWith({ event: 'caseUpdated', ignoreOlderThanHours: hours });
	expect(oldestWanted(settings, 0)).toBe(expected);
});

describe('Events that are too old', () => {
	test('are dropped, by the time that belongs to the event', async () => {
		const events = await eventsOf(50, 100, 101, 300);
		expect(await wantedOf(events)).toEqual(['100', '50']);
		expect(scenario.requests).toBe(1);
		expect(await wantedOf(events, 'caseCreated')).toEqual([]);
	});

	test.each([
		['there are none', [], {}, []],
		['none can be too old', [50], { from: 1_790_000_000 - 100 }, ['50']],
		['the user wants all', [50, 300], { oldest: undefined }, ['300', '50']],
		['all are too old', [300], { until: 1_790_000_000 - 101 }, []],
	])('need no request if %s', async (_why, ages, times, expected) => {
		expect(scenario.now).toBe(1_790_000_000);
		expect(await wantedOf(await eventsOf(...ages), 'caseUpdated', times)).toEqual(expected);
		expect(scenario.requests).toBe(0);
	});

	test('need one if the oldest wanted second is the last of the window', async () => {
		const events = await eventsOf(100, 300);
		const until = scenario.now - 100;
		expect(await wantedOf(events, 'caseUpdated', { until })).toEqual(['100']);
		expect(scenario.requests).toBe(1);
	});

	test('are not those that a copy of the data knows only in an earlier state', async () => {
		const events = await eventsOf(300);
		scenario.cases.update('300', { case_title: 'as it was before', modification_time: 5 });
		expect(await wantedOf(events)).toEqual(['300']);
		// A case is created once, whatever its state.
		expect(await wantedOf(events, 'caseCreated')).toEqual([]);
	});

	test.each([
		['time', deadlineExceeded()],
		['requests', refusal(429, { error: 'slow down' })],
	])(
		'are better than lost ones: all are wanted if there is too little %s',
		async (_what, error) => {
			const events = await eventsOf(50, 300);
			scenario.beforeAnswer = () => {
				throw error;
			};
			expect(await wantedOf(events)).toEqual(['300', '50']);
			expect(shortages).toEqual([error.kind]);
		},
	);

	test('fail the poll if the service fails', async () => {
		const events = await eventsOf(50, 300);
		const error = refusal(500, { error: 'down' });
		scenario.beforeAnswer = () => {
			throw error;
		};
		await expect(wantedOf(events)).rejects.toBe(error);
		expect(shortages).toEqual([]);
	});
});
