import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';

import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import {
	Throttle,
	type Feedback,
	type ThrottleClient,
} from '../../../nodes/intezer/http/throttle.ts';
import {
	fixedWindow,
	slidingWindow,
	tokenBucket,
	unlimited,
	workers,
	type Service,
} from '../../../tools/rateLimitModels/services.mts';
import { VirtualClock } from '../../../tools/rateLimitModels/virtualClock.mts';
import { runs } from '../../propertyRuns.mts';
import {
	bestFixedWidth,
	ERROR,
	requestPages,
	requestPagesAtWidth,
	Traffic,
} from '../../../tools/rateLimitModels/pageRequests.mts';

const LATENCY = 50;
const TEN_A_SECOND = { requests: 10, perMs: 1000, latencyMs: LATENCY };
const SIXTY_A_MINUTE = { requests: 60, perMs: 60_000, latencyMs: LATENCY };

type Model = (clock: VirtualClock) => Service;

describe('Requesting 500 pages of a service that is new to the throttle', () => {
	test.each<[string, Model]>([
		['without limits', (clock) => unlimited(clock, LATENCY)],
		['with 8 workers', (clock) => workers(clock, 8, LATENCY)],
		['10 a second, by windows', (clock) => fixedWindow(clock, TEN_A_SECOND, 400)],
		['10 a second, by a sliding window', (clock) => slidingWindow(clock, TEN_A_SECOND)],
		['10 a second, by a bucket', (clock) => tokenBucket(clock, TEN_A_SECOND, 10)],
		[
			'10 a second, without a Retry-After',
			(clock) => tokenBucket(clock, { ...TEN_A_SECOND, saysWhen: false }, 20),
		],
		['60 a minute, by windows', (clock) => fixedWindow(clock, SIXTY_A_MINUTE)],
		['60 a minute, in a started window', (clock) => fixedWindow(clock, SIXTY_A_MINUTE, 30_000)],
		['60 a minute, by a sliding window', (clock) => slidingWindow(clock, SIXTY_A_MINUTE)],
		['60 a minute, by a bucket', (clock) => tokenBucket(clock, SIXTY_A_MINUTE, 60)],
		['60 a minute, evenly', (clock) => tokenBucket(clock, SIXTY_A_MINUTE, 1)],
		[
			'15 a minute, after 8 seconds each',
			(clock) => fixedWindow(clock, { requests: 15, perMs: 60_000, latencyMs: 8000 }, 30_000),
		],
	])(
		'%s: takes at most 1.3 times as long as the best fixed width, with few refusals',
		async (_name, model) => {
			const clock = new VirtualClock();
			const traffic = new Traffic();
			await clock.run(requestPages(model(clock), new Throttle(clock).join(), 500, traffic));
			const best = await bestFixedWidth(model, 500);
			expect(clock.now()).toBeLessThanOrEqual(1.3 * best.milliseconds);
			expect(traffic.refusedLater).toBeLessThanOrEqual(0.05 * (traffic.requests - 100));
			expect(traffic.mostRefusals).toBeLessThanOrEqual(3);
		},
	);
});

test.each([
	[57, 60],
	[50, 60],
	[597, 600],
])(
	'Requests are slow for a few minutes only, if other programs have used %i of %i in the first minute',
	async (usedByOthers, requests) => {
		const clock = new VirtualClock();
		const service = fixedWindow(clock, { ...SIXTY_A_MINUTE, requests });
		await clock.run(Promise.all(Array.from({ length: usedByOthers }, service)));
		await clock.run(requestPages(service, new Throttle(clock).join(), 500));
		const minutesWithoutOthers = 500 / requests;
		expect(clock.now() / 60_000).toBeLessThanOrEqual(minutesWithoutOthers + 10);
	},
);

test.each([20, 10])(
	'Requests never become slower than about 15 a minute, if every %ith is refused whatever their pace',
	async (every) => {
		const clock = new VirtualClock();
		let received = 0;
		const service = async () => {
			await clock.sleep(LATENCY);
			return { isAccepted: ++received % every !== 0 };
		};
		const client = new Throttle(clock).join();
		await clock.run(requestPages(service, client, 500));
		const before = clock.now();
		await clock.run(requestPages(service, client, 500));
		expect(clock.now() - before).toBeLessThanOrEqual((500 / 12) * 60_000);
	},
);

