// Saves credentials and workflows through the API that n8n's editor uses.
import { HostError } from './hostError.mts';
import type { Workflow } from './instance.mts';
import { record, text } from './looseJson.mts';
import { dataOf, jsonBody, type N8nSession } from './session.mts';

/** Saves a new credential of type `intezerApi`. Returns its ID. */
export async function saveCredential(
	session: N8nSession,
	name: string,
	data: Readonly<Record<string, unknown>>,
): Promise<string> {
	const body = jsonBody({ name, type: 'intezerApi', data });
	const id = text(record(await dataOf(await session('/rest/credentials', body)))['id']);
	if (id === undefined) throw new HostError(`n8n saved the credential ${name} without an ID`);
	return id;
}

/** Saves a new workflow. Returns its ID: n8n 1 assigns a new one. */
export async function saveWorkflow(session: N8nSession, workflow: Workflow): Promise<string> {
	const saved = record(await dataOf(await session('/rest/workflows', jsonBody(workflow))));
	const id = text(saved['id']);
	if (id === undefined) throw new HostError(`n8n saved the workflow ${workflow.id} without an ID`);
	return id;
}
