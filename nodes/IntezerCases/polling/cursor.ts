import type { PollBudget, TriggerSettings } from './events';
import { isFirstState, type TriggerState } from './state';
import { MAX_CLOCK_SKEW_SECONDS, OVERLAP_SECONDS } from './timeWindow';

/** Where a poll starts to read. Seconds are the service's. */
export interface Cursor {
	/** Whether what exists already is the baseline, not events. */
	isForBaseline: boolean;
	/** The second to ask with before the service's clock is known. */
	estimate: number;
	/** The second to read from, given the service's time; the estimate itself where that is good enough. */
	exact(serverSecond: number): number;
}

/** Where the next poll starts to read. */
export function cursorOf(
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Cursor {
	const localSecond = Math.floor(budget.now() / 1000);
	const earliest = localSecond - MAX_CLOCK_SKEW_SECONDS - OVERLAP_SECONDS;
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
	const lookBackHours = isFirstState(state) ? settings.lookBackHours : 0;
	if (startedAt === undefined && lookBackHours === 0) {
		return { isForBaseline: true, estimate: earliest, exact: () => earliest };
	}
	const sinceStart = startedAt === undefined ? 0 : localSecond - Math.floor(startedAt / 1000);
	const back = sinceStart + Math.ceil(lookBackHours * 3600);
	return {
		isForBaseline: false,
		estimate: earliest - back,
		exact: (serverSecond) => serverSecond - back,
	};
}

/** The second before which everything has settled: no case from before it appears in the search any more. */
export function settledAt(serverSecond: number): number {
	return serverSecond - OVERLAP_SECONDS;
}

/** The second before which the user wants no events; undefined where every event counts. */
export function oldestWanted(settings: TriggerSettings, serverSecond: number): number | undefined {
	const { ignoreOlderThanHours: hours } = settings;
	return hours > 0 ? serverSecond - Math.ceil(hours * 3600) : undefined;
}
