import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from './hostError.mts';
import { array, record, text } from './looseJson.mts';
import { dataOf, jsonBody, type N8nSession } from './session.mts';

const POLL_MS = 100;

/** A workflow as stored in n8n, with its `staticData`. */
export async function storedWorkflow(
	session: N8nSession,
	workflowId: string,
): Promise<Readonly<Record<string, unknown>>> {
	return record(await dataOf(await session(pathOf(workflowId))));
}

/** Publishes the last saved version, and waits until its triggers have started. */
export async function publish(session: N8nSession, workflowId: string): Promise<void> {
	const { versionId } = await storedWorkflow(session, workflowId);
	await dataOf(await session(`${pathOf(workflowId)}/activate`, jsonBody({ versionId })));
	// n8n 2 starts triggers in the background. n8n 1 has already started them, and has no such route.
	for (;;) {
		const response = await session(`${pathOf(workflowId)}/publication-status`);
		if (response.status === 404) return;
		const { status, triggers } = record(await dataOf(response));
		if (status === 'published') return;
		if (status === 'failed' || status === 'partial') {
			const reasons = array(triggers).map((each) => text(record(each)['errorMessage']) ?? '');
			throw new HostError(`n8n could not publish ${workflowId}: ${reasons.join('; ')}`);
		}
		await sleep(POLL_MS);
	}
}

/** Stops the triggers of a workflow. */
export async function unpublish(session: N8nSession, workflowId: string): Promise<void> {
	await dataOf(await session(`${pathOf(workflowId)}/deactivate`, jsonBody({})));
}

/** Changes parameters of one node and saves the workflow. The change takes effect with `publish`. */
export async function saveParameters(
	session: N8nSession,
	workflowId: string,
	nodeName: string,
	parameters: Readonly<Record<string, unknown>>,
): Promise<void> {
	const { nodes, connections } = await storedWorkflow(session, workflowId);
	const changed = array(nodes)
		.map(record)
		.map((node) =>
			node['name'] === nodeName
				? { ...node, parameters: { ...record(node['parameters']), ...parameters } }
				: node,
		);
	const body = jsonBody({ nodes: changed, connections });
	await dataOf(await session(pathOf(workflowId), { ...body, method: 'PATCH' }));
}

function pathOf(workflowId: string): string {
	return `/rest/workflows/${encodeURIComponent(workflowId)}`;
}
