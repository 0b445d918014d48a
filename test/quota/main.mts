// What `npm run test:quota` runs: twenty workflows in queue mode that share a quota which is too small for all at once.
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { finishedExecution } from '../../tools/n8nHost/storedExecutions.mts';
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { logMessages } from '../../tools/n8nHost/n8nLog.mts';
import { packPackage } from '../../tools/n8nHost/packPackage.mts';
import { saveCredential, saveWorkflow } from '../../tools/n8nHost/saving.mts';
import { dataOf, type N8nSession } from '../../tools/n8nHost/session.mts';
import { startSimulator } from '../../tools/simulator/simulator.mts';
import { createQueueHost } from '../queue/queueHost.mts';
import { NODE, TRIGGER, triggerWorkflow, webhookWorkflow } from '../queue/workflows.mts';

const QUOTA = 120;
const HISTORY = 1234;
const WORKERS = 2;
const PAIRS = 10;
const MINUTES = 10;
/** The minutes in which all searches start at once: more requests than the quota has. */
const SEARCH_MINUTES = [1, 4, 7];
/** After the last case, so long the rest may take. */
const PATIENCE_MS = 600_000;
const EVENTS = ['caseCreated', 'caseEscalated', 'caseUpdated', 'alertAttached'] as const;

const cleanUps: Array<() => Promise<void>> = [];
const atEnd = (cleanUp: () => Promise<void>): void => {
	cleanUps.push(cleanUp);
};
const print = (line: string): void => {
	process.stdout.write(`${line}\n`);
};

try {
	process.exitCode = await main();
} finally {
	for (const cleanUp of cleanUps.reverse()) await cleanUp();
}

async function main(): Promise<number> {
	const simulator = await startSimulator({ cases: HISTORY });
	atEnd(() => simulator.close());
	const host = await createQueueHost(await ensureN8n(), await packPackage(), WORKERS, atEnd);
	const n8n = await host.main.start();
	const workers = await Promise.all(host.workers.map((each) => each.startWorker()));
	const session = await n8n.login();
	const { apiKey, url: baseUrl } = simulator;
	const credential = await saveCredential(session, 'Intezer', {
		apiKey,
		region: 'custom',
		baseUrl,
	});
	const pairs = Array.from({ length: PAIRS }, (_, index) => index);
	for (const index of pairs) {
		const event = EVENTS[index % EVENTS.length];
		const search = { operation: 'search', returnAll: true };
		await saveWorkflow(session, webhookWorkflow(`search-${index}`, credential, search));
		await saveWorkflow(
			session,
			triggerWorkflow(
				`watch-${index}`,
				credential,
				{ event, filters: { subTenantNames: `tenant-${index}` } },
				[{ mode: 'everyMinute' }],
			),
		);
		await n8n.publish(`search-${index}`);
		await n8n.publish(`watch-${index}`);
	}
	simulator.requestsPerMinute = QUOTA;
	simulator.forgetRequests();

	/** When each case was created, by its id. */
	const createdAt = new Map<string, number>();
	let searches = 0;
	for (let minute = 0; minute < MINUTES; minute++) {
		for (const index of pairs) {
			const { case_id } = simulator.cases.add({
				sub_tenant_name: `tenant-${index}`,
				case_priority: 'escalated',
			});
			createdAt.set(case_id, Date.now());
		}
		if (SEARCH_MINUTES.includes(minute)) {
			searches += PAIRS;
			await Promise.all(
				pairs.map((each) => session(`/webhook/search-${each}`, { method: 'POST' }).then(dataOf)),
			);
		}
		await sleep(60_000);
		print(`Minute ${minute + 1}: ${simulator.requests.length} requests so far`);
	}
	const deadline = Date.now() + PATIENCE_MS;
	const isDone = async () =>
		(await Promise.all(pairs.map((each) => finished(session, `search-${each}`)))).flat().length ===
			searches &&
		(await Promise.all(pairs.map((each) => events(session, `watch-${each}`)))).flat().length >=
			createdAt.size;
	while (!(await isDone()) && Date.now() < deadline) await sleep(5_000);

	const seen = (await Promise.all(pairs.map((each) => events(session, `watch-${each}`)))).flat();
	const results = (
		await Promise.all(pairs.map((each) => finished(session, `search-${each}`)))
	).flat();
	const complete = await Promise.all(results.map(({ id }) => isComplete(session, id)));
	const lags = seen
		.map(({ caseId, at }) => (at - (createdAt.get(caseId) ?? NaN)) / 1000)
		.sort((a, b) => a - b);
	const missing = [...createdAt.keys()].filter((id) => !seen.some(({ caseId }) => caseId === id));
	const refused = simulator.requests.filter(({ status }) => status === 429).length;
	await n8n.stop();
	for (const worker of workers) await worker.stop();
	const processes = [n8n, ...workers];
	const logs = await Promise.all(processes.map(async ({ ended }) => (await ended).output));
	const ours = logs.map((log) => logMessages(log).filter((line) => line.startsWith('Intezer')));

	const table = new Table({ style: { head: [], border: [], compact: true } });
	table.push(
		['Events', createdAt.size],
		['Events lost', missing.length],
		['Events sent more than once', seen.length - new Set(seen.map(({ caseId }) => caseId)).size],
		['Seconds from a case to its execution: median', median(lags).toFixed(0)],
		['Seconds from a case to its execution: longest', (lags.at(-1) ?? NaN).toFixed(0)],
		['Searches', searches],
		['Searches that returned every case', complete.filter(Boolean).length],
		['Requests', simulator.requests.length],
		['Requests refused (429)', refused],
		['Log lines of the package, by process', ours.map(({ length }) => length).join(', ')],
	);
	print(table.toString());
	for (const line of new Set(ours.flat())) print(`  ${line}`);
	return missing.length === 0 && complete.filter(Boolean).length === searches ? 0 : 1;
}

interface Finished {
	readonly id: string;
	/** When n8n started it, in Unix milliseconds. */
	readonly startedAt: number;
}

/** The finished executions of a workflow. */
async function finished(session: N8nSession, workflowId: string): Promise<Finished[]> {
	const filter = JSON.stringify({ workflowId, status: ['success', 'error', 'crashed'] });
	const path = `/rest/executions?limit=100&filter=${encodeURIComponent(filter)}`;
	const { results } = record(await dataOf(await session(path)));
	return array(results)
		.map(record)
		.map(({ id, startedAt }) => ({
			id: text(id) ?? '',
			startedAt: Date.parse(text(startedAt) ?? ''),
		}));
}

/** The cases that a trigger sent, and when their executions started. */
async function events(session: N8nSession, workflowId: string) {
	const sent: Array<{ caseId: string; at: number }> = [];
	for (const { id, startedAt } of await finished(session, workflowId)) {
		const execution = await finishedExecution(session, id);
		for (const item of execution.items(TRIGGER))
			sent.push({ caseId: text(item['case_id']) ?? '', at: startedAt });
	}
	return sent;
}

/** Whether a search returned each case of the history once; cases created since may be among them. */
async function isComplete(session: N8nSession, id: string): Promise<boolean> {
	const execution = await finishedExecution(session, id);
	const ids = execution.items(NODE).map((item) => item['case_id']);
	return execution.error === undefined && ids.length >= HISTORY && new Set(ids).size === ids.length;
}

function median(sorted: readonly number[]): number {
	return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
