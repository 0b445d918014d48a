import type { TriggerState } from './state';
import type { PollBudget, TriggerSettings } from './events';
import { LATE_SECONDS, SKEW_SECONDS, type FirstPage } from './timeWindow';

/** Where a poll begins to read. */
export interface Start {
	/** Whether what is there already is stock, not events. */
	takesStock: boolean;
	/** The start to ask with before the server's clock is known. */
	guess: number;
	/** The start by the server's second; the guess itself where it will do. */
	exact(server: number): number;
}

/** Where the next poll of a state begins. */
export function startOf(watch: TriggerSettings, state: TriggerState, budget: PollBudget): Start {
	const here = Math.floor(budget.now() / 1000);
	const earliest = here - SKEW_SECONDS - LATE_SECONDS;
	const { from, began } = state;
	if (from !== undefined) {
		return {
			takesStock: false,
			guess: from,
			// A start in the server's future is a clock that was wrong once.
			exact: (server) => (from > server + SKEW_SECONDS ? settledAt(server) : from),
		};
	}
	// A user who changes the filters later does not want the past again.
	const lookBackHours = state.epoch === 0 ? watch.lookBackHours : 0;
	if (began === undefined && lookBackHours === 0) {
		return { takesStock: true, guess: earliest, exact: () => earliest };
	}
	const sinceBegan = began === undefined ? 0 : here - Math.floor(began / 1000);
	const back = sinceBegan + Math.ceil(lookBackHours * 3600);
	return { takesStock: false, guess: earliest - back, exact: (server) => server - back };
}

/** The second before which nothing new appears any more. */
export function settledAt(server: number): number {
	return server - LATE_SECONDS;
}

/** The second before which the user wants no events; undefined where every event counts. */
export function oldestWanted(
	watch: TriggerSettings,
	{ server }: Pick<FirstPage, 'server'>,
): number | undefined {
	const { ignoreOlderThanHours: hours } = watch;
	return hours > 0 ? server - Math.ceil(hours * 3600) : undefined;
}
