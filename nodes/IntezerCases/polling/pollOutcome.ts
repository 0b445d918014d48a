import type { CaseEvent } from './events';
import type { TriggerState } from './state';

/** The result of a successful poll. */
export interface PollOutcome {
	events: CaseEvent[];
	/** How far the trigger lags: 0 if it has read all there is; not set while the baseline is being recorded. */
	behindSeconds?: number;
	/** To be stored in place of the state that the poll started with. */
	state: TriggerState;
}
