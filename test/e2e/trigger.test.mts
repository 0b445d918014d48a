import { afterAll, beforeAll, describe, expect, test, jest } from '@jest/globals';

import { startOnCall, type OnCall } from '../../demo/onCall.mts';
import deliver from '../../examples/deliver.json' with { type: 'json' };
import example from '../../examples/escalation-alert.json' with { type: 'json' };
import onError from '../../examples/on-error.json' with { type: 'json' };
import redeliver from '../../examples/redeliver.json' with { type: 'json' };
import { createExampleTables, publishForOthers } from '../../tools/exampleSetUp.mts';
import type { DataTable } from '../../tools/n8nHost/dataTables.mts';
import type { StoredExecution } from '../../tools/n8nHost/storedExecutions.mts';
import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import { chosenVersion, ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { freePort } from '../../tools/n8nHost/ports.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { alarmWorkflow, pollTimes, triggerWorkflow, TRIGGER } from './workflows.mts';
import { waitFor } from '../waitFor.mts';
import { holdNextSearch } from './holdNextSearch.mts';
import { tarball } from './tarball.mts';

const HOSTILE_TITLE = 'Run `rm`\n<!channel> <https://evil.example/?a=1&b=2|Reset your password>';

/** Longer than the time from poll to poll on a busy machine. */
const soon = { timeout: 180_000, interval: 500 };

// Each test waits for polls, and some wait until n8n starts.
jest.setTimeout(600_000);

let simulator: Simulator;
let onCall: OnCall;
let chatIsDown = true;
let deliveries: DataTable;
let instance: N8nInstance;
let n8n: RunningN8n;

// All tests use one n8n: each continues where the previous one ended.
beforeAll(async () => {
	// On a port that no other process takes while the simulator is down.
	simulator = await startSimulator({ port: await freePort() });
	onCall = await startOnCall(undefined, () => chatIsDown);
	instance = await createInstance(await ensureN8n(), tarball());
	const data = { apiKey: simulator.apiKey, region: 'custom', baseUrl: simulator.url };
	await instance.importCredential({ id: 'intezerApi', name: 'Intezer API', data });
	await instance.importWorkflow(
		triggerWorkflow('watch', { event: 'caseEscalated' }, { errorWorkflow: 'alarm' }),
		alarmWorkflow('alarm'),
		{ ...example, nodes: example.nodes.map(polledOften) },
		onCall.receiving(deliver),
		redeliver,
		onError,
	);
	n8n = await instance.start();
	// n8n 1 can't publish such a workflow, and n8n 2 runs it only if it is published.
	if (!chosenVersion().startsWith('1.')) await n8n.publish('alarm');
	await n8n.publish('watch');
	({ deliveries } = await createExampleTables(n8n, chosenVersion(), [deliver, redeliver]));
	await publishForOthers(n8n, chosenVersion());
	await n8n.publish(example.id);
});

afterAll(async () => {
	await n8n.stop();
	await instance.remove();
	await simulator.close();
	await onCall.close();
});

/** The example's trigger, polled as often as the other one. */
function polledOften<T extends { type: string; parameters: object }>(node: T): T {
	if (node.type !== 'n8n-nodes-intezer.intezerCasesTrigger') return node;
	return { ...node, parameters: { ...node.parameters, pollTimes } };
}

/** The cases that the workflow was run for, one after the other. */
async function told(): Promise<unknown[]> {
	const executions = await runs('success');
	return executions.flatMap((run) => run.items(TRIGGER)).map((item) => item.case_id);
}

async function runs(status: string, workflowId = 'watch'): Promise<StoredExecution[]> {
	const executions = await n8n.executions(workflowId);
	return executions.filter((run) => run.mode !== 'manual' && run.status === status);
}

async function untilTold(...caseIds: string[]): Promise<void> {
	await waitFor(async () => {
		expect(await told()).toEqual(caseIds);
	}, soon);
}

/** Waits until the trigger has polled this many more times. */
async function untilPolled(times: number): Promise<void> {
	const polls = () =>
		simulator.requests.filter(({ path, status }) => path.endsWith('/search') && status === 200);
	const before = polls().length;
	await waitFor(
		() => {
			expect(polls().length).toBeGreaterThanOrEqual(before + times);
		},
		{ ...soon, timeout: times * soon.timeout },
	);
}

const escalated: string[] = [];

/** Raises a case that is not escalated yet. */
function escalate(title?: string): string {
	const { case_id } = simulator.cases.escalateOne();
	if (title !== undefined) simulator.cases.update(case_id, { case_title: title });
	escalated.push(case_id);
	return case_id;
}

describe('An active workflow with the trigger, polled by n8n', () => {
	test('runs once when a case is raised to escalated', async () => {
		escalate(HOSTILE_TITLE);
		await untilTold(...escalated);
		const [item] = (await runs('success'))[0]?.items(TRIGGER) ?? [];
		expect(item).toMatchObject({ case_priority: 'escalated', event: 'caseEscalated' });
	});

	test('notifies the on-call analyst once through the example workflow, after the chat was down', async () => {
		const untilRecorded = async (values: object): Promise<void> =>
			waitFor(async () => {
				expect(await deliveries.rows()).toEqual([expect.objectContaining(values)]);
			}, soon);
		await untilRecorded({ status: 'pending', error: '503', claim: '' });
		// Deliver marks the message before it pauses the receiver, which changes "due" too.
		await waitFor(async () => {
			expect(await runs('success', 'deliver')).toHaveLength(1);
		}, soon);
		chatIsDown = false;
		const due = new Date().toISOString();
		await deliveries.update({ receiver: 'on-call' }, { due });
		await n8n.runWorkflow('redeliver');
		await untilRecorded({ status: 'sent', error: '', claim: '', attempts: '2' });
		await n8n.runWorkflow('redeliver');
		expect(onCall.messages).toHaveLength(1);
	});

	test('makes titles harmless in the message, whatever an attacker wrote', async () => {
		expect(onCall.messages[0]?.split('\n')[0]).toBe(
			'A case was escalated: `Run rm &lt;!channel&gt; &lt;https://evil.example/?a=1&amp;b=2|Reset your password&gt;`',
		);
		expect(onCall.messages[0]).toContain(`${simulator.url}/cases/${escalated[0]}`);
		await n8n.unpublish(example.id);
	});

	test('shows a case at once as a test event, and keeps its state', async () => {
		const { staticData } = await n8n.workflow('watch');
		expect(staticData).not.toEqual({});
		const shown = await n8n.runWorkflow('watch');
		expect(shown.error).toBeUndefined();
		expect(shown.items(TRIGGER)).toEqual([
			expect.objectContaining({ case_priority: 'escalated', event: 'caseEscalated' }),
		]);
		expect((await n8n.workflow('watch')).staticData).toEqual(staticData);
	});

	test('does not run again for the same case', async () => {
		await untilPolled(1);
		expect(await told()).toEqual(escalated);
	});

	test('runs once for a case that was raised while n8n was down', async () => {
		await n8n.kill();
		escalate();
		n8n = await instance.start();
		await untilTold(...escalated);
	});

	test('fails once, with its error workflow, while Intezer is down, and misses no event', async () => {
		await n8n.stop();
		await simulator.close();
		n8n = await instance.start();
		await waitFor(async () => {
			expect(await runs('error')).toHaveLength(1);
			expect(await runs('success', 'alarm')).toHaveLength(1);
		}, soon);
		const [failed] = await runs('error');
		expect(failed?.error?.message).toMatch(/^Could not connect to Intezer/);
		const [alarm] = await runs('success', 'alarm');
		const [{ trigger } = {}] = alarm?.items('When a workflow fails') ?? [];
		expect(trigger).toMatchObject({ error: { message: failed?.error?.message } });

		escalate();
		simulator = await startSimulator({
			port: Number(new URL(simulator.url).port),
			cases: [...simulator.cases.all],
		});
		await untilTold(...escalated);
	});

	test('runs once for a case that was raised while it was not published', async () => {
		await n8n.unpublish('watch');
		escalate();
		await n8n.publish('watch');
		await untilTold(...escalated);
	});

	test('continues with a new version of the workflow', async () => {
		// n8n may send an event twice if the old version does so while it publishes the new one.
		const search = holdNextSearch(simulator);
		escalate();
		await search.isHeld;
		await n8n.saveParameters('watch', TRIGGER, { simplify: false });
		await n8n.publish('watch');
		search.release();
		await untilTold(...escalated);
		escalate();
		await untilTold(...escalated);
		const last = (await runs('success')).at(-1);
		expect(last?.items(TRIGGER)).toEqual([
			expect.objectContaining({ case_triage: expect.anything() as unknown }),
		]);
	});

	test('has sent each case exactly once in the end', async () => {
		// After two polls, n8n has stored the execution of the first.
		await untilPolled(2);
		expect(await told()).toEqual(escalated);
		expect(await runs('error')).toHaveLength(1);
	});
});
