import { anySignal } from './anySignal';
import { canceled, deadlineExceeded, type IntezerError } from './errors';

/** What ends requests early. */
export interface TimeLimits {
	/** Aborting it ends all waits; nothing is retried afterwards. */
	signal?: AbortSignal;
	/**
	 * Unix milliseconds. No request starts and no wait ends after it; the error is then of kind `deadlineExceeded`, or
	 * the failure itself if the wait before its retry would end too late.
	 */
	deadline?: number;
}

/** The longest that one request may take, however slowly its response arrives. Uploads and key exchanges are slow, too. */
const LONGEST_REQUEST_MS = 600_000;
/** Requests that start within this time share a limit, because creating one is slow. */
const SHARED_FOR_MS = 60_000;

/** The time that the requests of one client have. */
export class RequestTime {
	/** Aborted by the caller, or at the deadline. */
	readonly signal: AbortSignal | undefined;

	private sharedLimit: { signal: AbortSignal; until: number } | undefined;

	constructor(private readonly limits: TimeLimits) {
		const { signal, deadline } = limits;
		if (deadline === undefined) this.signal = signal;
		else {
			const atDeadline = AbortSignal.timeout(Math.max(0, Math.ceil(deadline - Date.now())));
			this.signal = anySignal([signal, atDeadline]).signal;
		}
	}

	/** Milliseconds until the deadline; Infinity without one. */
	get leftMs(): number {
		return (this.limits.deadline ?? Infinity) - Date.now();
	}

	/** A signal for a request that starts now: it is aborted after 9 to 10 minutes. */
	requestLimit(): AbortSignal {
		const now = performance.now();
		const shared = this.sharedLimit;
		if (shared !== undefined && now < shared.until && !shared.signal.aborted) return shared.signal;
		const signal = AbortSignal.timeout(LONGEST_REQUEST_MS);
		this.sharedLimit = { signal, until: now + SHARED_FOR_MS };
		return signal;
	}

	/** Why no request is sent any more; undefined while requests may be sent. */
	get stopReason(): IntezerError | undefined {
		if (this.limits.signal?.aborted === true) return canceled();
		return this.signal?.aborted === true || this.leftMs <= 0 ? deadlineExceeded() : undefined;
	}
}
