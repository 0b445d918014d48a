import type { CaseSearcher } from '../../intezer/types';
import { pollMatching } from './pollMatching';
import type { PollOutcome } from './outcome';
import { isTooMuch } from './windowParts';
import { begun, type TriggerState } from './state';
import type { PollBudget, TriggerSettings } from './events';
import { pollWindow } from './pollTimeWindow';

/** Cases to read at a time after a poll that asked for too much, and the fewest. */
const SMALL_SLICE = 2_000;
const SMALLEST_SLICE = 100;
/** From so many on a slice needs no limit of its own. */
const LARGE_SLICE = 20_000;

/**
 * One poll: what happened since the state was left, and the state to leave now. Asks through `service` alone, and
 * changes nothing that it is given: run again from the same state it gives the same events.
 *
 * @param state a fresh one at the first poll, which takes stock
 * @throws IntezerError where the service does not answer; nothing is to be remembered then, but {@link afterTrouble}.
 * TooManyMatching
 */
export async function poll(
	service: CaseSearcher,
	watch: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const isOfMatching = watch.event === 'caseEscalated' || watch.event === 'caseMatched';
	const outcome = await (isOfMatching ? pollMatching : pollWindow)(service, watch, state, budget);
	const slice = 2 * (state.slice ?? LARGE_SLICE);
	return slice < LARGE_SLICE ? { ...outcome, state: { ...outcome.state, slice } } : outcome;
}

/** The state after a poll that failed: one that has no answer yet keeps when it began, and one that asked for too much asks for less. */
export function afterTrouble(state: TriggerState, error: unknown, began: number): TriggerState {
	const left = begun(state, began);
	if (!isTooMuch(error)) return left;
	const smaller = state.slice === undefined ? SMALL_SLICE : Math.floor(state.slice / 4);
	return { ...left, slice: Math.max(SMALLEST_SLICE, smaller) };
}
