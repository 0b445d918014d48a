import { describe, expect, jest, test } from '@jest/globals';

import { ActiveWorkflow, type Activation } from './host.mts';
import { failure, minutes, useTriggerService } from './service.mts';

describe('A promise of n8n that never settles', () => {
	const service = useTriggerService();

	function workflow(more: Partial<Activation> = {}): ActiveWorkflow {
		const { credential } = service;
		return new ActiveWorkflow({
			credential,
			nodes: { Trigger: { event: 'caseEscalated' } },
			...more,
		});
	}

	/** A promise of n8n, and how to settle it. */
	function pending<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
		let resolve: (value: T) => void = () => undefined;
		const promise = new Promise<T>((settle) => {
			resolve = settle;
		});
		return { promise, resolve };
	}

	test.each([
		['45 seconds, without a limit of n8n', undefined, 45_000],
		['the time that n8n gives it', 36_000, 36_000],
		['that time if it has a fraction', 400.5, 400],
	])('ends the poll after %s; its requests end earlier', async (_time, budgetMs, expected) => {
		const timeout = jest.spyOn(AbortSignal, 'timeout');
		try {
			await workflow({ budgetMs }).poll();
			const [afterMs = 0, requestsAfterMs = 0] = timeout.mock.calls.map(([ms]) => ms);
			expect(afterMs).toBe(expected);
			expect(requestsAfterMs).toBeLessThan(afterMs);
			expect(requestsAfterMs).toBeGreaterThan(0.9 * afterMs);
		} finally {
			timeout.mockRestore();
		}
	});

	test('of the credential ends the poll at its deadline, and the next poll of the activation works', async () => {
		const credential = pending<never>();
		let budgetMs = 10_000;
		let isStuck = false;
		const active = workflow({
			onContext: (context) => {
				const getCredentials = context.getCredentials.bind(context);
				Object.defineProperties(context, {
					getPollBudgetMs: { value: () => budgetMs },
					getCredentials: {
						value: async (type: string) =>
							isStuck ? await credential.promise : await getCredentials(type),
					},
				});
			},
		});
		expect(await active.poll()).toBeNull();
		active.save();
		minutes(1);
		const case_id = service.simulator.cases.escalateOne().case_id;
		service.simulator.forgetRequests();
		const stored = JSON.stringify(active.staticData);
		[isStuck, budgetMs] = [true, 10];
		const error = await failure(active.poll());
		expect(error?.message).toMatch(/^n8n did not load the credential in time \(since /);
		expect(error?.description).toMatch(/database/);
		// It settles late, and everything that waits for it continues.
		credential.resolve((await service.credential.getDecrypted()) as never);
		await new Promise(setImmediate);
		expect(service.simulator.requests).toEqual([]);
		expect(JSON.stringify(active.staticData)).toBe(stored);
		[isStuck, budgetMs] = [false, 10_000];
		minutes(1);
		expect(await active.poll()).toEqual([expect.objectContaining({ case_id })]);
	});

	test('of a request ends the poll, and nothing is sent or stored when it settles late', async () => {
		const response = pending<unknown>();
		const request = jest.fn(async () => await response.promise);
		const active = workflow();
		await active.poll();
		active.save();
		minutes(1);
		const stuck = active.again({
			activation: 'update',
			budgetMs: 10,
			onContext: ({ helpers }) => {
				Object.assign(helpers, { httpRequestWithAuthentication: request });
			},
		});
		expect((await failure(stuck.poll()))?.message).toMatch(/did not respond in time/);
		const stored = JSON.stringify(stuck.staticData);
		const body = { result: { cases_count: 5_000, cases: [{ case_id: 'late' }] } };
		response.resolve({ statusCode: 200, headers: {}, body });
		await new Promise(setImmediate);
		expect(request).toHaveBeenCalledTimes(1);
		expect(JSON.stringify(stuck.staticData)).toBe(stored);
		const case_id = service.simulator.cases.escalateOne().case_id;
		const next = active.again({ activation: 'update' });
		expect(await next.poll()).toEqual([expect.objectContaining({ case_id })]);
	});
});