test('Requesting 101 pages takes at most half as long as with five requests in flight', async () => {
	const clock = new VirtualClock();
	await clock.run(requestPages(unlimited(clock, LATENCY), new Throttle(clock).join(), 101));
	const five = new VirtualClock();
	await five.run(requestPagesAtWidth(five, unlimited(five, LATENCY), 5, 101));
	expect(clock.now()).toBeLessThanOrEqual(five.now() / 2);
});

describe('Several clients', () => {
	/** When each of several clients has read its pages. */
	async function ends(clock: VirtualClock, service: Service, clients: ThrottleClient[]) {
		const times: number[] = [];
		const readAll = clients.map(async (client) => {
			await requestPages(service, client, 100);
			times.push(clock.now());
		});
		await clock.run(Promise.all(readAll));
		return times;
	}

	test.each<[string, Model]>([
		['without limits', (clock) => unlimited(clock, LATENCY)],
		['60 a minute', (clock) => fixedWindow(clock, SIXTY_A_MINUTE)],
	])('are served in turn: ten end within a tenth of each other, %s', async (_name, model) => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const clients = Array.from({ length: 10 }, () => throttle.join());
		const times = await ends(clock, model(clock), clients);
		expect(Math.max(...times)).toBeLessThanOrEqual(1.1 * Math.min(...times));
	});

	test('do not wait behind the pages of one that reads 2,000', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const service = unlimited(clock, LATENCY);
		const isDone = requestPages(service, throttle.join(), 2000);
		await clock.advance(2000);
		const startedAt = clock.now();
		await clock.run(requestPages(service, throttle.join(), 2));
		// Two responses, each after another that was in flight already.
		expect(clock.now() - startedAt).toBeLessThanOrEqual(4 * LATENCY);
		await clock.run(isDone);
	});

	test('wait one turn each if the pace is limited', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const service = fixedWindow(clock, SIXTY_A_MINUTE);
		const isDone = requestPages(service, throttle.join(), 500);
		await clock.advance(120_000);
		const startedAt = clock.now();
		await clock.run(requestPages(service, throttle.join(), 2));
		expect(clock.now() - startedAt).toBeLessThanOrEqual(6000);
		await clock.run(isDone);
	});
});

/** Tasks of one client that end when the test says so. */
class Tasks {
	readonly inFlight: Array<(feedback: Feedback) => void> = [];
	started = 0;
	dropped = 0;

	constructor(private readonly client: ThrottleClient) {}

	async add(count: number, isRetry = false, signal?: AbortSignal): Promise<void> {
		for (let n = 0; n < count; n++) void this.run(isRetry, signal);
		await nextTurn();
	}

	private async run(isRetry: boolean, signal?: AbortSignal): Promise<void> {
		const task = async () => {
			this.started++;
			const feedback = await new Promise<Feedback>((resolve) => this.inFlight.push(resolve));
			return { value: true, feedback };
		};
		if ((await this.client.run(task, isRetry, signal)) === undefined) this.dropped++;
	}

	/** Ends the oldest tasks in flight. */
	async end(count: number, feedback: Feedback = 'accepted'): Promise<void> {
		for (const resolve of this.inFlight.splice(0, count)) resolve(feedback);
		await nextTurn();
	}
}

const refusedFor = (waitMs: number): Feedback => ({ error: ERROR, waitMs });

