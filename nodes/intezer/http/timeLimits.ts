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

/** The time that the requests of one client have. */
export class RequestTime {
	/** Aborted by the caller, or at the deadline. */
	readonly signal: AbortSignal | undefined;

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

	/** Why no request is sent any more; undefined while requests may be sent. */
	get stopReason(): IntezerError | undefined {
		if (this.limits.signal?.aborted === true) return canceled();
		return this.signal?.aborted === true || this.leftMs <= 0 ? deadlineExceeded() : undefined;
	}
}
