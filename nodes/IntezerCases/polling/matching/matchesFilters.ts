import type { IDataObject } from 'n8n-workflow';

import { CASE_STATUSES, PRIORITIES, type Case } from '../../../intezer/types';

/** Filters whose result never changes for a case: a poll searches with them to read less. */
const ID_FILTERS = ['case_ids', 'exclude_case_ids'];
/** Filters that can be evaluated here: the field and its values are documented. */
const FIELD_FILTERS: Readonly<Record<string, { field: string; values: readonly string[] }>> = {
	priorities: { field: 'case_priority', values: PRIORITIES },
	case_statuses: { field: 'case_status', values: CASE_STATUSES },
};

/** The filters whose result never changes for a case. */
export function idFilters(payload: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(payload).filter(([name]) => ID_FILTERS.includes(name)));
}

/** Whether a case matches by its own fields; undefined if only the service can tell. */
export function matchesByFields(payload: IDataObject, found: Case): boolean | undefined {
	let isCertain = true;
	for (const [name, wanted] of Object.entries(payload)) {
		if (ID_FILTERS.includes(name)) continue;
		const filter = FIELD_FILTERS[name];
		const value = filter === undefined ? undefined : found[filter.field];
		const isKnown = typeof value === 'string' && filter?.values.includes(value) === true;
		if (!isKnown || !Array.isArray(wanted)) isCertain = false;
		else if (!wanted.some((each) => each === value)) return false;
	}
	return isCertain ? true : undefined;
}
