import type { IDataObject } from 'n8n-workflow';

import { caseIdOf } from '../../intezer/caseId';
import {
	CASE_STATUSES,
	PRIORITIES,
	type Case,
	type CaseSearcher,
	type SearchPage,
	type SearchQuery,
} from '../../intezer/types';
import { caseKey } from './caseHash';
import { isExhausted } from './readWholeWindow';
import { PAGE_SIZE } from './timeWindow';

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

/** Asks which of the given cases match now. Returns them by key, as the service has them now. @throws IntezerError */
export async function fetchMatching(
	service: CaseSearcher,
	payload: IDataObject,
	cases: readonly Case[],
): Promise<Map<string, Case>> {
	const ids = cases.map(caseIdOf).filter((id) => id !== undefined);
	const matching = new Map<string, Case>();
	for (let start = 0; start < ids.length; start += PAGE_SIZE) {
		for (const found of await searchByIds(service, payload, ids.slice(start, start + PAGE_SIZE))) {
			matching.set(caseKey(found), found);
		}
	}
	return matching;
}

/** Those that a response has no room for are requested again. Some services refuse a long list: they get shorter ones. */
async function searchByIds(
	service: CaseSearcher,
	payload: IDataObject,
	ids: string[],
): Promise<Case[]> {
	const query: SearchQuery = {
		payload: { ...payload, case_ids: ids },
		search_mode: 'and',
		sort_by: 'creation_time',
	};
	let page: SearchPage;
	try {
		page = await service.searchPage(query, 0, PAGE_SIZE);
	} catch (error) {
		return await searchByHalves(service, payload, ids, error);
	}
	const { cases, casesCount = Infinity } = page;
	const shown = new Set(cases.map(caseIdOf));
	const rest = ids.filter((id) => !shown.has(id));
	const isComplete = rest.length === 0 || (cases.length < PAGE_SIZE && shown.size >= casesCount);
	if (isComplete || rest.length === ids.length) return cases;
	return [...cases, ...(await searchByIds(service, payload, rest))];
}

/** Searches by half of the ids at a time. @throws the error of the whole list if shorter lists don't help */
async function searchByHalves(
	service: CaseSearcher,
	payload: IDataObject,
	ids: string[],
	error: unknown,
): Promise<Case[]> {
	const [id] = ids;
	if (id === undefined || ids.length === 1 || isExhausted(error)) throw error;
	await searchByIds(service, payload, [id]);
	const middle = Math.ceil(ids.length / 2);
	const first = await searchByIds(service, payload, ids.slice(0, middle));
	return [...first, ...(await searchByIds(service, payload, ids.slice(middle)))];
}
