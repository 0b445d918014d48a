import type { CaseSearcher } from '../../intezer/types';
import { isMatchingEvent, type PollBudget, type TriggerSettings } from './events';
import type { PollOutcome } from './pollOutcome';
import { pollMatching } from './pollMatching';
import { pollTimeWindow } from './pollTimeWindow';
import type { TriggerState } from './state';

/*
 * There are two kinds of poll:
 *
 * - By time window (case created, case updated, alert attached): search for the cases whose creation, modification or
 *   last alert lies after the cursor. A case whose hash has not been seen is an event. See pollTimeWindow.ts.
 * - By matching (case escalated, case starts matching filters): search for all cases modified after the cursor, matching
 *   or not. A case that matches and is not in the matching set is an event. One that no longer matches leaves the set
 *   once the cursor has passed it, when every copy of the data must know it. See pollMatching.ts.
 *
 * The first poll records a baseline: what exists, or matches, already is no event. After a poll the cursor stays six
 * minutes in the past, by the slower clock, because cases may appear in the search five minutes late; what is read twice
 * is known by its hash or by the matching set. What one poll can't read is read page by page: what was shown is emitted
 * and remembered, and the state says where the next poll continues. Only what has settled and is proved complete moves
 * the cursor. See readWindow.ts.
 */

/**
 * Runs one poll: the events since the state was written, and the state to store now. It has no other effect: run again
 * with the same state, it returns the same events.
 *
 * @param state an empty one at the first poll, which records the baseline
 * @throws IntezerError if the service fails; then store {@link withStartTime} at most. TooManyMatching
 */
export async function findEvents(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const pollByKind = isMatchingEvent(settings.event) ? pollMatching : pollTimeWindow;
	return withEmissions(await pollByKind(service, settings, state, budget), state);
}

/** The outcome whose state counts the polls that emitted events. */
function withEmissions(outcome: PollOutcome, { emissions = 0 }: TriggerState): PollOutcome {
	const count = emissions + (outcome.events.length > 0 ? 1 : 0);
	return count === 0 ? outcome : { ...outcome, state: { ...outcome.state, emissions: count } };
}
