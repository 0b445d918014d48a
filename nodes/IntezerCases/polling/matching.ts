import type { IDataObject } from 'n8n-workflow';

import { searchHistory } from '../../intezer/search/search';
import { CASE_STATUSES, PRIORITIES, type Case, type CaseSearcher } from '../../intezer/types';
import { caseKey } from './caseHash';
import { PAGE_SIZE } from './timeWindow';

/** Filters that never change for a case: they narrow what a poll reads. */
const FIXED = ['case_ids', 'exclude_case_ids'];
/** Filters over a documented field with a documented set of values: a case tells itself whether they let it through. */
const TOLD: Readonly<Record<string, { field: string; known: readonly string[] }>> = {
	priorities: { field: 'case_priority', known: PRIORITIES },
	case_statuses: { field: 'case_status', known: CASE_STATUSES },
};

/** The filters that never change for a case. */
export function fixedFilters(payload: IDataObject): IDataObject {
	return Object.fromEntries(Object.entries(payload).filter(([name]) => FIXED.includes(name)));
}

/** Whether a case matches, as far as it tells itself; undefined where only the service knows. */
export function toldByItself(payload: IDataObject, found: Case): boolean | undefined {
	let isCertain = true;
	for (const [name, wanted] of Object.entries(payload)) {
		if (FIXED.includes(name)) continue;
		const told = TOLD[name];
		const value = told === undefined ? undefined : found[told.field];
		const isKnown = typeof value === 'string' && told?.known.includes(value) === true;
		if (!isKnown || !Array.isArray(wanted)) isCertain = false;
		else if (!wanted.some((each) => each === value)) return false;
	}
	return isCertain ? true : undefined;
}

/** Those of some cases that match now, by their keys, as the service has them now. @throws IntezerError */
export async function matchingNow(
	service: CaseSearcher,
	payload: IDataObject,
	cases: readonly Case[],
): Promise<Map<string, Case>> {
	const ids = cases.map((each) => each.case_id).filter((id) => typeof id === 'string' && id !== '');
	const matching = new Map<string, Case>();
	for (let start = 0; start < ids.length; start += PAGE_SIZE) {
		const asked = { ...payload, case_ids: ids.slice(start, start + PAGE_SIZE) };
		const outcome = await searchHistory(
			service,
			{ payload: asked, search_mode: 'and', sort_by: 'creation_time' },
			{ offset: 0, limit: Infinity, pageSize: PAGE_SIZE },
		);
		for (const found of outcome.cases) matching.set(caseKey(found), found);
	}
	return matching;
}
