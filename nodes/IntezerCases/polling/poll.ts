import type { CaseSearcher } from '../../intezer/types';
import { isMatchingEvent, type PollBudget, type TriggerSettings } from './events';
import type { PollOutcome } from './outcome';
import { pollMatching } from './pollMatching';
import { pollTimeWindow } from './pollTimeWindow';
import { withStartTime, type TriggerState } from './state';
import { isOverBudget } from './windowParts';

/*
 * There are two kinds of poll:
 *
 * - By time window (case created, case updated, alert attached): search for the cases whose creation, modification or
 *   last alert lies after the cursor. A case whose hash has not been seen is an event. See pollTimeWindow.ts.
 * - By matching (case escalated, case starts matching filters): search for all cases modified after the cursor, matching
 *   or not. A case that matches and is not in the matching set is an event; one that stopped matching leaves the set.
 *   See pollMatching.ts.
 *
 * The first poll records a baseline: what exists, or matches, already is no event. After a poll the cursor stays more
 * than five minutes in the past, because cases may appear in the search that late; what is read twice is known by its
 * hash. A window too large for one poll is read in parts, oldest first: each part that was read completely moves the
 * cursor, so the next poll has less to do. A poll that ran out of time or requests makes the next one read smaller parts.
 */

/** Cases to read at a time after a poll that ran out of time or requests, and the fewest. */
const REDUCED_PART_SIZE = 2_000;
const MIN_PART_SIZE = 100;
/** From this size on, parts need no limit of their own. */
const UNLIMITED_PART_SIZE = 20_000;

/**
 * Runs one poll: the events since the state was written, and the state to store now. It has no other effect: run again
 * with the same state, it returns the same events.
 *
 * @param state an empty one at the first poll, which records the baseline
 * @throws IntezerError where the service fails; then store {@link stateAfterFailure} at most. TooManyMatching
 */
export async function poll(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const pollByKind = isMatchingEvent(settings.event) ? pollMatching : pollTimeWindow;
	const outcome = withEmissions(await pollByKind(service, settings, state, budget), state);
	const partSize = 2 * (state.partSize ?? UNLIMITED_PART_SIZE);
	if (partSize >= UNLIMITED_PART_SIZE) return outcome;
	return { ...outcome, state: { ...outcome.state, partSize } };
}

/** The outcome whose state counts the polls that emitted events. */
function withEmissions(outcome: PollOutcome, { emissions = 0 }: TriggerState): PollOutcome {
	const count = emissions + (outcome.events.length > 0 ? 1 : 0);
	return count === 0 ? outcome : { ...outcome, state: { ...outcome.state, emissions: count } };
}

/**
 * The state after a failed poll. Before the first response it keeps when the trigger started; a poll that ran out of
 * time or requests makes the next one read smaller parts.
 *
 * @param startedAt when the poll started, in Unix milliseconds by n8n's clock
 */
export function stateAfterFailure(
	state: TriggerState,
	error: unknown,
	startedAt: number,
): TriggerState {
	const next = withStartTime(state, startedAt);
	if (!isOverBudget(error)) return next;
	const smaller = state.partSize === undefined ? REDUCED_PART_SIZE : Math.floor(state.partSize / 4);
	return { ...next, partSize: Math.max(MIN_PART_SIZE, smaller) };
}
