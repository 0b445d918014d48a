import { describe, expect, test } from '@jest/globals';

import { latestEvents } from '../../../nodes/IntezerCases/polling/latestEvents.ts';

/** An event of a case that was modified in this second; without one, Intezer does not say when. */
const eventAt = (modification_time: number | undefined, eventId: string) => ({
	found: { case_id: 'a', modification_time },
	eventId,
});

const older = eventAt(100, 'older');
const newer = eventAt(101, 'newer');
const sameSecond = eventAt(101, 'same second');

describe('Of several states of a case in one poll', () => {
	test('the first is sent', () => {
		expect(latestEvents([], older)).toEqual([older]);
		const withoutTime = eventAt(undefined, 'no time');
		expect(latestEvents([], withoutTime)).toEqual([withoutTime]);
	});

	test('a later one replaces all earlier ones', () => {
		expect(latestEvents([older], newer)).toEqual([newer]);
		expect(latestEvents([newer, sameSecond], eventAt(102, 'last'))).toEqual([eventAt(102, 'last')]);
	});

	test('an earlier one is not sent', () => {
		expect(latestEvents([newer], older)).toEqual([newer]);
		expect(latestEvents([newer, sameSecond], older)).toEqual([newer, sameSecond]);
	});

	test('those that may each be the latest are all sent', () => {
		expect(latestEvents([newer], sameSecond)).toEqual([newer, sameSecond]);
		const [first, second] = [eventAt(undefined, 'first'), eventAt(undefined, 'second')];
		expect(latestEvents([first], second)).toEqual([first, second]);
	});

	test('each is sent once', () => {
		expect(latestEvents([newer, sameSecond], eventAt(101, 'newer'))).toEqual([newer, sameSecond]);
		expect(latestEvents([newer, sameSecond], sameSecond)).toEqual([newer, sameSecond]);
	});
});
