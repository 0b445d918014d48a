import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import { executionResult, type ExecutionResult } from './execution.mts';
import { array, record, text } from './looseJson.mts';
import { dataOf, type N8nSession } from './session.mts';

/** A finished execution that n8n has stored. */
export interface StoredExecution extends ExecutionResult {
	readonly id: string;
	/** What started it: `manual`, `trigger`, `error`, … */
	readonly mode: string;
}

const POLL_MS = 100;

/** The status of an execution that has not finished. */
const UNFINISHED: readonly unknown[] = ['new', 'running', 'waiting'];

/** The last 100 finished executions of a workflow, the oldest first. */
export async function storedExecutions(
	session: N8nSession,
	workflowId: string,
): Promise<StoredExecution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const response = record(
		await dataOf(await session(`/rest/executions?limit=100&filter=${filter}`)),
	);
	const finished = array(response['results'])
		.map(record)
		.filter(({ status }) => !UNFINISHED.includes(status))
		.map(({ id }) => text(id) ?? '');
	return Promise.all(finished.reverse().map((id) => finishedExecution(session, id)));
}

/** Waits until the execution has finished. */
export async function finishedExecution(session: N8nSession, id: string): Promise<StoredExecution> {
	for (;;) {
		const { status, mode, data } = record(await dataOf(await session(`/rest/executions/${id}`)));
		// n8n serializes the run's data with flatted.
		const deserialized: unknown = parse(text(data) ?? '[{}]');
		const result = executionResult({ status, data: deserialized });
		if (!UNFINISHED.includes(status) && isComplete(result)) {
			return { ...result, id, mode: text(mode) ?? 'unknown' };
		}
		await sleep(POLL_MS);
	}
}

/** n8n 1 stores the status a moment before the data: until then it looks as if no node had run. */
function isComplete({ status, error, runData }: ExecutionResult): boolean {
	if (status === 'success') return Object.keys(runData).length > 0;
	return status !== 'error' || error !== undefined;
}
