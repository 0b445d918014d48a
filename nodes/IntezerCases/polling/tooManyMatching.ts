import type { EventName } from './events';
import { MAX_MATCHING } from './matchingSet';

/** More cases match than the trigger's state can hold: it could not tell which of them are new. */
export class TooManyMatching extends Error {
	/** @param count how many match at least */
	constructor(readonly count: number) {
		super(`${count} cases match`);
		this.name = 'TooManyMatching';
	}
}

/**
 * Refuses more matching cases than the trigger's state can hold, where the event needs them all.
 *
 * @param count how many match: as the service counts them, which may end at 10,000, or as they were read
 * @throws TooManyMatching
 */
export function refuseTooManyMatching(event: EventName, count: number): void {
	if (event === 'caseMatched' && count > MAX_MATCHING) throw new TooManyMatching(count);
}
