import { getEventListeners } from 'node:events';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { anySignal } from '../../../nodes/intezer/http/anySignal.ts';
import { onAbort } from '../../../nodes/intezer/http/onAbort.ts';
import { pause, unlessAborted } from '../../../nodes/intezer/http/pause.ts';
import { fakeOnly } from '../../fakeTimers.mts';
import { settled } from './onDemand.mts';

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

/** What a promise has come to so far. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
	const state = promise.then(
		(value) => ({ value }),
		(error: unknown) => ({ error }),
	);
	return await Promise.race([state, settled().then(() => 'pending')]);
}

afterEach(() => {
	jest.useRealTimers();
});

describe('What is to happen when a signal is aborted', () => {
	test('happens then, once', () => {
		const end = new AbortController();
		const callback = jest.fn();
		onAbort(end.signal, callback);
		expect(callback).toHaveBeenCalledTimes(0);
		end.abort();
		end.abort();
		expect(callback).toHaveBeenCalledTimes(1);
	});

	test('happens at once if it is aborted already', () => {
		const signal = AbortSignal.abort();
		const callback = jest.fn();
		const release = onAbort(signal, callback);
		expect(callback).toHaveBeenCalledTimes(1);
		release();
		expect(listenersOf(signal)).toBe(0);
	});

	test('never happens without a signal', () => {
		const callback = jest.fn();
		const release = onAbort(undefined, callback);
		release();
		expect(callback).toHaveBeenCalledTimes(0);
	});

	test('does not happen any more once it is not needed, unlike the rest', () => {
		const end = new AbortController();
		const [unneeded, needed] = [jest.fn(), jest.fn()];
		const release = onAbort(end.signal, unneeded);
		onAbort(end.signal, needed);
		release();
		release();
		end.abort();
		expect(unneeded).toHaveBeenCalledTimes(0);
		expect(needed).toHaveBeenCalledTimes(1);
	});

	test('takes one listener, which goes with the last of it', () => {
		const { signal } = new AbortController();
		for (let round = 0; round < 2; round++) {
			const releases = Array.from({ length: 20 }, () => onAbort(signal, () => undefined));
			expect(listenersOf(signal)).toBe(1);
			for (const release of releases) {
				expect(listenersOf(signal)).toBe(1);
				release();
			}
			expect(listenersOf(signal)).toBe(0);
		}
	});

	test('happens later, too, after all before it was not needed any more', () => {
		const end = new AbortController();
		const before = onAbort(end.signal, () => undefined);
		before();
		const callback = jest.fn();
		onAbort(end.signal, callback);
		before();
		end.abort();
		expect(callback).toHaveBeenCalledTimes(1);
	});
});

describe('A signal of several', () => {
	test.each([0, 1])('is aborted with the first of them, for its reason: %i', (first) => {
		const ends = [new AbortController(), new AbortController()];
		const { signal } = anySignal([undefined, ...ends.map((each) => each.signal)]);
		expect(signal.aborted).toBe(false);
		ends[first]?.abort('first');
		ends[1 - first]?.abort('second');
		expect(signal).toMatchObject({ aborted: true, reason: 'first' });
	});

	test('is aborted from the start if one of them is', () => {
		const { signal } = new AbortController();
		expect(anySignal([signal, AbortSignal.abort('before')]).signal.reason).toBe('before');
	});

	test('leaves no listener behind when it is not needed any more', () => {
		const ends = [new AbortController(), new AbortController()];
		const sources = ends.map((each) => each.signal);
		const { signal, release } = anySignal(sources);
		expect(sources.map(listenersOf)).toEqual([1, 1]);
		release();
		expect(sources.map(listenersOf)).toEqual([0, 0]);
		for (const end of ends) end.abort();
		expect(signal.aborted).toBe(false);
	});
});

describe('Work that ignores a signal', () => {
	test.each([undefined, new AbortController().signal])('is waited for', async (signal) => {
		expect(await stateOf(unlessAborted(Promise.resolve('done'), signal))).toEqual({
			value: 'done',
		});
		const error = new Error('failed');
		expect(await stateOf(unlessAborted(Promise.reject(error), signal))).toEqual({ error });
		expect(await stateOf(unlessAborted(new Promise(() => undefined), signal))).toBe('pending');
	});

	test('is not waited for once the signal is aborted', async () => {
		const end = new AbortController();
		const result = unlessAborted(new Promise(() => undefined), end.signal);
		expect(await stateOf(result)).toBe('pending');
		end.abort();
		expect(await stateOf(result)).toEqual({ value: undefined });
		expect(await stateOf(unlessAborted(Promise.resolve('done'), end.signal))).toEqual({
			value: undefined,
		});
	});

	test('leaves no listener behind, also if it fails', async () => {
		const { signal } = new AbortController();
		for (const fails of [false, true]) {
			const work = fails ? Promise.reject(new Error('failed')) : Promise.resolve('done');
			const result = unlessAborted(work, signal);
			expect(listenersOf(signal)).toBe(1);
			await stateOf(result);
			expect(listenersOf(signal)).toBe(0);
		}
	});
});

describe('A pause', () => {
	test.each([undefined, new AbortController().signal])('ends in time', async (signal) => {
		fakeOnly('setTimeout', 'clearTimeout');
		const end = pause(5_000, signal);
		await jest.advanceTimersByTimeAsync(4_999);
		expect(await stateOf(end)).toBe('pending');
		await jest.advanceTimersByTimeAsync(1);
		expect(await stateOf(end)).toEqual({ value: undefined });
	});

	test('ends early when its signal is aborted', async () => {
		fakeOnly('setTimeout', 'clearTimeout');
		const abort = new AbortController();
		const end = pause(5_000, abort.signal);
		expect(await stateOf(end)).toBe('pending');
		abort.abort();
		expect(await stateOf(end)).toEqual({ value: undefined });
	});
});
