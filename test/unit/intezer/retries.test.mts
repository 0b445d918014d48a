import { getEventListeners } from 'node:events';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { IntezerClient } from '../../../nodes/intezer/client.ts';
import type { TimeLimits } from '../../../nodes/intezer/http/timeLimits.ts';
import { withoutWaiting } from '../../engine/time.mts';
import { fakeOnly } from '../../fakeTimers.mts';
import { collectGarbage } from '../../garbageCollection.mts';
import { cancelOnDemand, deadlineOnDemand, responsesOnDemand, settled } from './onDemand.mts';
import { context, neverResponding, newCredential, responding } from './pollContext.mts';

const GAVE_UP = 'warn Intezer: GET /cases/{case_id}: gave up after';

/** Sets the share of the longest wait before a retry. */
let random: jest.SpiedFunction<typeof Math.random>;

beforeEach(() => {
	random = jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

/** Responds with these status codes one after the other, and then with 200. */
function inOrder(...statuses: number[]) {
	return () => responding(statuses.shift() ?? 200, { 'retry-after': '1' })();
}

describe('A request that fails', () => {
	test('is sent five times in all, and the log says so', async () => {
		const { n8n, requests, logged } = context(inOrder(500, 500, 500, 500, 500));
		const call = new IntezerClient(n8n).getCase('a');
		await expect(call).rejects.toMatchObject({ kind: 'serviceUnavailable' });
		expect(requests).toHaveLength(5);
		expect(logged.at(-1)).toBe(`${GAVE_UP} 5 attempts: 500`);
	});

	test('is sent again after a pause, while other requests continue', async () => {
		fakeOnly('setTimeout', 'clearTimeout');
		random.mockReturnValue(0.5);
		const { n8n, requests } = context(inOrder(500));
		const client = new IntezerClient(n8n, { maxConcurrency: 1 });
		const calls = [client.getCase('a'), client.getCase('b')];
		await settled();
		await jest.advanceTimersByTimeAsync(999);
		expect(requests.map(({ url }) => url)).toEqual(['/cases/a', '/cases/b']);
		await jest.advanceTimersByTimeAsync(1);
		await Promise.all(calls);
		expect(requests.map(({ url }) => url)).toEqual(['/cases/a', '/cases/b', '/cases/a']);
	});

	test('is logged with the time that its response took', async () => {
		fakeOnly('performance', 'setTimeout', 'clearTimeout');
		jest.advanceTimersByTime(1000);
		const { answer, respond } = responsesOnDemand();
		const { n8n, logged } = context(answer);
		const call = expect(new IntezerClient(n8n).getCase('a')).rejects.toThrow();
		await settled();
		jest.advanceTimersByTime(250);
		await respond({ statusCode: 400 });
		await call;
		expect(logged).toEqual(['debug Intezer: GET /cases/{case_id}: 400 in 250 ms']);
	});
});

describe('If the service asks for a pause', () => {
	test('the refused request goes before those that wait', async () => {
		const { n8n, requests } = context(inOrder(429));
		const client = new IntezerClient(n8n, { maxConcurrency: 1 });
		await withoutWaiting(() => Promise.all([client.getCase('a'), client.getCase('b')]));
		expect(requests.map(({ url }) => url)).toEqual(['/cases/a', '/cases/a', '/cases/b']);
	});

	test('five times in a row, requests that waited meanwhile are not repeated', async () => {
		const { n8n, requests } = context(responding(429, { 'retry-after': '1' }));
		const client = new IntezerClient(n8n, { maxConcurrency: 1 });
		const calls = () => Promise.allSettled([client.getCase('a'), client.getCase('b')]);
		for (const { status } of await withoutWaiting(calls)) expect(status).toBe('rejected');
		expect(requests.map(({ url }) => url)).toEqual([
			...Array.from({ length: 5 }, () => '/cases/a'),
			'/cases/b',
		]);
	});

	test('past the deadline of another client, that one sends nothing and logs why', async () => {
		const credential = newCredential();
		const refused = context(responding(429, { 'retry-after': '30' }), credential);
		const { n8n, requests, logged } = context(responding(200), credential);
		for (const each of [refused.n8n, n8n]) {
			const client = new IntezerClient(each, { deadline: Date.now() + 20_000 });
			await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'rateLimited' });
		}
		expect(requests).toHaveLength(0);
		expect(refused.logged).toContainEqual(
			expect.stringMatching(/^warn Intezer asks for fewer requests \(429\): pausing /),
		);
		expect(logged).toEqual([`${GAVE_UP} 0 attempts: 429`]);
	});

	test('of an hour, calls that are no longer needed end at once, and are not sent', async () => {
		const { n8n, requests } = context(responding(429, { 'retry-after': '3600' }));
		const client = new IntezerClient(n8n);
		const abort = new AbortController();
		const calls = Array.from({ length: 100 }, (_, n) => client.getCase(`case-${n}`, abort.signal));
		const outcomes = Promise.allSettled(calls);
		await expect(Promise.all(calls)).rejects.toMatchObject({ kind: 'rateLimited' });
		abort.abort();
		for (const outcome of (await outcomes).slice(10)) {
			expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'canceled' } });
		}
		expect(requests.length).toBeLessThan(10);
	});

	test('of an hour, the client sends nothing until then, and later calls fail at once', async () => {
		fakeOnly('performance', 'setTimeout', 'clearTimeout');
		const { n8n, requests, logged } = context(responding(429, { 'retry-after': '3600' }));
		const client = new IntezerClient(n8n);
		const call = async (id: string) => {
			await expect(client.getCase(id)).rejects.toMatchObject({ kind: 'rateLimited' });
		};
		await call('a');
		await call('b');
		await jest.advanceTimersByTimeAsync(3_599_000);
		await expect(client.getCase('c')).rejects.toMatchObject({ failure: { retryAfterMs: 1000 } });
		expect(requests.map(({ url }) => url)).toEqual(['/cases/a']);
		expect(logged.filter((line) => line.startsWith(GAVE_UP))).toHaveLength(1);
		await jest.advanceTimersByTimeAsync(1000);
		await call('d');
		expect(requests.map(({ url }) => url)).toEqual(['/cases/a', '/cases/d']);
	});

	test('of an hour, calls that wait for others in flight are not sent', async () => {
		const { n8n, requests } = context(responding(429, { 'retry-after': '3600' }));
		const client = new IntezerClient(n8n, { maxConcurrency: 1 });
		const calls = Array.from({ length: 20 }, (_, n) => client.getCase(`case-${n}`));
		for (const outcome of await Promise.allSettled(calls)) {
			expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'rateLimited' } });
		}
		expect(requests).toHaveLength(1);
	});

	test('that is over, a client whose time has run out says just that', async () => {
		const credential = newCredential();
		await new IntezerClient(context(inOrderAtOnce(429), credential).n8n).getCase('a');
		const late = new IntezerClient(context(responding(200), credential).n8n, {
			deadline: Date.now() - 1,
		});
		await expect(late.getCase('b')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
	});

	function inOrderAtOnce(...statuses: number[]) {
		return () => responding(statuses.shift() ?? 200)();
	}
});

