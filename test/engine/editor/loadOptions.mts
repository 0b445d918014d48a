import { LoadOptionsContext } from 'n8n-core';
import type {
	INode,
	INodeListSearchResult,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import type { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import {
	additionalDataOf,
	intezerCases,
	NodeHelpers,
	nodeTypes,
	Workflow,
} from '../../../tools/n8nEngine/engine.mts';

function nodeWith(parameters: INodeParameters): INode {
	return {
		id: '1',
		name: 'Intezer Cases',
		type: 'n8n-nodes-intezer.intezerCases',
		typeVersion: 1,
		position: [0, 0],
		parameters: { resource: 'case', operation: 'get', ...parameters },
		credentials: { intezerApi: { id: 'intezer', name: 'Intezer' } },
	};
}

/** What the editor gets for the list of the parameter 'Case'. */
export async function listCases(
	credential: StoredCredential,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const method = intezerCases.methods?.listSearch?.['searchCases'];
	if (method === undefined) throw new Error('the node has no list of cases');
	return await method.call(contextOf(credential), filter, paginationToken);
}

/** What the editor gets for the list of a filter, such as `assignedAccountIds`. */
export async function listOptions(
	{ description: { properties }, methods }: INodeType,
	filter: string,
	credential: StoredCredential,
): Promise<INodePropertyOptions[]> {
	const filters = properties.find(({ name }) => name === 'filters')?.options as INodeProperties[];
	const { loadOptionsMethod } = filters.find(({ name }) => name === filter)?.typeOptions ?? {};
	const method = methods?.loadOptions?.[loadOptionsMethod ?? ''];
	if (method === undefined) throw new Error(`the filter ${filter} has no list`);
	return await method.call(contextOf(credential));
}

function contextOf(credential: StoredCredential): InstanceType<typeof LoadOptionsContext> {
	const node = nodeWith({});
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return new LoadOptionsContext(workflow, node, additionalDataOf(credential), '');
}

/** The issues that the editor shows below the parameter 'Case'. */
export function caseIssues(mode: string, value: string): string[] {
	const node = nodeWith({ caseId: { __rl: true, mode, value } });
	const { description } = intezerCases;
	const issues = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
	return issues?.parameters?.['caseId'] ?? [];
}
