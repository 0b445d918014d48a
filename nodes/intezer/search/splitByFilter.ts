import type { IDataObject } from 'n8n-workflow';

import type { SearchQuery } from '../types';

/**
 * Splits a search in mode `or` into searches of one filter each, whose matches together are the matches of the whole.
 * Returns the search itself if all of its filters must match. The ids that the user excludes are excluded from each.
 */
export function splitByFilter(query: SearchQuery): SearchQuery[] {
	if (query.search_mode !== 'or') return [query];
	const { exclude_case_ids: excluded, ...payload } = query.payload;
	const filters = filtersOf(payload);
	const exclusion = excluded === undefined ? {} : { exclude_case_ids: excluded };
	return (filters.length === 0 ? [{}] : filters).map((filter) => ({
		...query,
		search_mode: 'and',
		payload: { ...filter, ...exclusion },
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
