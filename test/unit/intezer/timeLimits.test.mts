import { getEventListeners } from 'node:events';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { IntezerClient } from '../../../nodes/intezer/client.ts';
import { fakeOnly } from '../../fakeTimers.mts';
import { settled } from './onDemand.mts';
import { context, neverResponding, responding } from './pollContext.mts';

afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

describe('A request whose response never ends', () => {
	test('fails after ten minutes, and is sent again', async () => {
		const { n8n, requests } = context(
			async (options) => await (requests.length > 1 ? responding(200)() : neverResponding(options)),
		);
		const { end, timeout } = timeoutOnDemand();
		const call = new IntezerClient(n8n).getCase('a');
		await settled();
		expect(timeout).toHaveBeenCalledWith(600_000);
		jest.spyOn(Math, 'random').mockReturnValue(0);
		end();
		await call;
		expect(requests).toHaveLength(2);
	});

	test('five times is reported as such', async () => {
		jest.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
		jest.spyOn(Math, 'random').mockReturnValue(0);
		const call = new IntezerClient(context(neverResponding).n8n).getCase('a');
		await expect(call).rejects.toMatchObject({
			failure: { kind: 'unreachable', fault: 'no response in 10 minutes' },
		});
	});

	test('is canceled then, so that its connection is closed', async () => {
		const { n8n, requests } = context(neverResponding);
		const { end } = timeoutOnDemand();
		const cancel = new AbortController();
		const call = new IntezerClient(n8n, { signal: cancel.signal }).getCase('a');
		call.catch(() => undefined);
		await settled();
		const [signal] = requests.map(({ abortSignal }) => abortSignal);
		end();
		await settled();
		expect(signal?.aborted).toBe(true);
		cancel.abort();
		await expect(call).rejects.toMatchObject({ kind: 'canceled' });
	});

	test('shares its limit with the requests of the same minute', async () => {
		fakeOnly('performance');
		const { timeout } = timeoutOnDemand();
		const client = new IntezerClient(context(responding(200)).n8n);
		await client.getCase('a');
		jest.advanceTimersByTime(59_999);
		await client.getCase('b');
		expect(timeout).toHaveBeenCalledTimes(1);
		jest.advanceTimersByTime(1);
		await client.getCase('c');
		expect(timeout).toHaveBeenCalledTimes(2);
	});

	test('leaves no listener behind if it ends in time: Node would keep the signal for ten minutes', async () => {
		const { signal } = timeoutOnDemand();
		await new IntezerClient(context(responding(200)).n8n).getCase('a');
		expect(getEventListeners(signal, 'abort')).toHaveLength(0);
	});

	/** The time limit of the next request, which ends on demand. */
	function timeoutOnDemand() {
		const limit = new AbortController();
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
		const end = () => {
			limit.abort();
		};
		return { end, timeout, signal: limit.signal };
	}
});