describe('A request that waits for others until its execution ends', () => {
	/** Two requests in flight with the same credential, and a third one that waits. */
	async function waiting(endOnDemand: () => { limits: TimeLimits; stop: () => void }) {
		const credential = newCredential();
		const { answer, respond } = responsesOnDemand();
		const abort = new AbortController();
		const busy = new IntezerClient(context(answer, credential).n8n, { signal: abort.signal });
		const others = Promise.allSettled(['a', 'b'].map((id) => busy.getCase(id)));
		const { limits, stop } = endOnDemand();
		const { n8n, requests } = context(responding(200), credential);
		const call = new IntezerClient(n8n, limits).getCase('c');
		call.catch(() => undefined);
		await settled();
		const end = async () => {
			abort.abort();
			await others;
			expect(requests).toHaveLength(0);
		};
		return { call, respond, stop, end };
	}

	test('fails because of the deadline', async () => {
		const { call, stop, end } = await waiting(deadlineOnDemand);
		stop();
		await expect(call).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		await end();
	});

	test('fails because of the rate limit, if the service asked for a pause meanwhile', async () => {
		const { call, respond, stop, end } = await waiting(deadlineOnDemand);
		await respond({ statusCode: 429, headers: { 'retry-after': '50' } });
		stop();
		await expect(call).rejects.toMatchObject({ kind: 'rateLimited' });
		await end();
	});

	test('fails because of the deadline, if that pause is over', async () => {
		const { call, respond, stop, end } = await waiting(deadlineOnDemand);
		await respond({ statusCode: 429 });
		stop();
		await expect(call).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		await end();
	});

	test('fails because of the deadline, even if unused memory is freed in the meantime', async () => {
		const { signal } = new AbortController();
		const inTime = () => ({
			limits: { signal, deadline: Date.now() + 50 },
			stop: () => undefined,
		});
		const { call, end } = await waiting(inTime);
		await collectGarbage();
		await expect(call).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		await end();
	});

	test('is canceled with it, also during a pause', async () => {
		const { call, respond, stop, end } = await waiting(cancelOnDemand);
		await respond({ statusCode: 429, headers: { 'retry-after': '50' } });
		stop();
		await expect(call).rejects.toMatchObject({ kind: 'canceled' });
		await end();
	});
});