describe('The width', () => {
	test('starts at 2 and grows by two with each accepted request, up to 20', async () => {
		const tasks = new Tasks(new Throttle(new VirtualClock()).join());
		await tasks.add(100);
		const widths: number[] = [];
		for (let accepted = 0; accepted < 11; accepted++) {
			widths.push(tasks.inFlight.length);
			await tasks.end(1);
		}
		expect(widths).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 20]);
	});

	test.each<Feedback>(['unknown'])('does not grow with a response that is %s', async (feedback) => {
		const tasks = new Tasks(new Throttle(new VirtualClock()).join());
		await tasks.add(100);
		for (let n = 0; n < 10; n++) await tasks.end(1, feedback);
		expect(tasks.inFlight).toHaveLength(2);
	});

	test('does not exceed what one client allows itself, and another may use the rest', async () => {
		const throttle = new Throttle(new VirtualClock());
		const [one, other] = [
			new Tasks(throttle.join({ maxConcurrency: 3 })),
			new Tasks(throttle.join()),
		];
		await one.add(100);
		for (let n = 0; n < 20; n++) await one.end(1);
		expect(one.inFlight).toHaveLength(3);
		await other.add(100);
		expect(other.inFlight).toHaveLength(17);
	});

	test('is halved once by the refusals of requests in flight together, and comes back slowly', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const tasks = new Tasks(throttle.join());
		await tasks.add(1000);
		for (let n = 0; n < 30; n++) await tasks.end(1);
		await tasks.end(20, refusedFor(1000));
		expect(throttle.refusals).toBe(1);
		expect(throttle.limit.width).toBe(10);
		for (const [accepted, width] of [
			[50, 18],
			[50, 20],
		] as const) {
			for (let n = 0; n < accepted; n++) {
				while (tasks.inFlight.length === 0) await clock.advance(100);
				await tasks.end(1);
			}
			expect(throttle.limit.width).toBe(width);
		}
	});

	test('grows with requests that come one by one, until the first refusal shows a limit', async () => {
		const { throttle, accept, refuse } = await oneByOne();
		await accept(5);
		expect(throttle.limit.width).toBe(12);
		await accept(20);
		await refuse();
		expect(throttle.limit.width).toBe(10);
		// One by one, they do not show that more would be accepted.
		await accept(100);
		expect(throttle.limit.width).toBe(10);
	});

	test('is never less than 1', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const tasks = new Tasks(throttle.join());
		await tasks.add(100);
		for (let n = 0; n < 10; n++) {
			await tasks.end(20, refusedFor(1000));
			await clock.advance(1000);
		}
		expect(throttle.limit.width).toBe(1);
		expect(tasks.inFlight).toHaveLength(1);
	});
});

describe('A refusal', () => {
	test('pauses all clients for the longest time that was asked for', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const [one, other] = [new Tasks(throttle.join()), new Tasks(throttle.join())];
		await one.add(10);
		await one.end(1, refusedFor(3000));
		await one.end(1, refusedFor(5000));
		await other.add(1);
		expect(throttle.pauseMs).toBe(5000);
		expect(throttle.lastError).toBe(ERROR);
		await clock.advance(4999);
		expect([one.inFlight.length, other.inFlight.length]).toEqual([0, 0]);
		await clock.advance(1);
		// Width 1, and the client that has waited longest comes first.
		expect([one.inFlight.length, other.inFlight.length]).toEqual([1, 0]);
		await one.end(1);
		expect(other.inFlight).toHaveLength(1);
		expect(throttle.pauseMs).toBe(0);
	});

	test('is not shortened by one that asks for less', async () => {
		const clock = new VirtualClock();
		const tasks = new Tasks(new Throttle(clock).join());
		await tasks.add(10);
		await tasks.end(1, refusedFor(5000));
		await tasks.end(1, refusedFor(1000));
		await clock.advance(4999);
		expect(tasks.inFlight).toHaveLength(0);
		await clock.advance(1);
		expect(tasks.inFlight).toHaveLength(1);
	});

	test('counts until a request is accepted', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const tasks = new Tasks(throttle.join());
		await tasks.add(10);
		for (let n = 1; n <= 3; n++) {
			await tasks.end(20, refusedFor(1000));
			await clock.advance(1000);
			expect(throttle.refusalsSince(0)).toBe(n);
		}
		expect(throttle.refusalsSince(2)).toBe(1);
		await tasks.end(1);
		expect(throttle.refusalsSince(0)).toBe(0);
		await tasks.end(1, refusedFor(1000));
		expect(throttle.refusalsSince(0)).toBe(1);
	});

	test('makes the requests to retry go first, in their order', async () => {
		const clock = new VirtualClock();
		const client = new Throttle(clock).join();
		const order: string[] = [];
		const task = (name: string, feedback: Feedback) => () => {
			order.push(name);
			return Promise.resolve({ value: name, feedback });
		};
		const all = ['a', 'b', 'c', 'd'].map(async (name) => {
			const isFirst = name < 'c';
			await client.run(task(name, isFirst ? refusedFor(1000) : 'accepted'));
			if (isFirst) await client.run(task(`${name} again`, 'accepted'), true);
		});
		await clock.run(Promise.all(all));
		expect(order).toEqual(['a', 'b', 'a again', 'b again', 'c', 'd']);
	});
});

