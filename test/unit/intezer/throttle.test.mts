import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, jest } from '@jest/globals';

import { Throttle, type Turn } from '../../../nodes/intezer/http/throttle.ts';
import { runs } from '../../randomRuns.mts';
import { fakeOnly } from '../../fakeTimers.mts';

beforeEach(() => {
	fakeOnly('setTimeout', 'clearTimeout');
});
afterEach(() => {
	jest.useRealTimers();
});

/** Lets everybody who can go on do so. */
const settle = async () => {
	await jest.advanceTimersByTimeAsync(0);
};

/** A lane in which calls wait, and those which are in it, in the order in which they got in. */
class Calls {
	readonly inside = new Map<number, Turn>();
	readonly order: number[] = [];
	readonly away: number[] = [];
	private next = 1;

	constructor(private readonly lane: Throttle) {}

	ask(count: number): void {
		for (let n = 0; n < count; n++) {
			const call = this.next++;
			void this.lane.enter().then((turn) => {
				if (turn === undefined) return this.away.push(call);
				this.inside.set(call, turn);
				return this.order.push(call);
			});
		}
	}

	succeed(call: number): void {
		this.inside.get(call)?.succeeded();
		this.inside.get(call)?.leave();
		this.inside.delete(call);
	}

	/** The service asked this one to slow down. */
	async slowDown(call: number, milliseconds: number): Promise<void> {
		const turn = this.inside.get(call);
		this.inside.delete(call);
		if ((await turn?.slowDown(milliseconds)) !== true) return;
		if (turn !== undefined) this.inside.set(call, turn);
		this.order.push(call);
	}

	async provenWith(count: number): Promise<void> {
		this.ask(count);
		await settle();
		this.succeed(1);
		await settle();
	}
}

describe('The lane', () => {
	test('lets the first go alone, and as many as allowed once it succeeded', async () => {
		const calls = new Calls(new Throttle(5));
		calls.ask(20);
		await settle();
		expect([...calls.inside.keys()]).toEqual([1]);
		calls.succeed(1);
		await settle();
		expect([...calls.inside.keys()]).toEqual([2, 3, 4, 5, 6]);
	});

	test('lets the next go alone too where the first only failed', async () => {
		const calls = new Calls(new Throttle(5));
		calls.ask(3);
		await settle();
		calls.inside.get(1)?.leave();
		await settle();
		expect(calls.order).toEqual([1, 2]);
	});

	test('opens by half only where the first was asked to slow down before it succeeded', async () => {
		const calls = new Calls(new Throttle(8));
		calls.ask(20);
		await settle();
		void calls.slowDown(1, 1000);
		await jest.advanceTimersByTimeAsync(1000);
		expect([...calls.inside.keys()]).toEqual([1]);
		calls.succeed(1);
		await settle();
		expect(calls.inside.size).toBe(4);
	});

	test('halves once for all that were under way together, and pauses everybody', async () => {
		const calls = new Calls(new Throttle(8));
		await calls.provenWith(30);
		expect(calls.inside.size).toBe(8);
		for (const call of [...calls.inside.keys()]) void calls.slowDown(call, 5000);
		await jest.advanceTimersByTimeAsync(4999);
		expect(calls.inside.size).toBe(0);
		await jest.advanceTimersByTimeAsync(1);
		// Those who were sent back come before those who have had no turn yet.
		expect(calls.inside.size).toBe(4);
		expect(Math.max(...calls.inside.keys())).toBeLessThanOrEqual(9);
	});

	test('widens by one after every ten successes, up to what is allowed', async () => {
		const calls = new Calls(new Throttle(4));
		await calls.provenWith(100);
		for (const call of [...calls.inside.keys()]) void calls.slowDown(call, 1000);
		await jest.advanceTimersByTimeAsync(1000);
		const widths: number[] = [];
		for (let successes = 0; successes < 40; successes++) {
			widths.push(calls.inside.size);
			calls.succeed([...calls.inside.keys()][0] ?? 0);
			await settle();
		}
		expect(widths.slice(0, 10)).toEqual(Array(10).fill(2));
		expect(widths.slice(10, 20)).toEqual(Array(10).fill(3));
		expect(widths.slice(20)).toEqual(Array(20).fill(4));
	});

	test('sends everybody away at an abort, those who pause too, and lets nobody in after', async () => {
		const abort = new AbortController();
		const calls = new Calls(new Throttle(3, abort.signal));
		await calls.provenWith(6);
		void calls.slowDown(2, 60_000);
		await settle();
		abort.abort();
		calls.ask(1);
		calls.succeed(3);
		await settle();
		expect(calls.away.sort()).toEqual([5, 6, 7]);
		expect(calls.order).toEqual([1, 2, 3, 4]);
	});
});

test('Whatever happens, no more are inside than allowed, and everybody gets a turn', async () => {
	const deed = fc.oneof(
		fc.record({ deed: fc.constant('ask' as const), n: fc.integer({ min: 1, max: 9 }) }),
		fc.record({ deed: fc.constant('succeed' as const), n: fc.nat(20) }),
		fc.record({ deed: fc.constant('leave' as const), n: fc.nat(20) }),
		fc.record({ deed: fc.constant('slowDown' as const), n: fc.nat(20) }),
		fc.record({ deed: fc.constant('time' as const), n: fc.integer({ min: 1, max: 3000 }) }),
	);
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.array(deed), async (width, deeds) => {
			const calls = new Calls(new Throttle(width));
			let asked = 0;
			for (const { deed: what, n } of deeds) {
				const chosen = [...calls.inside.keys()][n % Math.max(1, calls.inside.size)] ?? 0;
				if (what === 'ask') calls.ask(n);
				if (what === 'ask') asked += n;
				if (what === 'succeed') calls.succeed(chosen);
				if (what === 'leave') {
					calls.inside.get(chosen)?.leave();
					calls.inside.delete(chosen);
				}
				if (what === 'slowDown') void calls.slowDown(chosen, n * 100);
				if (what === 'time') await jest.advanceTimersByTimeAsync(n);
				await settle();
				expect(calls.inside.size).toBeLessThanOrEqual(width);
			}
			await jest.advanceTimersByTimeAsync(10_000);
			for (let turns = 0; turns <= 2 * asked && calls.inside.size > 0; turns++) {
				calls.succeed([...calls.inside.keys()][0] ?? 0);
				await settle();
			}
			expect(new Set(calls.order).size).toBe(asked);
		}),
		{ numRuns: runs(200) },
	);
});
