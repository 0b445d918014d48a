import type { SearchPayload } from '../tools/simulator/simulator.mts';

/** Cases that one page of a search holds, for all contenders. */
export const PAGE_SIZE = 100;

/** Requests in flight where a contender can have several: the node's default. */
export const CONCURRENCY = 5;

/** What a contender is to do, against the service at `url`. */
export type Task =
	| { readonly operation: 'search'; readonly history: History }
	| { readonly operation: 'get'; readonly caseIds: readonly string[] };

/** A part of the simulated world: all cases of a sub-tenant, or all there are. */
export interface History {
	readonly cases: number;
	readonly subTenant: string | undefined;
}

/** The simulated service, as a contender reaches it. */
export interface Target {
	/** Without `/api/v2-0`. */
	readonly url: string;
	readonly apiKey: string;
}

/** What a search for this history sends as its filters. */
export function payloadOf({ subTenant }: History): SearchPayload {
	return subTenant === undefined ? {} : { sub_tenant_names: [subTenant] };
}

/** How many items a contender has to come back with. */
export function itemsOwed(task: Task): number {
	return task.operation === 'search' ? task.history.cases : task.caseIds.length;
}
