import { IntezerError } from '../../intezer/http/errors';
import { searchHistory } from '../../intezer/search/searchHistory';
import type { Case, CaseSearcher } from '../../intezer/types';
import { caseKey } from './caseHash';
import type { PollBudget } from './events';
import { findPartEnd } from './findPartEnd';
import {
	countInWindow,
	fetchFirstPage,
	isComplete,
	PAGE_SIZE,
	windowQuery,
	type FirstPage,
	type TimeWindow,
} from './timeWindow';

/** Maximum number of cases to read at a time, whatever the time left: they are in memory together. */
const MAX_CASES_AT_ONCE = 20_000;
/** The share of the time left that reading one part may take, by the duration of the last response. */
const SHARE_OF_TIME = 0.5;
/** How often to read a second that can't be divided, where the service gives no proof that nothing is missing. */
const MAX_READINGS = 3;

/** A part of a window, read in one go. */
export interface WindowPart {
	cases: Case[];
	/** The second up to which it reaches; undefined for one that reaches the window's end. */
	end: number | undefined;
	/** Whether it contains all that matched throughout; if not, it must be read again. */
	complete: boolean;
}

export interface PartLimits {
	/** Before this second of the service's clock nothing new appears any more. */
	settled: number;
	/** Maximum number of cases of the next part; called before each. No maximum unless set. */
	room?: () => number;
}

/**
 * Reads a window, in parts where it is too large for the time left: the service's counts tell how long a part may be.
 * Ends when the window is read, or when there is no time, no room or no request left for another part.
 *
 * @throws IntezerError where not even one part could be read, or for another reason than {@link isOverBudget}
 */
export async function* readInParts(
	service: CaseSearcher,
	firstPage: FirstPage,
	budget: PollBudget,
	limits: PartLimits,
): AsyncGenerator<WindowPart> {
	let current: FirstPage | undefined = firstPage;
	let isFirst = true;
	while (current !== undefined) {
		const part: WindowPart | IntezerError = await readPart(service, current, budget, limits).catch(
			overBudgetError,
		);
		if (part instanceof IntezerError) {
			if (isFirst) throw part;
			return;
		}
		isFirst = false;
		const readAt = budget.now();
		yield part;
		const { end, complete } = part;
		if (end === undefined || !complete || (limits.room?.() ?? Infinity) < 1) return;
		const next: TimeWindow = { ...current.window, from: end };
		if (budget.deadline - budget.now() < 3 * current.durationMs + (budget.now() - readAt)) return;
		const nextPage: FirstPage | IntezerError = await fetchFirstPage(service, next, budget).catch(
			overBudgetError,
		);
		if (nextPage instanceof IntezerError) return;
		current = nextPage;
	}
}

async function readPart(
	service: CaseSearcher,
	firstPage: FirstPage,
	budget: PollBudget,
	limits: PartLimits,
): Promise<WindowPart> {
	const { window, page, serverSecond } = firstPage;
	if (isComplete(firstPage)) return { cases: page.cases, end: undefined, complete: true };
	const max = maxReadable(firstPage, budget, limits.room?.() ?? Infinity);
	if (page.casesCount === undefined || page.casesCount <= max) {
		const part = { ...(await readWindow(service, window)), end: undefined };
		if (part.complete || page.casesCount === undefined) return part;
	}
	// A window that could not be proved complete is shortened until one response holds it, which is complete.
	const end = await findPartEnd(
		{
			low: window.from ?? 0,
			high: window.until ?? serverSecond,
			highCount: page.casesCount,
			max: page.casesCount <= max ? Math.max(1, page.cases.length) : max,
		},
		(until) => countInWindow(service, { ...window, until }, budget),
	);
	const part = { ...(await readWindow(service, { ...window, until: end })), end };
	if (part.complete || end >= limits.settled) return part;
	return await readSettled(service, { ...window, until: end }, part);
}

/** Nothing is added to a part that has settled: what one reading missed, another finds. */
async function readSettled(
	service: CaseSearcher,
	window: TimeWindow & { until: number },
	first: WindowPart,
): Promise<WindowPart> {
	const found = new Map(first.cases.map((each) => [caseKey(each), each]));
	for (let reading = 1; reading < MAX_READINGS; reading++) {
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
	const { cases, complete } = await searchHistory(service, windowQuery(window), everything);
	return { cases, complete };
}

/** Whether a window can be read at once in the time left. @param max cases to read at most */
export function isReadableInTime(
	firstPage: FirstPage,
	budget: PollBudget,
	max = Infinity,
): boolean {
	return (firstPage.page.casesCount ?? 0) <= maxReadable(firstPage, budget, max);
}

/** How many cases can be read in the time left, by the duration of the last response. */
function maxReadable({ page, durationMs }: FirstPage, budget: PollBudget, max: number): number {
	const timeLeft = (budget.deadline - budget.now()) * SHARE_OF_TIME;
	const pages = Math.floor(timeLeft / Math.max(1, durationMs));
	return Math.min(max, MAX_CASES_AT_ONCE, Math.max(1, pages) * Math.max(1, page.cases.length));
}

/** Whether a poll failed because it ran out of time or requests. */
export function isOverBudget(error: unknown): error is IntezerError {
	const kind = error instanceof IntezerError ? error.kind : undefined;
	return kind === 'deadlineExceeded' || kind === 'rateLimited';
}

/** For `catch`: returns the error of a poll that ran out of time or requests, and throws any other. */
export function overBudgetError(error: unknown): IntezerError {
	if (isOverBudget(error)) return error;
	throw error;
}
