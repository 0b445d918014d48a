import { describe, expect, test } from '@jest/globals';

import { cursorOf, settledAt } from '../../../nodes/IntezerCases/polling/window/cursor.ts';
import { emptyState, type TriggerState } from '../../../nodes/IntezerCases/polling/state.ts';
import { settingsWith } from './scenario.mts';

/** By n8n's clock; the service's is two minutes behind. */
const NOW = 1_790_000_000;
const SERVER_NOW = NOW - 120;

/** Where a poll starts to read: before the first response, and after it. */
function startOf(state: Partial<TriggerState>, lookBackHours = 0) {
	const settings = settingsWith({ event: 'caseCreated', lookBackHours });
	const now = () => NOW * 1000 + 999;
	const budget = { now, deadline: Infinity, onExhausted: () => undefined };
	const cursor = cursorOf(settings, { ...emptyState('key'), ...state }, budget);
	const { isForBaseline, estimate } = cursor;
	return { isForBaseline, estimate, exact: cursor.exact(SERVER_NOW) };
}

test('a case may appear in the search five minutes late, by a clock that is a minute behind', () => {
	expect(settledAt(NOW)).toBe(NOW - 360);
});

describe('The first poll', () => {
	test('reads the last minutes, by the clock that may be slowest, and emits nothing', () => {
		const start = NOW - 600 - 360;
		expect(startOf({})).toEqual({ isForBaseline: true, estimate: start, exact: start });
	});

	test("looks back from now by the service's clock", () => {
		expect(startOf({}, 2.0001)).toEqual({
			isForBaseline: false,
			estimate: NOW - 600 - 360 - 7201,
			exact: SERVER_NOW - 7201,
		});
	});

	test.each([{ isReplacement: true }, { epoch: 1_780_000_000 }])(
		'does not look back if the filters changed: %j',
		(state) => {
			expect(startOf(state, 2)).toEqual(startOf({}));
		},
	);

	test('after polls that failed, reads from when the trigger started, and emits what it finds', () => {
		const startedAt = (NOW - 5_000) * 1000 + 500;
		for (const lookBackHours of [0, 2]) {
			const start = NOW - 5_000 - 600 - lookBackHours * 3600;
			const expected = { isForBaseline: false, estimate: start, exact: start };
			expect(startOf({ startedAt }, lookBackHours)).toEqual(expected);
		}
	});
});

describe('A later poll', () => {
	test.each([
		['where the last one stopped', NOW - 400, NOW - 400],
		['there too if the clocks differ by ten minutes', SERVER_NOW + 600, SERVER_NOW + 600],
		['before the present if a clock was wrong for a while', SERVER_NOW + 601, SERVER_NOW - 360],
	])('reads from %s', (_where, cursor, exact) => {
		const expected = { isForBaseline: false, estimate: cursor, exact };
		expect(startOf({ cursor }, 2)).toEqual(expected);
		expect(startOf({ cursor, startedAt: 5 }, 2)).toEqual(expected);
	});
});
