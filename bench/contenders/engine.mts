// Nodes that n8n-core's engine runs in this process.
import { StoredCredential } from '../../tools/n8nEngine/storedCredential.mts';
import { addNodeType, intezerApi, runNode, type NodeRun } from '../../tools/n8nEngine/engine.mts';
import { payloadOf, type Target, type Task } from '../workload.mts';
import type { Contender } from './contender.mts';
import { DeclarativeCases } from './declarative.mts';

/** The node of this package with its default options. */
export async function intezerCases(target: Target): Promise<Contender> {
	const credential = await signedIn(target);
	return {
		run: async (task) =>
			task.operation === 'search'
				? await itemsOf({ credential, parameters: searchParameters(task) })
				: await itemsOf({
						credential,
						input: task.caseIds.map((id) => ({ id })),
						parameters: getParameters('={{ $json.id }}'),
					}),
	};
}

/** A declarative node with offset pagination. */
export async function declarativeCases(target: Target): Promise<Contender> {
	const credential = await signedIn(target);
	const type = 'bench.declarativeCases';
	addNodeType(type, new DeclarativeCases());
	return {
		run: async (task) => {
			if (task.operation !== 'search') throw new Error('it only searches');
			const payload = JSON.stringify(payloadOf(task.history));
			return await itemsOf({ credential, type, parameters: { payload } });
		},
	};
}

/** The parameters of a search for the whole history. */
export function searchParameters({ history }: Task & { operation: 'search' }) {
	const { subTenant } = history;
	const filters = subTenant === undefined ? {} : { subTenantNames: subTenant };
	return { resource: 'case', operation: 'search', returnAll: true, filters };
}

/** The parameters that get a case by the id that an expression gives. */
export function getParameters(expression: string) {
	const caseId = { __rl: true, mode: 'id', value: expression };
	return { resource: 'case', operation: 'get', caseId };
}

/** A credential that already has its session token. */
async function signedIn({ url, apiKey }: Target): Promise<StoredCredential> {
	const credential = new StoredCredential(intezerApi, {
		apiKey,
		region: 'custom',
		baseUrl: url,
	});
	await itemsOf({
		credential,
		parameters: { resource: 'case', operation: 'search', options: { countOnly: true } },
	});
	return credential;
}

async function itemsOf(run: NodeRun): Promise<number> {
	const { items, error } = await runNode(run);
	// n8n's engine returns an error as a plain object.
	if (error !== undefined) throw new Error(error.message, { cause: error });
	return items.length;
}
