import type { IDataObject } from 'n8n-workflow';

import type { SearchQuery } from '../types';

/**
 * The searches of one filter each whose matches together are those of a search; the search itself where all of its
 * filters must match, or it has but one. The cases that the user leaves out are left out of each.
 */
export function branchesOf(query: SearchQuery): SearchQuery[] {
	if (query.search_mode !== 'or') return [query];
	const { exclude_case_ids: excluded, ...payload } = query.payload;
	const filters = filtersOf(payload);
	const common = excluded === undefined ? {} : { exclude_case_ids: excluded };
	return (filters.length === 0 ? [{}] : filters).map((filter) => ({
		...query,
		search_mode: 'and',
		payload: { ...filter, ...common },
	}));
}

function filtersOf({ devices, users, ...payload }: IDataObject): IDataObject[] {
	const timeRange: IDataObject = {};
	const filters: IDataObject[] = [];
	for (const [name, value] of Object.entries(payload)) {
		if (name.startsWith('time_range_')) timeRange[name] = value;
		else filters.push({ [name]: value });
	}
	if (Object.keys(timeRange).length > 0) filters.push(timeRange);
	for (const [group, lists] of Object.entries({ devices, users })) {
		for (const [name, values] of Object.entries(lists ?? {})) {
			filters.push({ [group]: { [name]: values } });
		}
	}
	return filters;
}
