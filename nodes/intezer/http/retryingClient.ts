import type { IAllExecuteFunctions, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import { MAX_WIDTH } from './adaptiveLimit';
import { AuthenticatedClient } from './authenticatedClient';
import { askedToWait, canceled, IntezerError, type FailureKind } from './errors';
import { pause } from './pause';
import { throttleFor } from './sharedThrottles';
import { RequestLog } from './requestLog';
import { asksToSlowDown, decideRetry, isRetryable, type RetryDecision } from './retryPolicy';
import type { Feedback, Throttle, ThrottleClient } from './throttle';
import type { TimeLimits } from './timeLimits';

/** A request of this package. */
export interface ApiRequest extends IHttpRequestOptions {
	/** Aborting it ends the request unless it was sent, and its retries. */
	abortSignal?: AbortSignal | undefined;
}

/** Limits for all requests of one client together. */
export interface RequestLimits extends TimeLimits {
	/** Maximum number of requests in flight; if not set, as many as the service accepts. */
	maxConcurrency?: number;
}

/** The throttle of a key and address, and this client's access to it. */
interface Access {
	throttle: Throttle;
	client: ThrottleClient;
}

/** With these, the service accepts token and pace, and refuses just the request. */
const ABOUT_THE_REQUEST: ReadonlySet<FailureKind> = new Set<FailureKind>([
	'alertNotFound',
	'badRequest',
	'caseNotFound',
	'noPermission',
	'severalEnvironments',
]);

/** The outcome of one attempt. */
type Attempt<T> =
	| { result: T }
	| { unsent: IntezerError }
	| { error: IntezerError; decision: RetryDecision };

/**
 * Sends requests when the throttle of their key and address allows it, and retries them as the retry policy decides.
 */
export class RetryingClient {
	/** Maximum number of requests in flight. */
	readonly maxConcurrency: number;
	private readonly http: AuthenticatedClient;
	private readonly deadline: number;
	private readonly log: RequestLog;
	private access: Promise<Access> | undefined;
	/** Set when the service asks for a longer wait than a request may take: until then, this client sends nothing. */
	private longWait: { error: IntezerError; until: number } | undefined;

	/** @param n8n the context of a node's run, poll or list: it adds the credential to each request */
	constructor(n8n: IAllExecuteFunctions, limits: RequestLimits) {
		this.maxConcurrency = limits.maxConcurrency ?? MAX_WIDTH;
		this.deadline = limits.deadline ?? Infinity;
		this.http = new AuthenticatedClient(n8n, limits);
		this.log = new RequestLog(n8n.logger);
	}

	/**
	 * Sends a request until it succeeds or a retry can't help.
	 *
	 * @param read what a response contains, or what is wrong with it
	 * @throws IntezerError; n8n's own error for a credential that it can't read
	 */
	async send<T extends object>(
		request: ApiRequest,
		read: (response: IN8nHttpFullResponse) => T | IntezerError,
	): Promise<T> {
		const { throttle, client } = await (this.access ??= this.join());
		const refusalsBefore = throttle.refusals;
		for (let attempts = 1; ; attempts++) {
			const longWait = this.longWaitError;
			if (longWait !== undefined) throw longWait;
			if (throttle.lastError !== undefined && this.isTooLate(throttle.pauseMs)) {
				throw this.gaveUp(request, throttle.lastError, attempts - 1);
			}
			const send = async () => {
				// Refusals of other requests in the meantime count like attempts of this one.
				const inARow = throttle.refusalsSince(refusalsBefore) + 1;
				return await this.attempt(request, read, Math.max(attempts, inARow));
			};
			const attempt = await client.run(send, attempts > 1, request.abortSignal);
			if (attempt === undefined) throw this.dropReason(throttle);
			if ('result' in attempt) return attempt.result;
			if ('unsent' in attempt) throw attempt.unsent;
			const { error, decision } = attempt;
			if ('giveUp' in decision) {
				if (!isRetryable(error)) throw decision.giveUp;
				throw this.gaveUp(request, decision.giveUp, attempts);
			}
			if (this.isTooLate(decision.waitMs)) throw this.gaveUp(request, error, attempts);
			this.log.retries(request, error, decision.waitMs);
			if (!decision.slowDown) await pause(decision.waitMs, this.http.signal);
		}
	}

	/** Waits without a place in the throttle. @throws IntezerError of kind `canceled` or `deadlineExceeded` if that ends first */
	async pause(milliseconds: number): Promise<void> {
		await pause(milliseconds, this.http.signal);
		const { stopReason } = this.http;
		if (stopReason !== undefined) throw stopReason;
	}

	/** Why nothing is sent now, with the time left; undefined if the service asked for no long wait, or that is over. */
	private get longWaitError(): IntezerError | undefined {
		if (this.longWait === undefined) return undefined;
		const leftMs = this.longWait.until - performance.now();
		return leftMs > 0 ? askedToWait(this.longWait.error, leftMs) : undefined;
	}

	private async join(): Promise<Access> {
		const throttle = throttleFor(await this.http.fingerprint());
		const client = throttle.join({
			maxConcurrency: this.maxConcurrency,
			signal: this.http.signal,
			onSlowDown: () => this.log.slowedDown(throttle),
		});
		return { throttle, client };
	}

	/** Sends the request once. */
	private async attempt<T extends object>(
		request: IHttpRequestOptions,
		read: (response: IN8nHttpFullResponse) => T | IntezerError,
		attempts: number,
	): Promise<{ value: Attempt<T>; feedback: Feedback }> {
		// It may have been waiting in the throttle when the service asked for a long wait.
		const unsent = this.longWaitError;
		if (unsent !== undefined) return { value: { unsent }, feedback: 'unknown' };
		const startedAt = performance.now();
		const response = await this.http.request(request);
		this.log.responded(request, response, performance.now() - startedAt);
		const outcome = response instanceof IntezerError ? response : read(response);
		if (!(outcome instanceof IntezerError)) {
			return { value: { result: outcome }, feedback: 'accepted' };
		}
		const headers =
			response instanceof IntezerError ? response.circumstances.waitHeaders : response.headers;
		const failure = { error: outcome, headers };
		const decision = decideRetry(failure, attempts, Date.now(), Math.random());
		if ('giveUp' in decision) this.keepLongWait(decision.giveUp);
		return { value: { error: outcome, decision }, feedback: feedbackOf(outcome, decision) };
	}

	private keepLongWait(error: IntezerError): void {
		const { retryAfterMs } = error;
		if (retryAfterMs === undefined) return;
		this.longWait = { error, until: performance.now() + retryAfterMs };
	}

	private isTooLate(waitMs: number): boolean {
		return waitMs > 0 && Date.now() + waitMs > this.deadline;
	}

	/** Logs that a request is not repeated, and returns why. */
	private gaveUp(
		request: IHttpRequestOptions,
		error: IntezerError,
		attempts: number,
	): IntezerError {
		this.log.gaveUp(request, error, attempts);
		return error;
	}

	/** Why a waiting request was dropped. */
	private dropReason({ pauseMs, lastError }: Throttle): IntezerError {
		// Only the request itself is canceled, if its client is not.
		const reason = this.http.stopReason ?? canceled();
		const isPaused = reason.kind === 'deadlineExceeded' && pauseMs > 0;
		return isPaused ? (lastError ?? reason) : reason;
	}
}

/** What the throttle learns from a failed attempt. */
function feedbackOf(error: IntezerError, decision: RetryDecision): Feedback {
	if (asksToSlowDown(error)) return { error, waitMs: 'waitMs' in decision ? decision.waitMs : 0 };
	return isAboutTheRequest(error) ? 'accepted' : 'unknown';
}

/** Whether the service accepted token and pace, and refused just this request. */
function isAboutTheRequest({ kind }: IntezerError): boolean {
	return ABOUT_THE_REQUEST.has(kind);
}
