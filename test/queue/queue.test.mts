import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, jest } from '@jest/globals';

import { finishedExecution } from '../../tools/n8nHost/storedExecutions.mts';
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { saveCredential, saveWorkflow } from '../../tools/n8nHost/saving.mts';
import { dataOf, type N8nSession } from '../../tools/n8nHost/session.mts';
import type { RunningWorker } from '../../tools/n8nHost/worker.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { createQueueHost } from './queueHost.mts';
import { NODE, POLL_INTERVAL_MS, triggerWorkflow, webhookWorkflow } from './workflows.mts';
import { tarball } from '../e2e/tarball.mts';

const HISTORY = 1234;
const EXECUTIONS = 200;
const WORKERS = 2;
/** An execution that has not finished by then never will. */
const PATIENCE_MS = 280_000;

// Longer than twice that time, plus the time to read every execution.
jest.setTimeout(900_000);

let simulator: Simulator;
/** A service that only the trigger polls. */
let watched: Simulator;
let n8n: RunningN8n;
let workers: RunningWorker[];
let session: N8nSession;
/** The IDs of the whole history, sorted. */
let everyId: string[];
const cleanUps: Array<() => Promise<void>> = [];

beforeAll(async () => {
	simulator = await startSimulator({ cases: HISTORY });
	atEnd(() => simulator.close());
	everyId = [...simulator.cases.all].map(({ case_id }) => case_id).sort();
	watched = await startSimulator({ cases: 50 });
	atEnd(() => watched.close());
	const host = await createQueueHost(await ensureN8n(), tarball(), WORKERS, atEnd);
	n8n = await host.main.start();
	atEnd(() => n8n.stop());
	workers = await Promise.all(host.workers.map((each) => each.startWorker()));
	for (const each of workers) atEnd(() => each.stop());

	session = await n8n.login();
	await saveWorkflow(
		session,
		webhookWorkflow('history', await credentialFor(simulator), {
			operation: 'search',
			returnAll: true,
		}),
	);
	await saveWorkflow(
		session,
		triggerWorkflow('watch', await credentialFor(watched), { event: 'caseCreated' }),
	);
	await n8n.publish('history');
	await n8n.publish('watch');
	// The polls that follow, without the one that records the baseline.
	watched.forgetRequests();
});

