import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { Throttle, type Slot } from '../../../nodes/intezer/http/throttle.ts';
import { fakeOnly } from '../../fakeTimers.mts';
import { runs } from '../../propertyRuns.mts';

beforeEach(() => {
	fakeOnly('setTimeout', 'clearTimeout');
});
afterEach(() => {
	jest.useRealTimers();
});

/** Lets every call that can continue do so. */
const settle = async () => {
	await jest.advanceTimersByTimeAsync(0);
};

/** Calls that wait for a throttle, and those that it let through, in the order in which they got their slots. */
class Calls {
	readonly inFlight = new Map<number, Slot>();
	readonly order: number[] = [];
	readonly rejected: number[] = [];
	private next = 1;

	constructor(private readonly throttle: Throttle) {}

	start(count: number): void {
		for (let n = 0; n < count; n++) {
			const call = this.next++;
			void this.throttle.acquire().then((slot) => {
				if (slot === undefined) return this.rejected.push(call);
				this.inFlight.set(call, slot);
				return this.order.push(call);
			});
		}
	}

	succeed(call: number): void {
		this.inFlight.get(call)?.succeeded();
		this.inFlight.get(call)?.release();
		this.inFlight.delete(call);
	}

	/** The service asked this one to slow down. */
	async slowDown(call: number, milliseconds: number): Promise<void> {
		const slot = this.inFlight.get(call);
		this.inFlight.delete(call);
		if ((await slot?.slowDown(milliseconds)) !== true) return;
		if (slot !== undefined) this.inFlight.set(call, slot);
		this.order.push(call);
	}

	async startAfterFirstSuccess(count: number): Promise<void> {
		this.start(count);
		await settle();
		this.succeed(1);
		await settle();
	}
}

describe('The throttle', () => {
	test('starts one call, and as many as allowed after it succeeded', async () => {
		const calls = new Calls(new Throttle(5));
		calls.start(20);
		await settle();
		expect([...calls.inFlight.keys()]).toEqual([1]);
		calls.succeed(1);
		await settle();
		expect([...calls.inFlight.keys()]).toEqual([2, 3, 4, 5, 6]);
	});

	test('starts the next call alone too where the first failed', async () => {
		const calls = new Calls(new Throttle(5));
		calls.start(3);
		await settle();
		calls.inFlight.get(1)?.release();
		await settle();
		expect(calls.order).toEqual([1, 2]);
	});

	test('starts with half the limit where the first call had to slow down before it succeeded', async () => {
		const calls = new Calls(new Throttle(8));
		calls.start(20);
		await settle();
		void calls.slowDown(1, 1000);
		await jest.advanceTimersByTimeAsync(1000);
		expect([...calls.inFlight.keys()]).toEqual([1]);
		calls.succeed(1);
		await settle();
		expect(calls.inFlight.size).toBe(4);
	});

	test('halves the limit once for all calls in flight together, and pauses every call', async () => {
		const calls = new Calls(new Throttle(8));
		await calls.startAfterFirstSuccess(30);
		expect(calls.inFlight.size).toBe(8);
		for (const call of [...calls.inFlight.keys()]) void calls.slowDown(call, 5000);
		await jest.advanceTimersByTimeAsync(4999);
		expect(calls.inFlight.size).toBe(0);
		await jest.advanceTimersByTimeAsync(1);
		// Calls that slowed down come before those that have had no slot yet.
		expect(calls.inFlight.size).toBe(4);
		expect(Math.max(...calls.inFlight.keys())).toBeLessThanOrEqual(9);
	});

	test('raises the limit by one after every ten successes, up to the maximum', async () => {
		const calls = new Calls(new Throttle(4));
		await calls.startAfterFirstSuccess(100);
		for (const call of [...calls.inFlight.keys()]) void calls.slowDown(call, 1000);
		await jest.advanceTimersByTimeAsync(1000);
		const limits: number[] = [];
		for (let successes = 0; successes < 40; successes++) {
			limits.push(calls.inFlight.size);
			calls.succeed([...calls.inFlight.keys()][0] ?? 0);
			await settle();
		}
		expect(limits.slice(0, 10)).toEqual(Array(10).fill(2));
		expect(limits.slice(10, 20)).toEqual(Array(10).fill(3));
		expect(limits.slice(20)).toEqual(Array(20).fill(4));
	});

	test('ends every wait at an abort, paused calls too, and gives no slot after it', async () => {
		const abort = new AbortController();
		const calls = new Calls(new Throttle(3, abort.signal));
		await calls.startAfterFirstSuccess(6);
		void calls.slowDown(2, 60_000);
		await settle();
		abort.abort();
		calls.start(1);
		calls.succeed(3);
		await settle();
		expect(calls.rejected.sort()).toEqual([5, 6, 7]);
		expect(calls.order).toEqual([1, 2, 3, 4]);
	});
});

test('Whatever happens, no more calls are in flight than allowed, and every call gets a slot', async () => {
	const action = fc.oneof(
		fc.record({ action: fc.constant('start' as const), n: fc.integer({ min: 1, max: 9 }) }),
		fc.record({ action: fc.constant('succeed' as const), n: fc.nat(20) }),
		fc.record({ action: fc.constant('release' as const), n: fc.nat(20) }),
		fc.record({ action: fc.constant('slowDown' as const), n: fc.nat(20) }),
		fc.record({ action: fc.constant('time' as const), n: fc.integer({ min: 1, max: 3000 }) }),
	);
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(action), async (width, actions) => {
			const calls = new Calls(new Throttle(width));
			let started = 0;
			for (const { action, n } of actions) {
				const chosen = [...calls.inFlight.keys()][n % Math.max(1, calls.inFlight.size)] ?? 0;
				if (action === 'start') calls.start(n);
				if (action === 'start') started += n;
				if (action === 'succeed') calls.succeed(chosen);
				if (action === 'release') {
					calls.inFlight.get(chosen)?.release();
					calls.inFlight.delete(chosen);
				}
				if (action === 'slowDown') void calls.slowDown(chosen, n * 100);
				if (action === 'time') await jest.advanceTimersByTimeAsync(n);
				await settle();
				expect(calls.inFlight.size).toBeLessThanOrEqual(width);
			}
			await jest.advanceTimersByTimeAsync(10_000);
			for (let count = 0; count <= 2 * started && calls.inFlight.size > 0; count++) {
				calls.succeed([...calls.inFlight.keys()][0] ?? 0);
				await settle();
			}
			expect(new Set(calls.order).size).toBe(started);
		}),
		{ numRuns: runs(200) },
	);
});