/** A client, and what it sends one after the other: each response takes 100 ms. */
async function oneByOne() {
	const clock = new VirtualClock();
	await clock.advance(60_000);
	const throttle = new Throttle(clock);
	const client = throttle.join();
	const request = async (latency: number, feedback: Feedback) =>
		await client.run(async () => {
			await clock.sleep(latency);
			return { value: true, feedback };
		});
	const accept = async (count: number) => {
		for (let n = 0; n < count; n++) await clock.run(request(100, 'accepted'));
	};
	const refuse = async (waitMs = 0) => await clock.run(request(100, refusedFor(waitMs)));
	return { clock, throttle, request, accept, refuse };
}

describe('The pace after a refusal is a tenth below the measured one', () => {
	test('if at least three requests were accepted', async () => {
		for (const [accepted, pace] of [
			[2, 0],
			[3, (0.9 * 3) / 400],
		] as const) {
			const { throttle, accept, refuse } = await oneByOne();
			await accept(accepted);
			await refuse();
			expect(throttle.limit.pace ?? 0).toBeCloseTo(pace, 10);
		}
	});

	test('and that time does not include the time between the requests of a loop', async () => {
		const { clock, throttle, accept, refuse } = await oneByOne();
		for (let n = 0; n < 100; n++) {
			await accept(1);
			await clock.advance(900);
		}
		await refuse();
		expect(throttle.limit.pace).toBeCloseTo((0.9 * 100) / (101 * 100), 10);
		const startedAt = clock.now();
		await clock.run(requestPages(unlimited(clock, LATENCY), throttle.join(), 100));
		expect(clock.now() - startedAt).toBeLessThanOrEqual(12_000);
	});

	test.each([
		[2000, 10 / 1100],
		[2001, 5 / 600],
		[3_600_000, 5 / 600],
	])('over the requests since none was needed for more than two seconds: %i', async (ms, pace) => {
		const { clock, throttle, accept, refuse } = await oneByOne();
		await accept(5);
		await clock.advance(ms);
		await accept(5);
		await refuse();
		expect(throttle.limit.pace).toBeCloseTo(0.9 * pace, 10);
	});

	test('and that time includes a pause that the service asked for', async () => {
		const { clock, throttle, accept, refuse } = await oneByOne();
		await accept(2);
		await refuse(10_000);
		await accept(3);
		await refuse();
		expect(clock.now()).toBe(60_000 + 10_700);
		expect(throttle.limit.pace).toBeCloseTo((0.9 * 5) / 10_700, 10);
	});

	test('and that time includes a wait for a slow response', async () => {
		const { clock, throttle, request, accept, refuse } = await oneByOne();
		const slow = request(3500, 'accepted');
		await clock.advance(3000);
		await accept(3);
		await refuse();
		expect(throttle.limit.pace).toBeCloseTo((0.9 * 3) / 3400, 10);
		await clock.run(slow);
	});
});

test('A request that throws is no refusal, and those after it are sent', async () => {
	const { throttle, accept } = await oneByOne();
	const client = throttle.join();
	const error = new Error('not a response');
	await expect(client.run(() => Promise.reject(error))).rejects.toBe(error);
	expect([throttle.refusals, throttle.pauseMs, throttle.limit.width]).toEqual([0, 0, 2]);
	await accept(1);
	expect(throttle.limit.width).toBe(4);
});

describe('Aborting a client', () => {
	test('drops its waiting requests at once, starts none after, and leaves the others alone', async () => {
		const clock = new VirtualClock();
		const throttle = new Throttle(clock);
		const abort = new AbortController();
		const one = new Tasks(throttle.join({ signal: abort.signal }));
		const other = new Tasks(throttle.join());
		await one.add(10);
		await one.add(10, true);
		await other.add(10);
		await one.end(1, refusedFor(5000));
		abort.abort();
		await one.add(5);
		await nextTurn();
		expect(one.dropped).toBe(23);
		await one.end(1);
		await clock.advance(5000);
		expect(one.started).toBe(2);
		expect(other.started).toBeGreaterThan(0);
		while (other.inFlight.length > 0) await other.end(1);
		await clock.advance(600_000);
		while (other.inFlight.length > 0) await other.end(1);
		expect(one.started).toBe(2);
	});

	test('takes one listener, however many requests wait', async () => {
		const { signal } = new AbortController();
		const tasks = new Tasks(new Throttle(new VirtualClock()).join({ signal }));
		await tasks.add(100);
		expect(getEventListeners(signal, 'abort')).toHaveLength(1);
	});
});

