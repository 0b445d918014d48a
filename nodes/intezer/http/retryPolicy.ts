import { askedToWait, type IntezerError } from './errors';

/** Attempts after the first. */
const MAX_RETRIES = 4;
/** The longest single wait, in milliseconds: a run that waits longer looks as if it hangs. */
const MAX_WAIT_MS = 60_000;
/** The longest wait before the first retry, if the service does not say how long to wait; it doubles with each retry. */
const FIRST_BACKOFF_MS = 2_000;

/** A number of seconds from here on is a time, not a wait: it is in 2001, or a wait of 31 years. */
const FIRST_UNIX_SECOND = 1e9;

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
	return [headers['retry-after'], headers['x-ratelimit-reset']]
		.map((header) => waitIn(header, clock))
		.find((wait) => wait > 0);
}

/**
 * The milliseconds until a time that is given in seconds from now, in Unix seconds, or as an HTTP date: services use all
 * three in both headers. NaN for any other text.
 */
function waitIn(header: unknown, clock: number): number {
	if (typeof header !== 'string' || !/^\s*\d{1,12}(\.\d+)?\s*$/.test(header)) {
		return (parseHttpDate(header) ?? NaN) - clock;
	}
	const seconds = Number(header);
	return seconds < FIRST_UNIX_SECOND ? seconds * 1000 : seconds * 1000 - clock;
}

/** The Unix milliseconds of an HTTP date; undefined for any other text. */
export function parseHttpDate(header: unknown): number | undefined {
	const time = typeof header === 'string' ? Date.parse(header) : NaN;
	return Number.isNaN(time) ? undefined : time;
}
