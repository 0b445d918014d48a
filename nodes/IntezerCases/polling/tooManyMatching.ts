import { CAPPED_COUNT } from '../../intezer/search/cappedCount';
import { countMatching } from '../../intezer/search/countMatching';
import type { CaseSearcher } from '../../intezer/types';
import { MAX_MATCHING } from './matchingSet';
import { windowQuery, type FirstPage } from './timeWindow';

/** More cases match than the trigger's state can hold: it could not tell which of them are new. */
export class TooManyMatching extends Error {
	/** @param count how many match */
	constructor(readonly count: number) {
		super(`${count} cases match`);
		this.name = 'TooManyMatching';
	}
}

/**
 * Refuses more matching cases than the trigger's state can hold. A count that the service may have capped is counted
 * again, in time ranges.
 *
 * @param all the first page of all matching cases
 * @throws TooManyMatching, IntezerError
 */
export async function refuseTooManyMatching(
	service: CaseSearcher,
	{ window, page }: FirstPage,
): Promise<void> {
	const shown = page.casesCount ?? 0;
	const { count } =
		shown === CAPPED_COUNT ? await countMatching(service, windowQuery(window)) : { count: shown };
	if (count > MAX_MATCHING) throw new TooManyMatching(count);
}
