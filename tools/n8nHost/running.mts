import { finishedExecution, storedExecutions, type StoredExecution } from './storedExecutions.mts';
import { HostError } from './hostError.mts';
import type { Job, JobResult } from './job.mts';
import { array, record, text } from './looseJson.mts';
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
	/** Settles when n8n has ended for any reason. */
	readonly ended: Promise<JobResult>;
	/** Logs the owner in. */
	login(): Promise<N8nSession>;
	/** Executes a workflow manually, from this trigger or else its first, and waits until it has finished. */
	runWorkflow(workflowId: string, triggerName?: string): Promise<StoredExecution>;
	/** The last 100 finished executions of a workflow, the oldest first. */
	executions(workflowId: string): Promise<StoredExecution[]>;
	/** A workflow as stored in n8n, with its `staticData`. */
	workflow(workflowId: string): Promise<Readonly<Record<string, unknown>>>;
	/** Publishes the last saved version, and waits until its triggers have started. */
	publish(workflowId: string): Promise<void>;
	/** Stops the triggers of a workflow. */
	unpublish(workflowId: string): Promise<void>;
	/** Changes parameters of one node and saves the workflow. The change takes effect with `publish`. */
	saveParameters(
		workflowId: string,
		nodeName: string,
		parameters: Readonly<Record<string, unknown>>,
	): Promise<void>;
	/** Shuts n8n down gracefully. */
	stop(): Promise<void>;
	/** Kills n8n and its children, as in a crash. */
	kill(): Promise<void>;
}

/** Longer than n8n itself waits for running executions when it stops. */
const STOP_MS = 35_000;

/** Waits until n8n's API responds. Fails with a HostError if n8n ends first, or after `timeoutMs`. */
export async function untilUp(url: string, job: Job, timeoutMs: number): Promise<void> {
	await untilReady(job, {
		name: 'n8n',
		isReady: () => responds(url),
		timeoutMs,
		excerpt: lastMessages,
	});
}

async function responds(url: string): Promise<boolean> {
	try {
		const response = await fetch(new URL('/rest/settings', url));
		// While n8n starts, it returns an HTML page for every path.
		const isJson = response.headers.get('content-type')?.includes('json') ?? false;
		await response.arrayBuffer();
		return response.ok && isJson;
	} catch {
		return false;
	}
}

/** Controls a started n8n that has an owner. */
export function runningN8n(url: string, job: Job, login: N8nLogin): RunningN8n {
	let session: Promise<N8nSession> | undefined;
	const loggedIn = (): Promise<N8nSession> => (session ??= logIn(url, login));
	return {
		url,
		...login,
		ended: job.finished,
		login: () => logIn(url, login),
		runWorkflow: async (workflowId, triggerName) =>
			runWorkflow(await loggedIn(), workflowId, triggerName),
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

async function runWorkflow(
	session: N8nSession,
	workflowId: string,
	triggerName?: string,
): Promise<StoredExecution> {
	const workflowData = await storedWorkflow(session, workflowId);
	const trigger = array(workflowData['nodes'])
		.map(record)
		.filter((node) => /trigger$/i.test(text(node['type']) ?? ''))
		.find(({ name }) => triggerName === undefined || name === triggerName);
	if (!trigger) throw new HostError(`The workflow ${workflowId} has no trigger to start from`);

	// n8n 2 runs the stored workflow; n8n 1 needs it in the request.
	const body = jsonBody({ workflowData, triggerToStartFrom: { name: trigger['name'] } });
	const path = `/rest/workflows/${encodeURIComponent(workflowId)}/run`;
	const response = record(await dataOf(await session(path, body)));
	const executionId = text(response['executionId']);
	if (executionId === undefined) {
		throw new HostError(`n8n did not run the workflow ${workflowId}: ${JSON.stringify(response)}`);
	}
	return finishedExecution(session, executionId);
}
