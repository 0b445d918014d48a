import { finishedExecution, storedExecutions, type StoredExecution } from './executions.mts';
import { HostError } from './hostError.mts';
import type { Job, JobResult } from './job.mts';
import { array, record, text } from './json.mts';
import { lastMessages } from './n8nLog.mts';
import { publish, saveParameters, storedWorkflow, unpublish } from './publishing.mts';
import { untilReady } from './readiness.mts';
import { dataOf, jsonBody, logIn, type N8nLogin, type N8nSession } from './session.mts';

/** A started n8n with its editor and API. */
export interface RunningN8n {
	/** `http://127.0.0.1:PORT` */
	readonly url: string;
	readonly email: string;
	readonly password: string;
	/** Settles when n8n has ended, for whatever reason. */
	readonly ended: Promise<JobResult>;
	/** A fetch for n8n's paths, with the owner's cookie. */
	login(): Promise<N8nSession>;
	/** Runs a workflow by hand, from its first trigger, and waits until it has finished. */
	runWorkflow(workflowId: string): Promise<StoredExecution>;
	/** The last 100 finished executions of a workflow, the oldest first. */
	executions(workflowId: string): Promise<StoredExecution[]>;
	/** A workflow as n8n has stored it, with its `staticData`. */
	workflow(workflowId: string): Promise<Readonly<Record<string, unknown>>>;
	/** Publishes the version that was saved last, and waits until its triggers have started. */
	publish(workflowId: string): Promise<void>;
	/** Stops the triggers of a workflow. */
	unpublish(workflowId: string): Promise<void>;
	/** Saves other parameters for one node: a new version, which `publish` makes the running one. */
	saveParameters(
		workflowId: string,
		nodeName: string,
		parameters: Readonly<Record<string, unknown>>,
	): Promise<void>;
	/** Lets n8n shut down by itself. */
	stop(): Promise<void>;
	/** Ends n8n and its children at once, as a crash does. */
	kill(): Promise<void>;
}

/** Longer than n8n's own patience with what is running when it stops. */
const STOP_MS = 35_000;

/** Waits until n8n's API answers. Fails with a HostError if n8n ends, or is silent for so long. */
export async function untilUp(url: string, job: Job, timeoutMs: number): Promise<void> {
	await untilReady(job, {
		name: 'n8n',
		isReady: () => answers(url),
		timeoutMs,
		excerpt: lastMessages,
	});
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(new URL('/rest/settings', url));
		// While it starts, n8n answers every path with a page that says so.
		const isJson = response.headers.get('content-type')?.includes('json') ?? false;
		await response.arrayBuffer();
		return response.ok && isJson;
	} catch {
		return false;
	}
}

/** The handle of an n8n that is up and has its owner. */
export function runningN8n(url: string, job: Job, login: N8nLogin): RunningN8n {
	let session: Promise<N8nSession> | undefined;
	const loggedIn = (): Promise<N8nSession> => (session ??= logIn(url, login));
	return {
		url,
		...login,
		ended: job.finished,
		login: () => logIn(url, login),
		runWorkflow: async (workflowId) => runWorkflow(await loggedIn(), workflowId),
		executions: async (workflowId) => storedExecutions(await loggedIn(), workflowId),
		workflow: async (workflowId) => storedWorkflow(await loggedIn(), workflowId),
		publish: async (workflowId) => publish(await loggedIn(), workflowId),
		unpublish: async (workflowId) => unpublish(await loggedIn(), workflowId),
		saveParameters: async (workflowId, nodeName, parameters) =>
			saveParameters(await loggedIn(), workflowId, nodeName, parameters),
		stop: async () => {
			job.terminate();
			const overdue = setTimeout(() => {
				job.kill();
			}, STOP_MS);
			await job.finished;
			clearTimeout(overdue);
		},
		kill: async () => {
			job.kill();
			await job.finished;
		},
	};
}

async function runWorkflow(session: N8nSession, workflowId: string): Promise<StoredExecution> {
	const workflowData = await storedWorkflow(session, workflowId);
	const trigger = array(workflowData['nodes'])
		.map(record)
		.find((node) => /trigger$/i.test(text(node['type']) ?? ''));
	if (!trigger) throw new HostError(`The workflow ${workflowId} has no trigger to start from`);

	// n8n 2 runs what it has stored; n8n 1 wants the workflow itself.
	const body = jsonBody({ workflowData, triggerToStartFrom: { name: trigger['name'] } });
	const path = `/rest/workflows/${encodeURIComponent(workflowId)}/run`;
	const answer = record(await dataOf(await session(path, body)));
	const executionId = text(answer['executionId']);
	if (executionId === undefined) {
		throw new HostError(`n8n did not run the workflow ${workflowId}: ${JSON.stringify(answer)}`);
	}
	return finishedExecution(session, executionId);
}
