// The throttle against models of services, on a clock that skips the waiting: 500 pages at 60 a minute take no time.
import { Throttle } from '../nodes/intezer/http/throttle.ts';
import { bestFixedWidth, requestPages, Traffic } from '../tools/rateLimitModels/pageRequests.mts';
import {
	fixedWindow,
	unlimited,
	workers,
	type Service,
} from '../tools/rateLimitModels/services.mts';
import { VirtualClock } from '../tools/rateLimitModels/virtualClock.mts';

const PAGES = 500;
const LATENCY_MS = 50;
/** After this many requests the throttle should know what the service accepts. */
const LEARNING = 100;
const CLIENTS = 10;

type Model = (clock: VirtualClock) => Service;

const MODELS: Readonly<Record<string, Model>> = {
	'no limit': (clock) => unlimited(clock, LATENCY_MS),
	'8 workers': (clock) => workers(clock, 8, LATENCY_MS),
	'10 requests a second': (clock) =>
		fixedWindow(clock, { requests: 10, perMs: 1000, latencyMs: LATENCY_MS }, 400),
	'60 requests a minute': (clock) =>
		fixedWindow(clock, { requests: 60, perMs: 60_000, latencyMs: LATENCY_MS }),
};

/** How the throttle did with a service that it did not know. */
export interface ThrottleResult {
	readonly service: string;
	/** The fixed number of requests in flight that is fastest, and its time. */
	readonly bestWidth: number;
	readonly bestSeconds: number;
	readonly seconds: number;
	/** The share of the requests after the first hundred that were refused. */
	readonly refusedShare: number;
}

/** Requests 500 pages of each model. */
export async function measureThrottle(): Promise<ThrottleResult[]> {
	const results: ThrottleResult[] = [];
	for (const [service, model] of Object.entries(MODELS)) {
		const best = await bestFixedWidth(model, PAGES);
		const clock = new VirtualClock();
		const traffic = new Traffic();
		await clock.run(requestPages(model(clock), new Throttle(clock).join(), PAGES, traffic));
		results.push({
			service,
			bestWidth: best.width,
			bestSeconds: best.milliseconds / 1000,
			seconds: clock.now() / 1000,
			refusedShare: traffic.refusedLater / (traffic.requests - LEARNING),
		});
	}
	return results;
}

/** When the last of ten executions at once ends, divided by when the first ends; each requests 100 pages. */
export async function measureFairness(): Promise<number> {
	const clock = new VirtualClock();
	const service = unlimited(clock, LATENCY_MS);
	const throttle = new Throttle(clock);
	const ends: number[] = [];
	const readAll = Array.from({ length: CLIENTS }, async () => {
		await requestPages(service, throttle.join(), 100);
		ends.push(clock.now());
	});
	await clock.run(Promise.all(readAll));
	return Math.max(...ends) / Math.min(...ends);
}
