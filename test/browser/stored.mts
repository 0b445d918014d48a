// Stores credentials and workflows through n8n's own API, as its editor does.
import { HostError } from '../../tools/n8nHost/hostError.mts';
import { record, text } from '../../tools/n8nHost/looseJson.mts';
import { dataOf, jsonBody, type N8nSession } from '../../tools/n8nHost/session.mts';
import type { Simulator } from '../../tools/simulator/simulator.mts';

/** A node's reference to a credential. */
export type CredentialReference = Readonly<Record<'intezerApi', { id: string; name: string }>>;

/** Stores a credential for this simulator. */
export async function storeCredential(
	session: N8nSession,
	{ apiKey, url }: Simulator,
	name = 'Intezer account',
): Promise<CredentialReference> {
	const data = { apiKey, region: 'custom', baseUrl: url, ignoreSslIssues: false, sessionToken: '' };
	const id = await store(session, '/rest/credentials', { name, type: 'intezerApi', data });
	return { intezerApi: { id, name } };
}

/** Removes it, so that n8n has none again to offer to a new user. */
export async function removeCredential(
	session: N8nSession,
	{ intezerApi: { id } }: CredentialReference,
): Promise<void> {
	await dataOf(await session(`/rest/credentials/${id}`, { method: 'DELETE' }));
}

/** Stores a workflow as n8n exports it, without its `id`, and returns the one that it gets. */
export async function storeWorkflow(
	session: N8nSession,
	workflow: Readonly<Record<string, unknown>>,
): Promise<string> {
	const fresh = { connections: {}, settings: {}, ...workflow, id: undefined };
	return store(session, '/rest/workflows', fresh);
}

async function store(session: N8nSession, path: string, value: unknown): Promise<string> {
	const id = text(record(await dataOf(await session(path, jsonBody(value))))['id']);
	if (id === undefined) throw new HostError(`n8n stored nothing at ${path}`);
	return id;
}
