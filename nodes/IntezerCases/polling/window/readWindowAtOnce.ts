import type { IntezerError } from '../../../intezer/http/errors';
import { caseSearchTarget } from '../../../intezer/search/caseSearchTarget';
import { searchHistory } from '../../../intezer/search/searchHistory';
import type { Case, CaseSearcher } from '../../../intezer/types';
import { caseKey } from '../caseHash';
import { exhaustedError } from '../exhausted';
import { PAGE_SIZE, windowQuery, type TimeWindow } from './timeWindow';

/** What reading a window at once has shown. */
export interface WindowAtOnce {
	cases: Case[];
	/** Whether they contain all that matched throughout. */
	complete: boolean;
	/** Why the reading ended early: a lack of time or requests. */
	failure?: IntezerError;
}

/**
 * Reads all cases of a window. If there is too little time or there are too few requests for that, it returns what
 * the responses contained.
 *
 * @throws IntezerError for another reason
 */
export async function readWindowAtOnce(
	service: CaseSearcher,
	window: TimeWindow,
): Promise<WindowAtOnce> {
	const shown = new Map<string, Case>();
	const recorder: CaseSearcher = {
		maxConcurrency: service.maxConcurrency,
		async searchPage(query, offset, limit, signal) {
			const page = await service.searchPage(query, offset, limit, signal);
			for (const found of page.cases) shown.set(caseKey(found), found);
			return page;
		},
	};
	const everything = { offset: 0, limit: Infinity, pageSize: PAGE_SIZE };
	try {
		const history = caseSearchTarget(recorder);
		const { entries, complete } = await searchHistory(history, windowQuery(window), everything);
		return { cases: entries, complete };
	} catch (error) {
		return { cases: [...shown.values()], complete: false, failure: exhaustedError(error) };
	}
}
