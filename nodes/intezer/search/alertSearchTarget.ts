import type { AlertCalls } from '../alertCalls';
import { alertIdOf, environmentOf } from '../alertId';
import type { SearchTarget, PayloadFields } from './searchTarget';

const FIELDS: PayloadFields = {
	excludedIds: 'exclude_alert_ids',
	rangeStart: 'start_time',
	rangeEnd: 'end_time',
	rangeField: 'time_filter_type',
};

/** What a search for alerts calls: the client's calls, or a test's own. */
export type AlertSearcher = Pick<AlertCalls, 'searchPage' | 'getByIds'>;

/** The alerts. Their queries have no search mode: every filter must match. */
export function alertSearchTarget(service: AlertSearcher, maxConcurrency: number): SearchTarget {
	return {
		maxConcurrency,
		fields: FIELDS,
		idScope: {
			field: 'environments',
			scopeOf: environmentOf,
			lookUp: async (ids, isWanted, signal) => await service.getByIds({ ids, isWanted, signal }),
		},
		idOf: alertIdOf,
		fetchPage: async ({ payload }, offset, limit, signal) =>
			await service.searchPage(payload, offset, limit, signal),
	};
}
