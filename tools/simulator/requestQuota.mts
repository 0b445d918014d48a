const MINUTE = 60;

/** What a quota says about one request; `resetAt` in Unix seconds. */
export interface QuotaState {
	readonly isExceeded: boolean;
	readonly limit: number;
	readonly remaining: number;
	readonly resetAt: number;
}

/** Counts the requests of a minute, which begins with the first request after the last one ended. */
export class RequestQuota {
	private startedAt = -Infinity;
	private used = 0;

	/** Counts a request at `now` (Unix seconds), unless the quota is exceeded. */
	count(limit: number, now: number): QuotaState {
		if (now >= this.startedAt + MINUTE || now < this.startedAt) {
			this.startedAt = now;
			this.used = 0;
		}
		const isExceeded = this.used >= limit;
		if (!isExceeded) this.used++;
		const resetAt = Math.ceil(this.startedAt + MINUTE);
		return { isExceeded, limit, remaining: Math.max(limit - this.used, 0), resetAt };
	}
}
