import type { History } from './workload.mts';

/** The sizes that are measured, and the number of runs. */
export interface Plan {
	/** Latency of every response of the service, in milliseconds. */
	readonly latencyMs: number;
	readonly small: History;
	readonly medium: History;
	/** A tenth of the large one, to see how the cost grows. */
	readonly tenth: History;
	/** All cases of the service. Measured once, because it takes minutes. */
	readonly large: History;
	/** Number of input items for Get Case. */
	readonly items: number;
	/** Timed runs of a search, except on the large history; the report shows the median. */
	readonly rounds: number;
	/** Timed runs of Get Case, and of a search in a real n8n. */
	readonly fewRounds: number;
}

export const FULL: Plan = {
	latencyMs: 50,
	small: part(1_000),
	medium: part(10_050),
	tenth: part(20_000),
	large: whole(200_000),
	items: 1_000,
	rounds: 5,
	fewRounds: 3,
};

export const QUICK: Plan = {
	latencyMs: 50,
	small: part(200),
	medium: part(1_005),
	tenth: part(1_000),
	large: whole(10_000),
	items: 100,
	rounds: 1,
	fewRounds: 1,
};

function part(cases: number): History {
	return { cases, subTenant: `history-of-${cases}` };
}

function whole(cases: number): History {
	return { cases, subTenant: undefined };
}
