import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { ActiveWorkflow, type Activation } from './host.mts';
import { failure, minutes, useTriggerService } from './service.mts';

describe('The trigger', () => {
	const service = useTriggerService();

	function workflow(parameters: INodeParameters, more: Partial<Activation> = {}): ActiveWorkflow {
		const { credential } = service;
		return new ActiveWorkflow({ credential, nodes: { Trigger: parameters }, ...more });
	}

	function raise(): string {
		return service.simulator.cases.escalateOne().case_id;
	}

	const searches = () =>
		service.simulator.requests.filter(({ path }) => path.endsWith('/cases/search'));

	describe('The trigger in n8n', () => {
		test('emits an escalated case once, with the event and its id', async () => {
			const active = workflow({ event: 'caseEscalated' });
			expect(await active.poll()).toBeNull();
			active.save();
			minutes(1);
			const case_id = raise();
			const given = await active.poll();
			expect(given).toEqual([
				expect.objectContaining({
					case_id,
					case_priority: 'escalated',
					event: 'caseEscalated',
					event_id: expect.any(String) as unknown,
				}),
			]);
			expect(Object.keys(given?.[0] ?? {})).toHaveLength(14);
			minutes(1);
			expect(await active.poll()).toBeNull();
		});

		test('sends one request if nothing happened', async () => {
			for (const event of ['caseCreated', 'caseEscalated', 'caseUpdated', 'alertAttached']) {
				const active = workflow({ event });
				await active.poll();
				minutes(1);
				service.simulator.forgetRequests();
				expect(await active.poll()).toBeNull();
				expect(searches()).toHaveLength(1);
			}
		});

		test('continues from what n8n saved after it is killed and started again', async () => {
			const active = workflow({ event: 'caseEscalated' });
			await active.poll();
			active.save();
			minutes(1);
			const first = raise();
			expect(await active.poll()).toEqual([expect.objectContaining({ case_id: first })]);
			minutes(1);
			expect(await active.poll()).toBeNull();
			minutes(600);
			const second = raise();
			const restarted = active.restarted();
			expect(await restarted.poll()).toEqual([expect.objectContaining({ case_id: second })]);
			minutes(1);
			expect(await restarted.poll()).toBeNull();
		});

		test('continues from the last poll when the workflow is published again', async () => {
			const active = workflow({ event: 'caseEscalated' });
			await active.poll();
			active.save();
			minutes(1);
			const id = raise();
			expect(await active.poll()).toHaveLength(1);
			minutes(1);
			service.simulator.cases.update(id, { case_priority: 'low' });
			expect(await active.poll()).toBeNull();
			minutes(1);
			service.simulator.cases.update(id, { case_priority: 'escalated' });
			const published = active.again({ activation: 'update' });
			expect(await published.poll()).toEqual([expect.objectContaining({ case_id: id })]);
		});

		test('emits events again that n8n dropped', async () => {
			const active = workflow({ event: 'caseEscalated' });
			await active.poll();
			active.save();
			minutes(1);
			raise();
			const published = active.again({ activation: 'update' });
			const dropped = await active.poll();
			expect(dropped).toHaveLength(1);
			expect(await published.poll()).toEqual(dropped);
		});

		test('knows with durable cursors what happened between its activation and the next poll', async () => {
			for (const event of ['caseEscalated', 'caseCreated']) {
				const active = workflow({ event }, { durable: true });
				expect(await active.poll()).toBeNull();
				expect(active.saved).toEqual({});
				minutes(50);
				const case_id = event === 'caseEscalated' ? raise() : service.simulator.cases.add().case_id;
				minutes(10);
				expect(await active.poll()).toEqual([expect.objectContaining({ case_id })]);
				minutes(1);
				expect(await active.poll()).toBeNull();
			}
		});

		test('marks its state as changed, so that n8n saves it', async () => {
			const active = workflow({ event: 'caseCreated' });
			await active.poll();
			active.save();
			expect(Object.keys(active.saved)).toEqual(['node:Trigger']);
			minutes(1);
			service.simulator.cases.add();
			const before = JSON.stringify(active.saved);
			await active.poll();
			expect(JSON.stringify(active.saved)).not.toBe(before);
		});

		test('keeps two triggers in a workflow apart', async () => {
			const active = workflow(
				{},
				{ nodes: { Created: { event: 'caseCreated' }, Escalated: { event: 'caseEscalated' } } },
			);
			await active.poll('Created');
			await active.poll('Escalated');
			minutes(1);
			const created = service.simulator.cases.add().case_id;
			const escalated = raise();
			const given = await active.poll('Created');
			expect(given?.map(({ case_id }) => case_id)).toContain(created);
			expect(await active.poll('Escalated')).toEqual([
				expect.objectContaining({ case_id: escalated }),
			]);
		});

		test('polls once at a time', async () => {
			const active = workflow({ event: 'caseEscalated' });
			await active.poll();
			minutes(1);
			const case_id = raise();
			const both = await Promise.all([active.poll(), active.poll()]);
			expect(both).toEqual([[expect.objectContaining({ case_id })], null]);
		});

		test('ends within the time that n8n gives a poll', async () => {
			const active = workflow({ event: 'caseEscalated' }, { budgetMs: 400 });
			service.simulator.fail({ path: '/cases/search', hang: true, times: Infinity });
			const error = await failure(active.poll());
			expect(error?.message).toMatch(/^Intezer did not respond in time/);
		});
	});

	describe('Changed by the user', () => {
		async function eventsAfter(
			before: INodeParameters,
			after: INodeParameters,
		): Promise<IDataObject[] | null> {
			const active = workflow(before);
			await active.poll();
			active.save();
			minutes(1);
			service.simulator.cases.add({ case_status: 'closed' });
			return await active.again({ nodes: { Trigger: after }, activation: 'update' }).poll();
		}

		test('another filter or event records a new baseline', async () => {
			const closed = { event: 'caseCreated', filters: { caseStatuses: ['closed'] } };
			expect(await eventsAfter({ event: 'caseCreated' }, closed)).toBeNull();
			expect(await eventsAfter({ event: 'caseUpdated' }, { event: 'caseCreated' })).toBeNull();
		});

		test('the format of items, blank filters and the order of filters change nothing', async () => {
			const before = { event: 'caseCreated', filters: { caseStatuses: ['closed'], freeText: 's' } };
			const after = {
				event: 'caseCreated',
				filters: { sources: '', freeText: 's', caseStatuses: ['closed'] },
				simplify: false,
				options: { additionalFields: 'creation_time' },
			};
			expect(await eventsAfter(before, after)).toHaveLength(1);
		});

		test('an expression that returns a different value each time is not a change', async () => {
			const filters = { freeText: '={{ $now.toMillis() > 0 ? "suspicious" : $now }}' };
			const parameters = { event: 'caseCreated', filters };
			expect(await eventsAfter(parameters, parameters)).toHaveLength(1);
		});

		test('a filter whose expression returns no value is refused', async () => {
			const active = workflow({ event: 'caseCreated', filters: { caseIds: '={{ undefined }}' } });
			expect((await failure(active.poll()))?.message).toBe(
				"The expression in the filter 'Case IDs' returned no value",
			);
		});

		test('an alert whose environment is an expression without a value is refused', async () => {
			const alert = [{ alertId: 'a', environment: '={{ undefined }}' }];
			const active = workflow({ event: 'caseCreated', filters: { alertIdentifiers: { alert } } });
			expect((await failure(active.poll()))?.message).toBe(
				"The expression in the filter 'Environment' in 'Alert Identifiers' returned no value",
			);
		});
	});

	describe('Fetch test event', () => {
		const manual = { mode: 'manual', activation: 'manual' } as const;

		test('returns a case at once, and does not change the state', async () => {
			const active = workflow({ event: 'caseEscalated' }, manual);
			const given = await active.poll();
			expect(given).toEqual([
				expect.objectContaining({ case_priority: 'escalated', event: 'caseEscalated' }),
			]);
			expect(active.saved).toEqual({});
			expect(searches().length).toBeLessThanOrEqual(2);
		});

		test('fails if no case matches', async () => {
			const filters = { caseIds: 'no-such-case' };
			const error = await failure(workflow({ event: 'caseMatched', filters }, manual).poll());
			expect(error?.message).toBe('No matching case found');
		});
	});

	test('more matching cases than the trigger can remember are rejected', async () => {
		service.simulator.fail({
			path: '/cases/search',
			body: { result: { cases_count: 15_001, cases: [] } },
			times: Infinity,
		});
		const error = await failure(workflow({ event: 'caseMatched' }).poll());
		expect(error?.message).toMatch(/^At least 15,001 cases match 'Filters'/);
		expect(error?.description).toMatch(/Narrow the filters/);
	});

	test('they are also rejected if the service counts no further than 10,000', async () => {
		const { cases } = service.simulator;
		cases.settings.countCap = 10_000;
		const before = Math.floor(Date.now() / 1000) - 86_400;
		while (cases.size <= 15_000) cases.add({ creation_time: before - cases.size });
		const error = await failure(workflow({ event: 'caseMatched' }).poll());
		expect(error?.message).toMatch(/^At least 15,001 cases match 'Filters'/);
	});
});
