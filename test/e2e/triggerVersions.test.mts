import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { StoredExecution } from '../../tools/n8nHost/storedExecutions.mts';
import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { waitFor } from '../waitFor.mts';
import { holdNextSearch } from './holdNextSearch.mts';
import { tarball } from './tarball.mts';
import { ON_CASE, ON_HEARTBEAT, triggerWorkflow, TRIGGER } from './workflows.mts';

/** Longer than the time from poll to poll on a busy machine. */
const soon = { timeout: 180_000, interval: 500 };

// Each test waits for polls.
jest.setTimeout(600_000);

let simulator: Simulator;
let instance: N8nInstance;
let n8n: RunningN8n;

beforeAll(async () => {
	simulator = await startSimulator();
	instance = await createInstance(await ensureN8n(), tarball());
	const data = { apiKey: simulator.apiKey, region: 'custom', baseUrl: simulator.url };
	await instance.importCredential({ id: 'intezerApi', name: 'Intezer API', data });
	const event = 'caseEscalated';
	await instance.importWorkflow(
		triggerWorkflow('watch', { event }),
		triggerWorkflow('beats', { event, options: { heartbeatMinutes: 0.1 } }),
	);
	n8n = await instance.start();
});

afterAll(async () => {
	await n8n.stop();
	await instance.remove();
	await simulator.close();
});

async function runs(workflowId: string): Promise<StoredExecution[]> {
	return (await n8n.executions(workflowId)).filter((run) => run.mode !== 'manual');
}

const itemsOf = async (workflowId: string, node: string) =>
	(await runs(workflowId)).flatMap((run) => run.items(node));

async function untilTold(...caseIds: string[]): Promise<void> {
	await waitFor(async () => {
		expect((await itemsOf('watch', ON_CASE)).map((item) => item.case_id)).toEqual(caseIds);
	}, soon);
}

/** Waits until the trigger of the active workflow has polled this many more times. */
async function untilPolled(times: number): Promise<void> {
	const polls = () => simulator.requests.filter(({ path }) => path.endsWith('/search')).length;
	const wanted = polls() + times;
	await waitFor(
		() => {
			expect(polls()).toBeGreaterThanOrEqual(wanted);
		},
		{ ...soon, timeout: times * soon.timeout },
	);
}

describe('Heartbeats in n8n', () => {
	test('use the second output, and cases the first', async () => {
		await n8n.publish('beats');
		await waitFor(async () => {
			expect(await itemsOf('beats', ON_HEARTBEAT)).not.toEqual([]);
		}, soon);
		const { case_id } = simulator.cases.escalateOne();
		await waitFor(async () => {
			expect((await itemsOf('beats', ON_CASE)).map((item) => item.case_id)).toEqual([case_id]);
		}, soon);
		const beats = await itemsOf('beats', ON_HEARTBEAT);
		expect(beats[0]).toEqual({
			event: 'heartbeat',
			event_id: expect.stringMatching(/^heartbeat:/) as unknown,
			last_success: expect.stringMatching(/^\d{4}-.*Z$/) as unknown,
			behind_seconds: 0,
			failing_since: null,
		});
		expect(new Set(beats.map((item) => item.event)).size).toBe(1);
		await n8n.unpublish('beats');
	});
});

describe('A workflow that is published again', () => {
	const told: string[] = [];

	test('sends a second escalation although only polls without events saw the priority fall', async () => {
		await n8n.publish('watch');
		const { case_id } = simulator.cases.escalateOne();
		told.push(case_id);
		await untilTold(...told);
		simulator.cases.update(case_id, { case_priority: 'low' });
		await untilPolled(3);
		await n8n.saveParameters('watch', TRIGGER, { simplify: false });
		await n8n.publish('watch');
		simulator.cases.update(case_id, { case_priority: 'escalated' });
		told.push(case_id);
		await untilTold(...told);
	});

	test('sends each event exactly once, also if published during a poll', async () => {
		for (let version = 0; version < 4; version++) {
			const search = holdNextSearch(simulator);
			told.push(simulator.cases.escalateOne().case_id);
			await search.isHeld;
			await n8n.saveParameters('watch', TRIGGER, { simplify: version % 2 === 0 });
			await n8n.publish('watch');
			search.release();
		}
		await untilTold(...told);
		await untilPolled(3);
		await untilTold(...told);
		expect((await runs('watch')).filter(({ status }) => status !== 'success')).toEqual([]);
	});
});
