import { setImmediate as nextTurn } from 'node:timers/promises';

import { jest } from '@jest/globals';

import { fakeOnly } from '../fakeTimers.mts';

/** After this many turns of the event loop without an ended timer, everything that waits is waiting for a timer. */
const QUIET_TURNS = 30;
/** A longer timer is not a wait of the node, but axios's timeout of a request. */
const LONGEST_WAIT_MS = 70_000;

/** Milliseconds that were skipped so far. The monotonic clock must never go back, also from one test to the next. */
let skipped = 0;
const monotonic = performance.now.bind(performance);
performance.now = () => monotonic() + skipped;

/**
 * Runs something on a clock that jumps to the end of a wait as soon as there is one, so that a minute takes no time.
 * `Date` follows, in the simulator too: what it recorded shows how long the node waited.
 */
export async function withoutWaiting<T>(run: () => Promise<T>): Promise<T> {
	const realTimeout = globalThis.setTimeout;
	fakeOnly('setTimeout', 'clearTimeout', 'Date');
	const fakeTimeout = globalThis.setTimeout;
	const timeouts = jest
		.spyOn(globalThis, 'setTimeout')
		.mockImplementation((end: () => void, milliseconds?: number) =>
			(Number(milliseconds) > LONGEST_WAIT_MS ? realTimeout : fakeTimeout)(end, milliseconds),
		);
	try {
		const state = { running: true };
		const outcome = run().finally(() => {
			state.running = false;
		});
		// The caller gets its failure below.
		outcome.catch(() => undefined);
		while (state.running) {
			for (let turn = 0; turn < QUIET_TURNS; turn++) await nextTurn();
			if (jest.getTimerCount() === 0) continue;
			const before = Date.now();
			jest.advanceTimersToNextTimer();
			skipped += Date.now() - before;
		}
		return await outcome;
	} finally {
		timeouts.mockRestore();
		jest.useRealTimers();
	}
}
