import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulatedCase.mts';
import { ActiveWorkflow, trigger } from './host.mts';
import { failure, minutes, useTriggerService } from './service.mts';

describe('Only Created Within (Days)', () => {
	const DAY_MINUTES = 24 * 60;
	const CLOSED = { event: 'caseMatched', filters: { caseStatuses: ['closed'] } };

	const service = useTriggerService();

	function workflow(parameters: INodeParameters, days: unknown): ActiveWorkflow {
		const options = { onlyCreatedWithinDays: days } as INodeParameters;
		const { credential } = service;
		return new ActiveWorkflow({ credential, nodes: { Trigger: { ...parameters, options } } });
	}

	/** A case that is this many days old. */
	function caseOf(days: number): string {
		const createdAt = Math.floor(Date.now() / 1000) - days * DAY_MINUTES * 60;
		return service.simulator.cases.addComplete(makeCase({}, createdAt)).case_id;
	}

	const close = (id: string) => service.simulator.cases.update(id, { case_status: 'closed' });

	async function emitted(active: ActiveWorkflow): Promise<unknown[]> {
		minutes(1);
		return (await active.poll())?.map(({ case_id }) => case_id) ?? [];
	}

	test.each([
		[CLOSED, { case_status: 'closed' }],
		[{ event: 'caseEscalated' }, { case_priority: 'escalated' }],
	] as const)('ignores older cases with %j', async (parameters, change) => {
		const [young, old] = [caseOf(2), caseOf(9)];
		const active = workflow(parameters, 7);
		expect(await active.poll()).toBeNull();
		for (const id of [young, old]) service.simulator.cases.update(id, change);
		expect(await emitted(active)).toEqual([young]);
		expect(await emitted(active)).toEqual([]);
	});

	test('ignores a case that has become older', async () => {
		const id = caseOf(2);
		const active = workflow(CLOSED, 7);
		await active.poll();
		minutes(6 * DAY_MINUTES);
		close(id);
		expect(await emitted(active)).toEqual([]);
	});

	test('does not start over if it is changed, and a raised limit sends no old events', async () => {
		const [young, old, oldest] = [caseOf(2), caseOf(9), caseOf(9)];
		const active = workflow(CLOSED, 7);
		await active.poll();
		close(oldest);
		expect(await emitted(active)).toEqual([]);
		active.save();
		close(young);
		const raised = active.again({
			activation: 'update',
			nodes: { Trigger: { ...CLOSED, options: { onlyCreatedWithinDays: 30 } } },
		});
		expect(await emitted(raised)).toEqual([young]);
		close(old);
		service.simulator.cases.update(oldest, { case_title: 'edited' });
		expect(await emitted(raised)).toEqual([old]);
	});

	test('makes a filter work that too many cases match', async () => {
		const before = service.simulator.cases.size;
		const now = Math.floor(Date.now() / 1000);
		for (let index = 0; index < 16_000; index++) {
			const old = makeCase({ case_status: 'closed' }, now - 40 * DAY_MINUTES * 60 - index);
			service.simulator.cases.addComplete(old);
		}
		expect(service.simulator.cases.size).toBe(before + 16_000);
		const error = await failure(workflow(CLOSED, 0).poll());
		expect(error?.message).toMatch(/cases match 'Filters'/);
		expect(error?.description).toContain("'Only Created Within (Days)'");
		expect(await workflow(CLOSED, 30).poll()).toBeNull();
	});

	test('is offered for events that depend on which cases match, and ignored for all others', async () => {
		const options = trigger.description.properties.find(({ name }) => name === 'options');
		expect(options?.options).toContainEqual(
			expect.objectContaining({
				name: 'onlyCreatedWithinDays',
				default: 0,
				displayOptions: { show: { '/event': ['caseEscalated', 'caseMatched'] } },
			}),
		);
		const active = workflow({ event: 'caseUpdated' }, 7);
		await active.poll();
		const old = caseOf(9);
		close(old);
		expect(await emitted(active)).toContain(old);
	});

	test.each([-1, NaN, 'soon', '={{ [5] }}', '={{ ({}) }}', '={{ true }}'])(
		'is refused by name, before any request, if it is %j',
		async (value) => {
			const error = await failure(workflow(CLOSED, value).poll());
			expect(error?.message).toMatch(
				/'Only Created Within \(Days\)' must be a number of at least 0, but is /,
			);
			expect(service.simulator.requests.filter(({ path }) => path.endsWith('/search'))).toEqual([]);
		},
	);

	test.each(['', '={{ undefined }}', '={{ null }}', 0, '0'])(
		'sets no limit if it is %j',
		async (value) => {
			const active = workflow({ event: 'caseEscalated' }, value);
			expect(await active.poll()).toBeNull();
			const old = caseOf(900);
			service.simulator.cases.update(old, { case_priority: 'escalated' });
			expect(await emitted(active)).toEqual([old]);
		},
	);
});
