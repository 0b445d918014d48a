import { askedToWait, type IntezerError } from './errors';

/** Tries beside the first. */
export const MOST_RETRIES = 4;
/** No single wait is longer, in milliseconds: whoever watches the run should not wonder whether it hangs. */
export const LONGEST_WAIT_MS = 60_000;
/** The longest wait before the first retry, where the service does not say how long; it doubles with each. */
const FIRST_BACKOFF_MS = 2_000;

/** Too many requests for now: the service wants all of them to slow down, not just this one. */
const SLOW_DOWN = new Set([429, 503]);
/** May pass by itself. So may an unreadable 200: a proxy's page, or a body cut off, while the service restarts. */
const PASSING = new Set([408, 500, 502, 504, 520, 521, 522, 523, 524]);

/** A try that did not succeed. */
export interface Failure {
	error: IntezerError;
	/** The headers of the answer, with names in lower case; none where there was no answer. */
	headers?: Readonly<Record<string, unknown>>;
}

/** What to do about it: wait and try again, or give up with this error. */
export type RetryDecision = { waitMs: number; slowDown: boolean } | { giveUp: IntezerError };

/**
 * Decides about a failed try.
 *
 * @param attempt 1 after the first try
 * @param now Unix milliseconds by the clock of n8n; a `Date` in the answer counts for more
 * @param random a number from 0 up to 1, for the jitter
 */
export function decideRetry(
	{ error, headers = {} }: Failure,
	attempt: number,
	now: number,
	random: number,
): RetryDecision {
	const slowDown = error.httpStatus !== undefined && SLOW_DOWN.has(error.httpStatus);
	if (attempt > MOST_RETRIES || !(slowDown || mayPass(error))) return { giveUp: error };
	const asked = slowDown ? askedWait(headers, now) : undefined;
	if (asked === undefined) return { waitMs: backoff(attempt) * random, slowDown };
	return asked > LONGEST_WAIT_MS
		? { giveUp: askedToWait(error, asked) }
		: { waitMs: asked, slowDown };
}

function mayPass({ kind, httpStatus }: IntezerError): boolean {
	if (kind === 'unreachable') return true;
	if (kind === 'unreadable') return httpStatus === 200;
	return httpStatus !== undefined && PASSING.has(httpStatus);
}

function backoff(attempt: number): number {
	return Math.min(LONGEST_WAIT_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

/** The milliseconds that the service asks to wait; undefined where it does not say, or the time is over already. */
function askedWait(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
	// By the service's own clock, so that it does not matter whether n8n's is right.
	const clock = parseHttpDate(headers.date) ?? now;
	const retryAfter = headers['retry-after'];
	const seconds = numberIn(retryAfter);
	const reset = numberIn(headers['x-ratelimit-reset']);
	const waits = [
		seconds === undefined ? (parseHttpDate(retryAfter) ?? NaN) - clock : seconds * 1000,
		(reset ?? NaN) * 1000 - clock,
	];
	return waits.find((wait) => wait > 0);
}

/** A number of seconds; undefined for a text that is none. */
function numberIn(header: unknown): number | undefined {
	return typeof header === 'string' && /^\s*\d{1,12}(\.\d+)?\s*$/.test(header)
		? Number(header)
		: undefined;
}

/** The Unix milliseconds of an HTTP date; undefined for a text that is none. */
export function parseHttpDate(header: unknown): number | undefined {
	const time = typeof header === 'string' ? Date.parse(header) : NaN;
	return Number.isNaN(time) ? undefined : time;
}
