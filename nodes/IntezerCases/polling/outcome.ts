import type { TriggerState } from './state';
import type { CaseEvent } from './events';

/** What a poll comes to: nothing of it counts before it is there. */
export interface PollOutcome {
	events: CaseEvent[];
	/** To be remembered in place of the state that the poll began with. */
	state: TriggerState;
}
