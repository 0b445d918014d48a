// The workflows that detect problems: Find missed escalations, On error, and the heartbeat.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startExamples, type ExamplesHost } from './host.mts';
import { examples, readyToSend, sendingTo, withNode, type Example } from './workflows.mts';
import { tarball } from '../e2e/tarball.mts';
import { waitFor } from '../waitFor.mts';

/** Longer than the time from poll to poll on a busy machine. */
const SOON = { timeout: 300_000, interval: 500 };

let host: ExamplesHost;

beforeAll(async () => {
	host = await startExamples(tarball(), (url) =>
		examples().map((example) => prepared(readyToSend(sendingTo(url, example)))),
	);
});

afterAll(() => host.stop());

beforeEach(async () => {
	for (const { case_id } of host.simulator.cases.all) host.simulator.cases.remove(case_id);
	await host.receivers.take(0);
});

// n8n refuses an interval of seconds, but not several times within a minute.
const pollTimes = {
	item: Array.from({ length: 20 }, (_, n) => ({
		mode: 'custom',
		cronExpression: `${n * 3} * * * * *`,
	})),
};

/** The example with frequent polls, a heartbeat with each, and no pauses. */
function prepared(example: Example): Example {
	const waiting = { parameters: { amount: 0, unit: 'seconds' } };
	const polling = { parameters: { pollTimes, options: { heartbeatMinutes: 0.01 } } };
	const changed = withNode(example, 'Wait', waiting);
	return example.id === 'heartbeat' ? withNode(changed, 'Intezer Cases Trigger', polling) : changed;
}

/** The rows of a case in the table: their names without the case's. */
async function rowsOf(caseId: string): Promise<string[]> {
	const prefix = `escalation/${caseId}/`;
	return (await host.deliveries.rows())
		.map(({ delivery }) => String(delivery))
		.filter((delivery) => delivery.startsWith(prefix))
		.map((delivery) => delivery.slice(prefix.length));
}

async function run(id: string): Promise<void> {
	expect((await host.n8n.runWorkflow(id)).error).toBeUndefined();
}

describe('Find missed escalations', () => {
	test('sends no message for cases that were escalated before its first execution', async () => {
		const { case_id } = host.simulator.cases.add({ case_priority: 'escalated' });
		await run('reconcile');
		expect(await rowsOf(case_id)).toEqual(['before']);
		await run('reconcile');
		expect(await host.receivers.take(0)).toEqual([]);
	});

	test('delivers a case that has no message, once, and says so', async () => {
		const { case_id, intezer_case_url } = host.simulator.cases.add({
			case_priority: 'escalated',
			case_title: '<b>Lost',
		});
		await run('reconcile');
		await run('reconcile');
		expect(await host.receivers.take(1)).toMatchObject([
			{
				path: '/chat/hooks/on-call',
				body: {
					text: `Missed escalation, found by the hourly check: \`&lt;b&gt;Lost\`\n${intezer_case_url}`,
				},
			},
		]);
		expect(await rowsOf(case_id)).toEqual(['missed']);
	});

	test('keeps a row as long as the case is escalated', async () => {
		const [still, fallen] = [1, 2].map(() =>
			host.simulator.cases.add({ case_priority: 'escalated' }),
		);
		await run('reconcile');
		await host.receivers.take(2);
		host.simulator.cases.update(String(fallen?.case_id), { case_priority: 'low' });
		// Thirty days pass.
		const due = new Date().toISOString();
		await host.deliveries.update({ delivery: 'escalation/%', status: 'sent' }, { due });
		await run('reconcile');
		await run('redeliver');
		expect(await rowsOf(String(still?.case_id))).toEqual(['missed']);
		expect(await rowsOf(String(fallen?.case_id))).toEqual([]);
	});

	test('fails while Intezer is down, and finds the case in the next hour', async () => {
		const { case_id } = host.simulator.cases.add({ case_priority: 'escalated' });
		host.simulator.fail({ path: '/cases/search', status: 400, times: Infinity });
		expect((await host.n8n.runWorkflow('reconcile')).status).toBe('error');
		host.simulator.clearFaults();
		await run('reconcile');
		await host.receivers.take(1);
		expect(await rowsOf(case_id)).toEqual(['missed']);
	});
});

describe('The heartbeat and On error', () => {
	/** The texts that On error sent, and the paths of all messages, since the last call. */
	const arrived = async (count: number) => {
		const sent = await host.receivers.take(count);
		const errors = sent.filter(({ path }) => path === '/chat/hooks/n8n-errors');
		return { paths: sent.map(({ path }) => path), errors: errors.map(({ body }) => body['text']) };
	};
	/** Whether each heartbeat so far was passed on to the monitor. */
	const passedOn = async () =>
		(await host.n8n.executions('heartbeat')).map(
			(execution) => execution.items('Ping the monitor').length > 0,
		);

	test('ping the monitor while the trigger works, and report a failed poll instead', async () => {
		await host.n8n.publish('heartbeat');
		expect((await arrived(2)).paths).toEqual(['/monitor/ping/n8n', '/monitor/ping/n8n']);
		expect(host.receivers.sent.at(-1)?.body['last_success']).toMatch(/^\d{4}-.*Z$/);

		// The first failed poll starts no execution. The heartbeats after it are not passed on.
		host.simulator.fail({ path: '/cases/search', status: 503, times: Infinity });
		await waitFor(async () => {
			expect((await passedOn()).slice(-2)).toEqual([false, false]);
		}, SOON);
		const { errors } = await arrived(1);
		expect(errors).toHaveLength(1);
		expect(errors[0]).toMatch(
			/^The workflow `Send heartbeats to a monitor` could not be started by its trigger: `.*503/,
		);

		host.simulator.clearFaults();
		expect((await arrived(1)).paths).toContain('/monitor/ping/n8n');
		await host.n8n.unpublish('heartbeat');
	});
});
