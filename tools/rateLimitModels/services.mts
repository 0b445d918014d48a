import type { VirtualClock } from './virtualClock.mts';

/** How a service responds to one request. */
export interface Reply {
	readonly isAccepted: boolean;
	/** The wait that it asks for; undefined if it does not say. */
	readonly retryAfterMs?: number | undefined;
}

/** A model of a service: how long it takes to respond, and what it refuses. */
export type Service = () => Promise<Reply>;

const ACCEPTED: Reply = { isAccepted: true };

/** Accepts everything. */
export function unlimited(clock: VirtualClock, latencyMs: number): Service {
	return async () => {
		await clock.sleep(latencyMs);
		return ACCEPTED;
	};
}

/** Handles this many requests at a time; others wait. */
export function workers(clock: VirtualClock, count: number, latencyMs: number): Service {
	const freeAt = Array.from({ length: count }, () => 0);
	return async () => {
		const [earliest = 0] = freeAt.sort((a, b) => a - b);
		const done = Math.max(clock.now(), earliest) + latencyMs;
		freeAt[0] = done;
		await clock.sleep(done - clock.now());
		return ACCEPTED;
	};
}

/** The limits of a service that counts requests. `Retry-After` is in whole seconds. */
export interface Quota {
	readonly requests: number;
	readonly perMs: number;
	readonly latencyMs: number;
	/** Whether a refusal says how long to wait. */
	readonly saysWhen?: boolean;
}

/** Decides when a request arrives, at a time, whether it is accepted, or how long to wait. */
type Counter = (now: number) => number | 'accepted';

/** Counts by windows of fixed length; `offsetMs` of the first one have passed. */
export function fixedWindow(clock: VirtualClock, quota: Quota, offsetMs = 0): Service {
	let current = -1;
	let used = 0;
	return counting(clock, quota, (now) => {
		const window = Math.floor((now + offsetMs) / quota.perMs);
		if (window !== current) used = 0;
		current = window;
		if (used >= quota.requests) return (window + 1) * quota.perMs - offsetMs - now;
		used++;
		return 'accepted';
	});
}

/** Counts the requests of the last period. */
export function slidingWindow(clock: VirtualClock, quota: Quota): Service {
	let times: number[] = [];
	return counting(clock, quota, (now) => {
		times = times.filter((time) => time > now - quota.perMs);
		const [oldest = now] = times;
		if (times.length >= quota.requests) return oldest + quota.perMs - now;
		times.push(now);
		return 'accepted';
	});
}

/** A bucket for this many requests that fills evenly. */
export function tokenBucket(clock: VirtualClock, quota: Quota, burst: number): Service {
	const pace = quota.requests / quota.perMs;
	let tokens = burst;
	let filledAt = 0;
	return counting(clock, quota, (now) => {
		tokens = Math.min(burst, tokens + (now - filledAt) * pace);
		filledAt = now;
		if (tokens < 1) return (1 - tokens) / pace;
		tokens--;
		return 'accepted';
	});
}

function counting(clock: VirtualClock, quota: Quota, count: Counter): Service {
	const { latencyMs, saysWhen = true } = quota;
	return async () => {
		await clock.sleep(latencyMs / 2);
		const outcome = count(clock.now());
		await clock.sleep(latencyMs / 2);
		if (outcome === 'accepted') return ACCEPTED;
		const retryAfterMs = saysWhen ? Math.ceil(outcome / 1000) * 1000 : undefined;
		return { isAccepted: false, retryAfterMs };
	};
}
