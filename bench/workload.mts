import type { SearchPayload } from '../tools/simulator/simulator.mts';

/** Page size of a search, the same for all contenders. */
export const PAGE_SIZE = 100;

/** Requests in flight for contenders with a fixed width above one. */
export const FIXED_WIDTH = 5;

/** A task for a contender. */
export type Task = SearchTask | { readonly operation: 'get'; readonly caseIds: readonly string[] };

/** 'searchRaw' gets the cases as received, otherwise they are simplified. */
export interface SearchTask {
	readonly operation: 'search' | 'searchRaw';
	readonly history: History;
}

/** The cases to search: those of one sub-tenant, or all. */
export interface History {
	readonly cases: number;
	readonly subTenant: string | undefined;
}

/** Address and key of the simulated service. */
export interface Target {
	/** Without `/api/v2-0`. */
	readonly url: string;
	readonly apiKey: string;
}

/** Takes no request: a process responds to it once it has loaded its modules and has a token. */
export const NOTHING: Task = { operation: 'get', caseIds: [] };

/** The filters of a search for this history. */
export function payloadOf({ subTenant }: History): SearchPayload {
	return subTenant === undefined ? {} : { sub_tenant_names: [subTenant] };
}

/** Number of items that a complete result has. */
export function expectedItems(task: Task): number {
	return task.operation === 'get' ? task.caseIds.length : task.history.cases;
}
