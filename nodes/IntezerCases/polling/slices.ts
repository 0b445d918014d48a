import { IntezerError } from '../intezer/errors';
import { searchCases } from '../intezer/search';
import type { Case, CaseSearcher } from '../intezer/types';
import { lastBelow } from './bisect';
import type { Budget } from './watch';
import { countOf, isWhole, open, PAGE_SIZE, queryOf, type Opened, type Window } from './window';

/** Most cases to read at a time, whatever the time that is left: they are in memory together. */
const MOST_AT_ONCE = 20_000;
/** Which part of the time that is left a slice may take by the pace of the last answer. */
const SHARE_OF_TIME = 0.5;

/** A part of a window that was read whole. */
export interface Slice {
	cases: Case[];
	/** Up to which second it reaches; undefined for one that goes to the window's end. */
	end: number | undefined;
	/** Whether all that matched throughout is in it; if not, it is to be read again. */
	complete: boolean;
}

export interface SliceLimits {
	/** Before this second of the server nothing new appears any more: behind it, one slice a poll. */
	settled: number;
	/** Most cases to read at a time. */
	most?: number;
}

/**
 * Reads a window, in slices of time where it is too large for the time that is left: the service counts them, so
 * each fits. Ends when the window is read, or when there is no time for another slice.
 *
 * @throws IntezerError where not even one slice could be read, or for another reason than the time
 */
export async function* slicesOf(
	service: CaseSearcher,
	opened: Opened,
	budget: Budget,
	limits: SliceLimits,
): AsyncGenerator<Slice> {
	let current: Opened | undefined = opened;
	let isFirst = true;
	while (current !== undefined) {
		const slice: Slice | IntezerError = await readSlice(service, current, budget, limits).catch(
			onlyOutOfTime,
		);
		if (slice instanceof IntezerError) {
			if (isFirst) throw slice;
			return;
		}
		isFirst = false;
		const began = budget.now();
		yield slice;
		const { end, complete } = slice;
		if (end === undefined || !complete || end >= limits.settled) return;
		const next: Window = { ...current.window, from: end };
		if (budget.deadline - budget.now() < 3 * current.took + (budget.now() - began)) return;
		const answer: Opened | IntezerError = await open(service, next, budget).catch(onlyOutOfTime);
		if (answer instanceof IntezerError) return;
		current = answer;
	}
}

async function readSlice(
	service: CaseSearcher,
	opened: Opened,
	budget: Budget,
	limits: SliceLimits,
): Promise<Slice> {
	if (isWhole(opened)) return { cases: opened.page.cases, end: undefined, complete: true };
	const most = affordable(opened, budget, limits.most ?? MOST_AT_ONCE);
	const { window, page, server } = opened;
	if (page.casesCount === undefined || page.casesCount <= most) {
		return { ...(await readWindow(service, window)), end: undefined };
	}
	const end = await lastBelow(
		{ low: window.from ?? 0, high: window.until ?? server, highCount: page.casesCount, most },
		(until) => countOf(service, { ...window, until }, budget),
	);
	return { ...(await readWindow(service, { ...window, until: end })), end };
}

/** All cases of a window, at once. @throws IntezerError */
export async function readWindow(
	service: CaseSearcher,
	window: Window,
): Promise<{ cases: Case[]; complete: boolean }> {
	const everything = { offset: 0, limit: Infinity, pageSize: PAGE_SIZE };
	const { cases, complete } = await searchCases(service, queryOf(window), everything);
	return { cases, complete };
}

/** Whether a window can be read at once in the time that is left. */
export function fits(opened: Opened, budget: Budget, most = MOST_AT_ONCE): boolean {
	return (opened.page.casesCount ?? 0) <= affordable(opened, budget, most);
}

/** How many cases can be read in the time that is left, by how long the last answer took. */
function affordable({ page, took }: Opened, budget: Budget, most: number): number {
	const left = (budget.deadline - budget.now()) * SHARE_OF_TIME;
	const pages = Math.floor(left / Math.max(1, took));
	return Math.min(most, Math.max(1, pages) * Math.max(1, page.cases.length));
}

/** Running out of time is an outcome here; anything else is not. */
function onlyOutOfTime(error: unknown): IntezerError {
	if (error instanceof IntezerError && error.kind === 'outOfTime') return error;
	throw error;
}
