import { IntezerError } from '../../intezer/http/errors';
import { searchHistory } from '../../intezer/search/search';
import type { Case, CaseSearcher } from '../../intezer/types';
import { lastBelow } from './bisect';
import { caseKey } from './caseHash';
import type { PollBudget } from './events';
import {
	countOf,
	isWhole,
	fetchFirstPage,
	PAGE_SIZE,
	queryOf,
	type FirstPage,
	type TimeWindow,
} from './timeWindow';

/** Most cases to read at a time, whatever the time that is left: they are in memory together. */
const MOST_AT_ONCE = 20_000;
/** Which part of the time that is left a slice may take by the pace of the last answer. */
const SHARE_OF_TIME = 0.5;

/** How often to read a second that cannot be cut, where the service does not let prove that nothing is missing. */
const READINGS = 3;

/** A part of a window that was read whole. */
export interface Slice {
	cases: Case[];
	/** Up to which second it reaches; undefined for one that goes to the window's end. */
	end: number | undefined;
	/** Whether all that matched throughout is in it; if not, it is to be read again. */
	complete: boolean;
}

export interface SliceLimits {
	/** Before this second of the server nothing new appears any more. */
	settled: number;
	/** How many cases there is still room for, asked before each slice; Infinity unless set. */
	room?: () => number;
}

/**
 * Reads a window, in slices of time where it is too large for the time that is left: the service counts them, so
 * each fits. Ends when the window is read, or when there is no time, no room or no request left for another slice.
 *
 * @throws IntezerError where not even one slice could be read, or for another reason than {@link isTooMuch}
 */
export async function* slicesOf(
	service: CaseSearcher,
	opened: FirstPage,
	budget: PollBudget,
	limits: SliceLimits,
): AsyncGenerator<Slice> {
	let current: FirstPage | undefined = opened;
	let isFirst = true;
	while (current !== undefined) {
		const slice: Slice | IntezerError = await readSlice(service, current, budget, limits).catch(
			onlyTooMuch,
		);
		if (slice instanceof IntezerError) {
			if (isFirst) throw slice;
			return;
		}
		isFirst = false;
		const began = budget.now();
		yield slice;
		const { end, complete } = slice;
		if (end === undefined || !complete || (limits.room?.() ?? Infinity) < 1) return;
		const next: TimeWindow = { ...current.window, from: end };
		if (budget.deadline - budget.now() < 3 * current.took + (budget.now() - began)) return;
		const answer: FirstPage | IntezerError = await fetchFirstPage(service, next, budget).catch(
			onlyTooMuch,
		);
		if (answer instanceof IntezerError) return;
		current = answer;
	}
}

async function readSlice(
	service: CaseSearcher,
	opened: FirstPage,
	budget: PollBudget,
	limits: SliceLimits,
): Promise<Slice> {
	const { window, page, server } = opened;
	if (isWhole(opened)) return { cases: page.cases, end: undefined, complete: true };
	const most = affordable(opened, budget, limits.room?.() ?? Infinity);
	if (page.casesCount === undefined || page.casesCount <= most) {
		const slice = { ...(await readWindow(service, window)), end: undefined };
		if (slice.complete || page.casesCount === undefined) return slice;
	}
	// What could not be proved to be whole is cut until it fits one answer, which is.
	const end = await lastBelow(
		{
			low: window.from ?? 0,
			high: window.until ?? server,
			highCount: page.casesCount,
			most: page.casesCount <= most ? Math.max(1, page.cases.length) : most,
		},
		(until) => countOf(service, { ...window, until }, budget),
	);
	const slice = { ...(await readWindow(service, { ...window, until: end })), end };
	if (slice.complete || end >= limits.settled) return slice;
	return await readSettled(service, { ...window, until: end }, slice);
}

/** Nothing enters a slice that is settled: what one reading missed, another finds. */
async function readSettled(
	service: CaseSearcher,
	window: TimeWindow & { until: number },
	first: Slice,
): Promise<Slice> {
	const found = new Map(first.cases.map((each) => [caseKey(each), each]));
	for (let reading = 1; reading < READINGS; reading++) {
		const { cases } = await readWindow(service, window);
		for (const each of cases) found.set(caseKey(each), each);
	}
	return { cases: [...found.values()], end: window.until, complete: true };
}

/** All cases of a window, at once. @throws IntezerError */
export async function readWindow(
	service: CaseSearcher,
	window: TimeWindow,
): Promise<{ cases: Case[]; complete: boolean }> {
	const everything = { offset: 0, limit: Infinity, pageSize: PAGE_SIZE };
	const { cases, complete } = await searchHistory(service, queryOf(window), everything);
	return { cases, complete };
}

/** Whether a window can be read at once in the time that is left. */
export function fits(opened: FirstPage, budget: PollBudget, most = Infinity): boolean {
	return (opened.page.casesCount ?? 0) <= affordable(opened, budget, most);
}

/** How many cases can be read in the time that is left, by how long the last answer took. */
function affordable({ page, took }: FirstPage, budget: PollBudget, most: number): number {
	const left = (budget.deadline - budget.now()) * SHARE_OF_TIME;
	const pages = Math.floor(left / Math.max(1, took));
	return Math.min(most, MOST_AT_ONCE, Math.max(1, pages) * Math.max(1, page.cases.length));
}

/** Whether a poll asked for more than it has time for, or than the service answers in that time. */
export function isTooMuch(error: unknown): error is IntezerError {
	const kind = error instanceof IntezerError ? error.kind : undefined;
	return kind === 'deadlineExceeded' || kind === 'rateLimited';
}

/** Having asked for too much is an outcome here; anything else is not. */
export function onlyTooMuch(error: unknown): IntezerError {
	if (isTooMuch(error)) return error;
	throw error;
}
