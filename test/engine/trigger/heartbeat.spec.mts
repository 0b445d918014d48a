import type { IDataObject } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { ActiveWorkflow, trigger, type Activation } from './host.mts';
import { failure, minutes, useTriggerService } from './service.mts';

describe('Heartbeats', () => {
	const service = useTriggerService();
	/** Longer than a poll waits, so the throttle, which uses the real clock, does not pause. */
	const TOO_BUSY = { status: 429, headers: { 'retry-after': '90' }, times: Infinity };

	function workflow(heartbeatMinutes: number, more: Partial<Activation> = {}): ActiveWorkflow {
		const parameters = { event: 'caseEscalated', options: { heartbeatMinutes } };
		return new ActiveWorkflow({
			credential: service.credential,
			nodes: { Trigger: parameters },
			...more,
		});
	}

	async function started(heartbeatMinutes: number): Promise<ActiveWorkflow> {
		const active = workflow(heartbeatMinutes);
		expect(await active.pollOutputs()).toBeNull();
		active.save();
		return active;
	}

	const raise = () => service.simulator.cases.escalateOne().case_id;
	const now = () => new Date().toISOString();

	/** The heartbeats by the minute in which they were sent, with one poll a minute. */
	async function heartbeatsIn(active: ActiveWorkflow, count: number): Promise<number[]> {
		const heard: number[] = [];
		for (let minute = 1; minute <= count; minute++) {
			minutes(1);
			const outputs = await active.pollOutputs();
			if (outputs === null) continue;
			expect(outputs).toEqual([[], [expect.objectContaining({ event: 'heartbeat' })]]);
			heard.push(minute);
		}
		return heard;
	}

	test('use a second output with a name', () => {
		expect(trigger.description.outputs).toEqual(['main', 'main']);
		expect(trigger.description.outputNames).toEqual(['Cases', 'Heartbeat']);
	});

	test('are off unless they are turned on', async () => {
		expect(await heartbeatsIn(await started(0), 120)).toEqual([]);
	});

	test('are sent at the first poll after that many minutes', async () => {
		const active = await started(15);
		expect(await heartbeatsIn(active, 46)).toEqual([15, 30, 45]);
	});

	test('contain when the last poll succeeded, and that the trigger is up to date', async () => {
		const active = await started(10);
		minutes(10);
		expect(await active.pollOutputs()).toEqual([
			[],
			[
				{
					event: 'heartbeat',
					event_id: expect.stringMatching(/^heartbeat:/) as unknown,
					last_success: now(),
					behind_seconds: 0,
					failing_since: null,
				},
			],
		]);
	});

	test('have ids that are unique, also among triggers', async () => {
		const ids = new Set<unknown>();
		for (const active of [await started(1), await started(1)]) {
			for (let poll = 0; poll < 5; poll++) {
				minutes(1);
				ids.add((await active.pollOutputs())?.[1]?.[0]?.['event_id']);
			}
		}
		expect(ids.size).toBe(10);
	});

	test('are sent together with cases, which use only the first output', async () => {
		const active = await started(10);
		minutes(10);
		const case_id = raise();
		expect(await active.pollOutputs()).toEqual([
			[expect.objectContaining({ case_id, event: 'caseEscalated' })],
			[expect.objectContaining({ event: 'heartbeat' })],
		]);
		minutes(1);
		const next = raise();
		expect(await active.pollOutputs()).toEqual([[expect.objectContaining({ case_id: next })]]);
	});

	test('are sent between the reports of an outage, and contain when it began', async () => {
		const active = await started(20);
		minutes(1);
		expect(await active.pollOutputs()).toBeNull();
		const last_success = now();
		service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
		minutes(1);
		const failing_since = now();
		const reported: number[] = [];
		const heard: number[] = [];
		for (let minute = 2; minute <= 130; minute++) {
			try {
				const outputs: IDataObject[][] | null = await active.pollOutputs();
				if (outputs !== null) {
					heard.push(minute);
					expect(outputs).toEqual([
						[],
						[expect.objectContaining({ last_success, failing_since, event: 'heartbeat' })],
					]);
					expect(outputs[1]?.[0]?.['behind_seconds']).toBe((minute - 1) * 60);
				}
			} catch {
				reported.push(minute);
			}
			minutes(1);
		}
		expect(reported).toEqual([2, 62, 122]);
		expect(heard).toEqual([20, 40, 60, 80, 100, 120]);
	});

	test('do not take the place of the first report', async () => {
		const active = await started(10);
		minutes(10);
		service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
		expect(await failure(active.pollOutputs())).toBeInstanceOf(Error);
		minutes(1);
		expect((await active.pollOutputs())?.[1]).toHaveLength(1);
	});

	test('continue on schedule after a restart', async () => {
		const active = await started(30);
		expect(await heartbeatsIn(active, 40)).toEqual([30]);
		expect(await heartbeatsIn(active.restarted(), 40)).toEqual([20]);
	});

	test('save what polls without events saw: a priority that was lowered is known after a restart', async () => {
		for (const heartbeatMinutes of [0, 10]) {
			const active = await started(heartbeatMinutes);
			minutes(1);
			const id = raise();
			expect((await active.pollOutputs())?.[0]).toHaveLength(1);
			service.simulator.cases.update(id, { case_priority: 'low' });
			await heartbeatsIn(active, 15);
			service.simulator.cases.update(id, { case_priority: 'escalated' });
			minutes(1);
			const given = await active.restarted().poll();
			expect(given?.map(({ case_id }) => case_id) ?? []).toEqual(heartbeatMinutes > 0 ? [id] : []);
		}
	});

	test('are sent again if n8n discarded one', async () => {
		const active = await started(10);
		minutes(10);
		const published = active.again({ activation: 'update' });
		expect((await active.pollOutputs())?.[1]).toHaveLength(1);
		expect((await published.pollOutputs())?.[1]).toHaveLength(1);
	});

	test('an invalid number is rejected', async () => {
		const error = await failure(workflow(-5).poll());
		expect(error?.message).toMatch(/'Heartbeat \(Minutes\)' must be a number of at least 0/);
	});

	test('are rejected with Always Output Data, which would add an empty item to the first output', async () => {
		const error = await failure(workflow(5, { alwaysOutputData: true }).poll());
		expect(error?.message).toMatch(/can't be combined with the setting 'Always Output Data'/);
		expect(await workflow(0, { alwaysOutputData: true }).poll()).toBeNull();
	});
});
