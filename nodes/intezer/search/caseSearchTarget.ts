import { caseIdOf } from '../caseId';
import type { CaseSearcher } from '../types';
import type { SearchTarget, PayloadFields } from './searchTarget';

const FIELDS: PayloadFields = {
	ids: 'case_ids',
	excludedIds: 'exclude_case_ids',
	rangeStart: 'time_range_start',
	rangeEnd: 'time_range_end',
	rangeField: 'time_range_field',
};

/** The cases. */
export function caseSearchTarget(service: CaseSearcher): SearchTarget {
	return {
		maxConcurrency: service.maxConcurrency,
		fields: FIELDS,
		idOf: caseIdOf,
		fetchPage: async (query, offset, limit, signal) => {
			const page = await service.searchPage(query, offset, limit, signal);
			return { entries: page.cases, count: page.casesCount, serverTime: page.serverTime };
		},
	};
}