describe('The number of requests in flight', () => {
	/** How many requests are in flight after one of two got this response. */
	async function inFlightAfter(statusCode: number, body: object): Promise<number> {
		random.mockReturnValue(0.99);
		const { answer, respond, open } = responsesOnDemand();
		const abort = new AbortController();
		const client = new IntezerClient(context(answer).n8n, { signal: abort.signal });
		const calls = Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((id) => client.getCase(id)));
		await settled();
		expect(open).toHaveLength(2);
		await respond({ statusCode, body });
		const inFlight = open.length;
		abort.abort();
		await calls;
		return inFlight;
	}

	test.each([
		[200, { result: {} }],
		[400, { error: 'Bad request' }],
		[403, { error: 'Insufficient permissions' }],
		[404, { error: 'Case not found' }],
	])('grows with each request that the service handles: %i', async (status, body) => {
		expect(await inFlightAfter(status, body)).toBe(4);
	});

	test.each([
		[404, {}],
		[500, {}],
	])('does not grow with a failure of the service or a proxy: %i', async (status, body) => {
		expect(await inFlightAfter(status, body)).toBe(2);
	});

	test('is at most what the client was given, or twenty', () => {
		const { n8n } = context(responding(200));
		expect(new IntezerClient(n8n, { maxConcurrency: 3 }).maxConcurrency).toBe(3);
		expect(new IntezerClient(n8n).maxConcurrency).toBe(20);
	});
});

describe('A pause between requests', () => {
	/** A client on a clock that stands still until the test moves it. */
	function clientWith(limits: { signal?: AbortSignal; deadline?: number } = {}) {
		fakeOnly('setTimeout', 'clearTimeout');
		return new IntezerClient(context(neverResponding).n8n, limits);
	}

	test.each([{}, { signal: new AbortController().signal }])('ends in time', async (limits) => {
		let isOver = false;
		const pause = clientWith(limits)
			.pause(5000)
			.then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(4999);
		await settled();
		expect(isOver).toBe(false);
		await jest.advanceTimersByTimeAsync(1);
		await pause;
	});

	test('ends early if the execution is canceled, before or during it', async () => {
		const abort = new AbortController();
		const client = clientWith({ signal: abort.signal });
		const pause = client.pause(5000);
		abort.abort();
		await expect(pause).rejects.toMatchObject({ kind: 'canceled' });
		await expect(client.pause(5000)).rejects.toMatchObject({ kind: 'canceled' });
	});

	test('ends at the deadline', async () => {
		const { limits, stop } = deadlineOnDemand();
		const pause = clientWith(limits).pause(5000);
		stop();
		await expect(pause).rejects.toMatchObject({ kind: 'deadlineExceeded' });
	});

	test('and twenty others together add one listener to the signal of the execution', async () => {
		const { signal } = new AbortController();
		const client = clientWith({ signal });
		const pauses = Array.from({ length: 20 }, () => client.pause(10));
		expect(getEventListeners(signal, 'abort')).toHaveLength(1);
		await jest.advanceTimersByTimeAsync(10);
		await Promise.all(pauses);
	});
});
