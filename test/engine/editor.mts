import { LoadOptionsContext } from 'n8n-core';
import type { INode, INodeListSearchResult, INodeParameters } from 'n8n-workflow';

import type { StoredCredential } from '../../tools/n8nEngine/storedCredential.mts';
import {
	additionalDataOf,
	intezerCases,
	NodeHelpers,
	nodeTypes,
	Workflow,
} from '../../tools/n8nEngine/engine.mts';

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
	const node = nodeWith({});
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new LoadOptionsContext(workflow, node, additionalDataOf(credential), '');
	const method = intezerCases.methods?.listSearch?.['searchCases'];
	if (method === undefined) throw new Error('the node has no list of cases');
	return await method.call(context, filter, paginationToken);
}

/** The issues that the editor shows below the parameter 'Case'. */
export function caseIssues(mode: string, value: string): string[] {
	const node = nodeWith({ caseId: { __rl: true, mode, value } });
	const { description } = intezerCases;
	const issues = NodeHelpers.getNodeParametersIssues(description.properties, node, description);
	return issues?.parameters?.['caseId'] ?? [];
}
