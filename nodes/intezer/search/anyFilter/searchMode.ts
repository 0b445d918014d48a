import type { IDataObject } from 'n8n-workflow';

import { FoundEntries } from '../pages/foundEntries';
import type { PageFetcher } from '../pages/pageFetcher';
import { readPages } from '../pages/readPages';
import type { SearchQuery } from '../../types';

/**
 * What a filter means in a search in mode `or`:
 * - `alternative`: like the other filters, it adds matching cases
 * - `condition`: every case must match it, whatever the other filters say
 *
 * The documentation does not say which of them applies to `exclude_case_ids` and to a time range.
 */
export type FilterMeaning = 'alternative' | 'condition';

/** The filters of a search, each as a payload of its own. */
interface SeparateFilters {
	exclusion: IDataObject | undefined;
	timeRange: IDataObject | undefined;
	others: IDataObject[];
}

function separateFilters({ payload }: SearchQuery): SeparateFilters {
	const { devices, users, exclude_case_ids, ...rest } = payload;
	const timeRange: IDataObject = {};
	const others: IDataObject[] = [];
	for (const [name, value] of Object.entries(rest)) {
		if (name.startsWith('time_range_')) timeRange[name] = value;
		else others.push({ [name]: value });
	}
	for (const [group, lists] of Object.entries({ devices, users })) {
		for (const [name, values] of Object.entries(lists ?? {})) {
			others.push({ [group]: { [name]: values } });
		}
	}
	return {
		exclusion: exclude_case_ids === undefined ? undefined : { exclude_case_ids },
		timeRange: Object.keys(timeRange).length === 0 ? undefined : timeRange,
		others,
	};
}

/** Whether every filter of a search must match, which is also so if it has only one. */
export function mustMatchAll(query: SearchQuery): boolean {
	if (query.search_mode !== 'or') return true;
	const { exclusion, timeRange, others } = separateFilters(query);
	return [exclusion, timeRange, ...others].filter((each) => each !== undefined).length <= 1;
}

/** The same search in mode `and`, if every filter must match: further filters then narrow it. */
export function asAnd(query: SearchQuery): SearchQuery {
	return mustMatchAll(query) ? { ...query, search_mode: 'and' } : query;
}

/**
 * Learns what `exclude_case_ids` means in mode `or`: searches for a case and excludes it at the same time. A condition
 * leaves nothing; an alternative adds every other case.
 *
 * @param found some cases of a search that matches more than one
 * @returns undefined if the service does not say
 * @throws IntezerError
 */
export async function meaningOfExclusion(
	fetcher: PageFetcher,
	query: SearchQuery,
	found: FoundEntries,
): Promise<FilterMeaning | undefined> {
	const [id] = found.ids();
	if (id === undefined) return undefined;
	const matching = await findSome(fetcher, query, { case_ids: [id], exclude_case_ids: [id] });
	if (hasOthers(matching.found, id)) return 'alternative';
	return matching.isComplete && matching.found.size === 0 ? 'condition' : undefined;
}

/**
 * Learns what a time range means in mode `or`: searches for a case, with a time range that contains every case. An
 * alternative adds all of them. Sends no request if the search has no time range: either meaning is right then.
 *
 * @param found some cases of a search that matches more than one
 * @returns undefined if the service does not say
 * @throws IntezerError
 */
export async function meaningOfTimeRange(
	fetcher: PageFetcher,
	query: SearchQuery,
	found: FoundEntries,
): Promise<FilterMeaning | undefined> {
	if (separateFilters(query).timeRange === undefined) return 'condition';
	const [id] = found.ids();
	if (id === undefined) return undefined;
	const range = { time_range_field: 'creation_time', time_range_start: 1 };
	const matching = await findSome(fetcher, query, { case_ids: [id], ...range });
	if (hasOthers(matching.found, id)) return 'alternative';
	return matching.isComplete ? 'condition' : undefined;
}

/** Two cases that match any of these filters, or all that do; none if the service refuses the search. */
async function findSome(
	fetcher: PageFetcher,
	query: SearchQuery,
	payload: IDataObject,
): Promise<{ found: FoundEntries; isComplete: boolean }> {
	const found = new FoundEntries(fetcher.target);
	const range = { offset: 0, end: 2, pageSize: 2 };
	const anyFilter: SearchQuery = { payload, search_mode: 'or' };
	const excluded = { ids: new Set<string>(), plainQuery: query };
	const { isComplete } = await readPages(fetcher, anyFilter, range, found, excluded);
	return { found, isComplete };
}

function hasOthers(cases: FoundEntries, id: string): boolean {
	return cases.size > (cases.ids().includes(id) ? 1 : 0);
}

/** Searches whose filters must all match, and whose matches together are those of a search in mode `or`. */
export function splitByFilter(
	query: SearchQuery,
	meaning: { exclusion: FilterMeaning; timeRange: FilterMeaning },
): SearchQuery[] {
	const { exclusion, timeRange, others } = separateFilters(query);
	const alternatives = [...others];
	let conditions: IDataObject = {};
	for (const [filter, itsMeaning] of [
		[timeRange, meaning.timeRange],
		[exclusion, meaning.exclusion],
	] as const) {
		if (filter === undefined) continue;
		if (itsMeaning === 'alternative') alternatives.push(filter);
		else conditions = { ...conditions, ...filter };
	}
	const filters = alternatives.length === 0 ? [{}] : alternatives;
	return filters.map((filter) => ({
		...query,
		search_mode: 'and',
		payload: { ...filter, ...conditions },
	}));
}
