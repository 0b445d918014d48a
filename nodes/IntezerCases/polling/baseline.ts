import type { CaseSearcher } from '../../intezer/types';
import { lastBelow } from './bisect';
import { caseKey, caseHash, shortHash } from './caseHash';
import { SeenHashes } from './seenHashes';
import { Membership, MOST_INSIDE } from './matchingSet';
import { fits, slicesOf } from './windowParts';
import { settledAt, startOf } from './cursor';
import type { TriggerState } from './state';
import { TooManyMatching } from './tooManyMatching';
import { fixedFilters } from './matching';
import { FIELD_OF, type PollBudget, type TriggerSettings } from './events';
import {
	countOf,
	isWhole,
	fetchFirstPage,
	openFrom,
	type FirstPage,
	type TimeWindow,
} from './timeWindow';

/** The marks of the cases that were modified just before the start: enough that the next poll knows them. */
const MOST_MARKS = 1_000;

/** Whether a state knows all cases that matched at its start. */
export function hasBaseline(state: TriggerState): boolean {
	return state.inside !== undefined && state.stock === undefined;
}

/**
 * Learns which cases match at the start, without events; where there is no time for all of them, goes on at the next
 * poll. What happens to a case from the start on is for the polls that follow.
 *
 * @returns a state, with `stock` where some is still to take
 * @throws IntezerError; TooManyMatching where the event cannot do without any of them
 */
export async function recordBaseline(
	service: CaseSearcher,
	watch: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<TriggerState> {
	const { begun, opened } = await (state.stock === undefined
		? begin(service, watch, state, budget)
		: resume(service, watch, state, state.stock, budget));
	const membership = new Membership(state);
	let stock = begun.stock ?? { after: 0, until: opened.server };
	let isWhole = false;
	const limits = { settled: Infinity, room: () => state.slice ?? Infinity };
	for await (const slice of slicesOf(service, opened, budget, limits)) {
		// The service gives the newest first: so the longest unmodified come first.
		for (const found of [...slice.cases].reverse()) membership.enter(shortHash([caseKey(found)]));
		if (!slice.complete) break;
		if (slice.end === undefined) isWhole = true;
		else stock = { ...stock, after: slice.end };
	}
	const taken = { ...begun, ...membership.packed() };
	delete taken.stock;
	return isWhole ? taken : { ...taken, from: Math.max(taken.from ?? 0, stock.until), stock };
}

/** A state whose stock is to be taken, and the first answer of the window that holds it. */
interface Begun {
	begun: TriggerState;
	opened: FirstPage;
}

async function begin(
	service: CaseSearcher,
	watch: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<Begun> {
	const start = startOf(watch, state, budget);
	const changed: TimeWindow = {
		payload: fixedFilters(watch.payload),
		field: FIELD_OF[watch.event],
	};
	const now = await openFrom(service, changed, budget, start.guess, (server) =>
		start.exact(server),
	);
	const from = now.window.from ?? start.guess;
	const until = start.takesStock ? now.server : from - 1;
	const fresh = { version: 1, key: state.key, epoch: state.epoch } as const;

	// At a plain start one look at all that matches is the most exact stock.
	const all = { payload: watch.payload, field: changed.field, sortBy: changed.field };
	const everything = await fetchFirstPage(
		service,
		start.takesStock ? all : { ...all, until },
		budget,
	);
	const count = everything.page.casesCount ?? 0;
	const most = Math.min(state.slice ?? Infinity, MOST_INSIDE);
	if (count > MOST_INSIDE && watch.event === 'caseMatched') throw new TooManyMatching(count);
	if (start.takesStock && fits(everything, budget, most)) {
		const marks = new SeenHashes({});
		if (isWhole(now)) for (const found of now.page.cases) marks.see(caseHash(found));
		const known = marks.packed(now.server, now.server, MOST_MARKS);
		return { begun: { ...fresh, from: settledAt(now.server), known }, opened: everything };
	}
	const after =
		count > MOST_INSIDE
			? await secondOfLast(MOST_INSIDE, service, { ...all, until }, count, budget)
			: 0;
	const begun: TriggerState = {
		...fresh,
		from: start.takesStock ? now.server : from,
		known: {},
		stock: { after, until },
	};
	return await resume(service, watch, begun, { after, until }, budget);
}

async function resume(
	service: CaseSearcher,
	watch: TriggerSettings,
	begun: TriggerState,
	{ after, until }: { after: number; until: number },
	budget: PollBudget,
): Promise<Begun> {
	const field = FIELD_OF[watch.event];
	const window: TimeWindow = { payload: watch.payload, field, sortBy: field, until };
	if (after > 0) window.from = after;
	return { begun, opened: await fetchFirstPage(service, window, budget) };
}

/** A second after which lie so many cases of a window, or a few more. */
async function secondOfLast(
	most: number,
	service: CaseSearcher,
	window: TimeWindow & { until: number },
	count: number,
	budget: PollBudget,
): Promise<number> {
	const older = count - most;
	const range = { low: 0, high: window.until, highCount: count, most: older };
	return await lastBelow({ ...range, enough: older - 0.1 * most }, (until) =>
		countOf(service, { ...window, until }, budget),
	);
}
