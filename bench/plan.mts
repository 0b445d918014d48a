import type { History } from './workload.mts';

/** What is measured, and how often. */
export interface Plan {
	/** How late every answer of the service comes, in milliseconds. */
	readonly latencyMs: number;
	readonly small: History;
	/** The one that everybody warms up with: an n8n that serves workflows has run them before. */
	readonly medium: History;
	/** A tenth of the large one, to see how the cost grows. */
	readonly tenth: History;
	/** The whole world. It is read once: it takes minutes. */
	readonly large: History;
	/** How many items Get Case gets. */
	readonly items: number;
	/** How often a search is timed, the large history apart; the median counts. */
	readonly rounds: number;
	/** How often Get Case is timed. */
	readonly getRounds: number;
}

export const FULL: Plan = {
	latencyMs: 50,
	small: part(1_000),
	medium: part(10_050),
	tenth: part(20_000),
	large: whole(200_000),
	items: 1_000,
	rounds: 5,
	getRounds: 2,
};

export const QUICK: Plan = {
	latencyMs: 50,
	small: part(200),
	medium: part(1_005),
	tenth: part(1_000),
	large: whole(10_000),
	items: 100,
	rounds: 1,
	getRounds: 1,
};

function part(cases: number): History {
	return { cases, subTenant: `history-of-${cases}` };
}

function whole(cases: number): History {
	return { cases, subTenant: undefined };
}