describe('Requests that are no longer needed', () => {
	test.each([false, true])('leave the queue at once; retries: %j', async (isRetry) => {
		const abort = new AbortController();
		const tasks = new Tasks(new Throttle(new VirtualClock()).join());
		await tasks.add(4);
		await tasks.add(100, isRetry, abort.signal);
		await tasks.add(4, isRetry);
		expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
		abort.abort();
		await tasks.add(1, isRetry, abort.signal);
		expect([tasks.started, tasks.dropped]).toEqual([2, 101]);
		while (tasks.inFlight.length > 0) await tasks.end(1);
		expect([tasks.started, tasks.dropped]).toEqual([8, 101]);
	});

	test('take nothing of the pace, also if they are all that waits', async () => {
		const { clock, throttle, accept, refuse } = await oneByOne();
		await accept(10);
		await refuse(5000);
		const abort = new AbortController();
		const unneeded = new Tasks(throttle.join());
		await unneeded.add(100, false, abort.signal);
		abort.abort();
		await nextTurn();
		expect(unneeded.dropped).toBe(100);
		await clock.advance(5000);
		const other = new Tasks(throttle.join());
		await other.add(1);
		expect([unneeded.started, other.started]).toEqual([0, 1]);
	});

	test('are in flight as before once they were sent', async () => {
		const abort = new AbortController();
		const tasks = new Tasks(new Throttle(new VirtualClock()).join());
		await tasks.add(2, false, abort.signal);
		abort.abort();
		await tasks.add(1);
		expect([tasks.started, tasks.dropped]).toEqual([2, 0]);
		await tasks.end(1);
		expect([tasks.started, tasks.dropped]).toEqual([3, 0]);
	});
});

test('Whatever the service does, every request is sent, and never more in flight than allowed', async () => {
	const client = fc.record({
		pages: fc.integer({ min: 1, max: 60 }),
		maxConcurrency: fc.integer({ min: 1, max: 20 }),
		startsAt: fc.nat(5000),
	});
	const outcome = fc.oneof(
		{ weight: 8, arbitrary: fc.constant<Feedback>('accepted') },
		{ weight: 1, arbitrary: fc.constant<Feedback>('unknown') },
		{ weight: 1, arbitrary: fc.nat(60_000).map(refusedFor) },
	);
	await fc.assert(
		fc.asyncProperty(
			fc.array(client, { minLength: 1, maxLength: 5 }),
			fc.infiniteStream(outcome),
			fc.infiniteStream(fc.nat(3000)),
			async (clients, outcomes, latencies) => {
				const clock = new VirtualClock();
				const throttle = new Throttle(clock);
				const pauses: Array<{ from: number; until: number }> = [];
				let inFlight = 0;
				const isDone = clients.map(async ({ pages, maxConcurrency, startsAt }) => {
					await clock.sleep(startsAt);
					let own = 0;
					const joined = throttle.join({ maxConcurrency });
					const sent = Array.from({ length: pages }, async () =>
						joined.run(async () => {
							expect(++own).toBeLessThanOrEqual(maxConcurrency);
							expect(++inFlight).toBeLessThanOrEqual(20);
							const now = clock.now();
							// A refusal in this same millisecond may come after the throttle started this task.
							const isPaused = pauses.some(({ from, until }) => from < now && now < until);
							expect(isPaused).toBe(false);
							await clock.sleep(latencies.next().value as number);
							const feedback = outcomes.next().value as Feedback;
							if (typeof feedback === 'object') {
								pauses.push({ from: clock.now(), until: clock.now() + feedback.waitMs });
							}
							own--;
							inFlight--;
							return { value: true, feedback };
						}),
					);
					expect(await Promise.all(sent)).toEqual(sent.map(() => true));
				});
				await clock.run(Promise.all(isDone));
			},
		),
		{ numRuns: runs(100) },
	);
});
