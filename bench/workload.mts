import type { SearchPayload } from '../tools/simulator/simulator.mts';

/** Page size of a search, the same for all contenders. */
export const PAGE_SIZE = 100;

/** Requests in flight for contenders that can have several. */
export const CONCURRENCY = 5;

/** A task for a contender. */
export type Task =
	| { readonly operation: 'search'; readonly history: History }
	| { readonly operation: 'get'; readonly caseIds: readonly string[] };

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

/** The filters of a search for this history. */
export function payloadOf({ subTenant }: History): SearchPayload {
	return subTenant === undefined ? {} : { sub_tenant_names: [subTenant] };
}

/** Number of items that a complete result has. */
export function expectedItems(task: Task): number {
	return task.operation === 'search' ? task.history.cases : task.caseIds.length;
}