afterAll(async () => {
	// Each needs what was started before it.
	for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

function atEnd(cleanUp: () => Promise<void>): void {
	cleanUps.push(cleanUp);
}

describe('In queue mode, with one main and two workers', () => {
	test('200 executions of Search History are spread over both workers, and each is complete', async () => {
		await startExecutions(EXECUTIONS);
		const shares = await Promise.all(workers.map((each) => each.startedExecutions()));
		expect(shares.every((share) => share.length > 0)).toBe(true);
		const ids = new Set(shares.flat());
		expect(ids.size).toBe(EXECUTIONS);
		for (const id of ids) await expectWhole(id);
	});

	test('the session token is shared: each worker requests it at most once, and again after it was revoked', async () => {
		// Both start without a token, and neither knows about the other's token yet.
		expect(exchangesOf(simulator)).toBeLessThanOrEqual(WORKERS);

		simulator.forgetRequests();
		await startExecutions(20);
		expect(exchangesOf(simulator)).toBe(0);

		simulator.revokeTokens();
		await startExecutions(20);
		expect((await executions('error')).ids).toEqual([]);
		expect(exchangesOf(simulator)).toBeGreaterThan(0);
		expect(exchangesOf(simulator)).toBeLessThanOrEqual(WORKERS);
	});

	test('the trigger is polled once each time, not once by every process', async () => {
		await untilAsked(watched, 4);
		const searches = watched.requests.filter(({ path }) => path.endsWith('/cases/search'));
		const times = searches.map(({ receivedAt }) => Math.floor(receivedAt / POLL_INTERVAL_MS));
		expect(times).toEqual([...new Set(times)]);
		// The token was requested when the trigger was turned on.
		expect(exchangesOf(watched)).toBe(0);
	});

	test('an event of the trigger starts one execution', async () => {
		watched.cases.add({});
		const found = { workflowId: 'watch', status: ['success'] };
		while ((await listed(found)).count === 0) await sleep(100);
		watched.forgetRequests();
		await untilAsked(watched, 2);
		expect((await listed(found)).count).toBe(1);
	});

	test('an execution whose worker is killed is reported as failed, and the next ones complete', async () => {
		const stuck = new Promise<void>((resolve) => {
			simulator.beforeAnswer(() => {
				resolve();
			});
		});
		simulator.fail({ path: '/cases/search', hang: true });
		await startExecution();
		await stuck;
		simulator.beforeAnswer(undefined);

		const [lost = ''] = (await executions('running')).ids;
		const shares = await Promise.all(workers.map((each) => each.startedExecutions()));
		const victim = shares.findIndex((share) => share.includes(lost));
		expect(victim).toBeGreaterThanOrEqual(0);
		await workers[victim]?.kill();

		const survivor = workers[1 - victim];
		const before = (await survivor?.startedExecutions()) ?? [];
		for (let next = 0; next < 5; next++) await startExecution();
		const { status, error } = await finishedExecution(session, lost);
		expect(status).toBe('error');
		expect(error?.message).toMatch(/^This execution failed to be processed too many times/);

		await untilIdle();
		const after = ((await survivor?.startedExecutions()) ?? []).slice(before.length);
		expect(after).toHaveLength(5);
		for (const id of after) await expectWhole(id);
	});
});

/** Starts an execution through its webhook, which responds at once. */
async function startExecution(): Promise<void> {
	await dataOf(await session('/webhook/history', { method: 'POST' }));
}

/** Starts this many executions at once, and waits until all have finished. */
async function startExecutions(count: number): Promise<void> {
	await Promise.all(Array.from({ length: count }, startExecution));
	await untilIdle();
}

/** Waits until no execution is queued or running. */
async function untilIdle(): Promise<void> {
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		const unfinished = await executions('new', 'running');
		if (unfinished.count === 0) return;
		if (Date.now() > deadline) throw new Error(`did not finish: ${unfinished.ids.join(', ')}`);
		await sleep(500);
	}
}

/** Expects that an execution returned every case of the history once. */
async function expectWhole(id: string): Promise<void> {
	const execution = await finishedExecution(session, id);
	expect(execution.error).toBeUndefined();
	const ids = execution.items(NODE).map((item) => text(item['case_id']) ?? '');
	expect(ids.sort()).toEqual(everyId);
}

/** The executions that n8n lists with one of these statuses: how many, and the IDs of the last 100. */
async function executions(...status: string[]): Promise<{ count: unknown; ids: string[] }> {
	return listed({ workflowId: 'history', status });
}

async function listed(filter: object): Promise<{ count: unknown; ids: string[] }> {
	const path = `/rest/executions?limit=100&filter=${encodeURIComponent(JSON.stringify(filter))}`;
	const { count, results } = record(await dataOf(await session(path)));
	return { count, ids: array(results).map((each) => text(record(each)['id']) ?? '') };
}

function exchangesOf({ requests }: Simulator): number {
	return requests.filter(({ path }) => path.endsWith('/get-access-token')).length;
}

/** Waits until a service has received this many requests. */
async function untilAsked(service: Simulator, times: number): Promise<void> {
	await new Promise<void>((resolve) => {
		const check = (): void => {
			if (service.requests.length >= times) resolve();
		};
		service.beforeAnswer(check);
		check();
	});
	service.beforeAnswer(undefined);
}

async function credentialFor({ apiKey, url }: Simulator): Promise<string> {
	return saveCredential(session, url, { apiKey, region: 'custom', baseUrl: url });
}
