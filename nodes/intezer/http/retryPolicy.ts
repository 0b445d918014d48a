import { askedToWait, type IntezerError } from './errors';

/** Attempts after the first. */
const MAX_RETRIES = 4;
/** The longest single wait, in milliseconds: a run that waits longer looks as if it hangs. */
const MAX_WAIT_MS = 60_000;
/** The longest wait before the first retry, if the service does not say how long to wait; it doubles with each retry. */
const FIRST_BACKOFF_MS = 2_000;

/** The service wants all requests to slow down, not just this one. */
const SLOW_DOWN = new Set([429, 503]);
/**
 * A retry may help. This includes an unreadable 200: while the service restarts, it may be a proxy's page or a
 * truncated body.
 */
const TRANSIENT = new Set([408, 500, 502, 504, 520, 521, 522, 523, 524]);

/** A failed attempt. */
export interface FailedAttempt {
	error: IntezerError;
	/** The headers of the response, with names in lower case; none if there was no response. */
	headers?: Readonly<Record<string, unknown>>;
}

/** Wait and retry, or give up with this error. */
export type RetryDecision = { waitMs: number; slowDown: boolean } | { giveUp: IntezerError };

/**
 * Decides whether to retry a failed request.
 *
 * @param attempt the number of attempts so far, from 1
 * @param now Unix milliseconds by n8n's clock; a `Date` header in the response takes precedence
 * @param random a number from 0 up to 1, for the jitter
 */
export function decideRetry(
	{ error, headers = {} }: FailedAttempt,
	attempt: number,
	now: number,
	random: number,
): RetryDecision {
	const slowDown = asksToSlowDown(error);
	if (attempt > MAX_RETRIES || !isRetryable(error)) return { giveUp: error };
	const requested = slowDown ? requestedWait(headers, now) : undefined;
	if (requested === undefined) return { waitMs: backoff(attempt) * random, slowDown };
	return requested > MAX_WAIT_MS
		? { giveUp: askedToWait(error, requested) }
		: { waitMs: requested, slowDown };
}

/** Whether the service asks all requests to slow down, not just this one to be repeated. */
export function asksToSlowDown({ httpStatus }: IntezerError): boolean {
	return httpStatus !== undefined && SLOW_DOWN.has(httpStatus);
}

/** Whether another attempt may succeed. */
export function isRetryable(error: IntezerError): boolean {
	return asksToSlowDown(error) || isTransient(error);
}

function isTransient({ kind, httpStatus }: IntezerError): boolean {
	if (kind === 'unreachable') return true;
	if (kind === 'unreadable') return httpStatus === 200;
	return httpStatus !== undefined && TRANSIENT.has(httpStatus);
}

function backoff(attempt: number): number {
	return Math.min(MAX_WAIT_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
}

/** The milliseconds after which the service asks to retry; undefined if it does not say, or that time has passed. */
function requestedWait(
	headers: Readonly<Record<string, unknown>>,
	now: number,
): number | undefined {
	// By the service's own clock, in case n8n's is wrong.
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

/** A number of seconds; undefined for any other text. */
function numberIn(header: unknown): number | undefined {
	return typeof header === 'string' && /^\s*\d{1,12}(\.\d+)?\s*$/.test(header)
		? Number(header)
		: undefined;
}

/** The Unix milliseconds of an HTTP date; undefined for any other text. */
export function parseHttpDate(header: unknown): number | undefined {
	const time = typeof header === 'string' ? Date.parse(header) : NaN;
	return Number.isNaN(time) ? undefined : time;
}
