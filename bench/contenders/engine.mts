// Nodes that n8n-core's engine runs in this process.
import type { INodeType } from 'n8n-workflow';

import { StoredCredential } from '../../tools/n8nEngine/storedCredential.mts';
import { addNodeType, intezerApi, runNode, type NodeRun } from '../../tools/n8nEngine/engine.mts';
import { payloadOf, type SearchTask, type Target } from '../workload.mts';
import type { Contender } from './contender.mts';
import { DeclarativeCases } from './declarative.mts';
import { MinimalCases } from './minimal.mts';

/** The node of this package; without `maxConcurrency` it finds out how many requests the service takes. */
export async function intezerCases(target: Target, maxConcurrency?: number): Promise<Contender> {
	const credential = await signedIn(target);
	return {
		run: async (task) =>
			task.operation === 'get'
				? await itemsOf({
						credential,
						input: task.caseIds.map((id) => ({ id })),
						parameters: getParameters('={{ $json.id }}', maxConcurrency),
					})
				: await itemsOf({ credential, parameters: searchParameters(task, maxConcurrency) }),
	};
}

/** A declarative node with offset pagination. */
export async function declarativeCases(target: Target): Promise<Contender> {
	return await searchOnly(target, new DeclarativeCases());
}

/** A node that only sends the requests. */
export async function minimalCases(target: Target): Promise<Contender> {
	return await searchOnly(target, new MinimalCases());
}

/** A node whose only parameter is the payload of a search. */
async function searchOnly(target: Target, node: INodeType): Promise<Contender> {
	const credential = await signedIn(target);
	const type = `bench.${node.description.name}`;
	addNodeType(type, node);
	return {
		run: async (task) => {
			if (task.operation === 'get') throw new Error('it only searches');
			const payload = JSON.stringify(payloadOf(task.history));
			return await itemsOf({ credential, type, parameters: { payload } });
		},
	};
}

/** The parameters of a search for the whole history. */
export function searchParameters({ operation, history }: SearchTask, maxConcurrency?: number) {
	const { subTenant } = history;
	return {
		resource: 'case',
		operation: 'search',
		returnAll: true,
		simplify: operation === 'search',
		filters: subTenant === undefined ? {} : { subTenantNames: subTenant },
		options: maxConcurrency === undefined ? {} : { maxConcurrency },
	};
}

/** The parameters that get a case by the id that an expression gives. */
function getParameters(expression: string, maxConcurrency: number | undefined) {
	const caseId = { __rl: true, mode: 'id', value: expression };
	const options = maxConcurrency === undefined ? {} : { maxConcurrency };
	return { resource: 'case', operation: 'get', caseId, options };
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

async function itemsOf(run: NodeRun): Promise<unknown[]> {
	const { items, error } = await runNode(run);
	// n8n's engine returns an error as a plain object.
	if (error !== undefined) throw new Error(error.message, { cause: error });
	return items;
}
