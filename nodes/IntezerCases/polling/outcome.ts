import type { CaseEvent } from './events';
import type { TriggerState } from './state';

/** The result of a successful poll. */
export interface PollOutcome {
	events: CaseEvent[];
	/** To be stored in place of the state that the poll started with. */
	state: TriggerState;
}
