import type { CaseSearcher } from '../../../intezer/types';
import type { EventName, PollBudget, TriggerSettings } from '../events';
import { MAX_MATCHING } from './matchingSet';
import { fetchTimedPage, type WindowResponse, type TimeWindow } from '../window/timeWindow';

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

/**
 * Refuses a start with more matching cases than the trigger's state can hold.
 *
 * @param createdFrom the second before which no case counts; 0 if all do
 * @param all the first page of all that match
 * @throws TooManyMatching; IntezerError
 */
export async function refuseTooManyAtStart(
	service: CaseSearcher,
	{ event, payload }: TriggerSettings,
	createdFrom: number,
	all: WindowResponse,
	budget: PollBudget,
): Promise<void> {
	if (event !== 'caseMatched') return;
	const recent: TimeWindow = { payload, field: 'creation_time', from: createdFrom };
	const counted = createdFrom > 0 ? await fetchTimedPage(service, recent, budget) : all;
	refuseTooManyMatching(event, counted.page.casesCount ?? 0);
}
