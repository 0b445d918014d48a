import type { PollBudget, TriggerSettings } from '../events';
import { isFirstState, type TriggerState } from '../state';
import { MAX_CLOCK_SKEW_SECONDS, OVERLAP_SECONDS } from './timeWindow';

/** Where a poll starts to read. Seconds are the service's. */
export interface Cursor {
	/** Whether what exists already is the baseline, not events. */
	isForBaseline: boolean;
	/** The second to ask with before the service's clock is known. */
	estimate: number;
	/** The second to read from, given the service's time; the estimate itself if that is good enough. */
	exact(serverSecond: number): number;
}

/** Where the next poll starts to read. */
export function cursorOf(
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Cursor {
	const { cursor, startedAt } = state;
	if (cursor !== undefined) {
		return {
			isForBaseline: false,
			estimate: cursor,
			// A cursor in the service's future comes from a clock that was wrong for a while.
			exact: (serverSecond) =>
				cursor > serverSecond + MAX_CLOCK_SKEW_SECONDS ? settledAt(serverSecond) : cursor,
		};
	}
	// A user who changes the filters later does not want past events again.
	const lookBackSeconds = isFirstState(state) ? Math.ceil(settings.lookBackHours * 3600) : 0;
	if (startedAt !== undefined) {
		// n8n's clock may have been corrected since, so the start was not earlier than this.
		const start = Math.floor(startedAt / 1000) - MAX_CLOCK_SKEW_SECONDS - lookBackSeconds;
		return { isForBaseline: false, estimate: start, exact: () => start };
	}
	const earliest = settledAt(Math.floor(budget.now() / 1000) - MAX_CLOCK_SKEW_SECONDS);
	if (lookBackSeconds === 0) {
		return { isForBaseline: true, estimate: earliest, exact: () => earliest };
	}
	return {
		isForBaseline: false,
		estimate: earliest - lookBackSeconds,
		exact: (serverSecond) => serverSecond - lookBackSeconds,
	};
}

/** The second before which everything has settled: no case from before it appears in the search any more. */
export function settledAt(serverSecond: number): number {
	return serverSecond - OVERLAP_SECONDS;
}
