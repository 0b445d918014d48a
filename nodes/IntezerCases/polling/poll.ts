import type { CaseSearcher } from '../intezer/types';
import { pollMatching } from './matchPoll';
import type { PollOutcome } from './outcome';
import type { TriggerState } from './state';
import type { Budget, Watch } from './watch';
import { pollWindow } from './windowPoll';

/**
 * One poll: what happened since the state was left, and the state to leave now. Asks through `service` alone, and
 * changes nothing that it is given: run again from the same state it gives the same events.
 *
 * @param state a fresh one at the first poll, which takes stock
 * @throws IntezerError where the service does not answer; nothing is to be remembered then. TooManyMatching
 */
export async function poll(
	service: CaseSearcher,
	watch: Watch,
	state: TriggerState,
	budget: Budget,
): Promise<PollOutcome> {
	const isOfMatching = watch.event === 'caseEscalated' || watch.event === 'caseMatched';
	return await (isOfMatching ? pollMatching : pollWindow)(service, watch, state, budget);
}
