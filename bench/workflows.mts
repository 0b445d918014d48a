// Workflows for a real n8n, which run one node.
import type { Workflow } from '../tools/n8nHost/instance.mts';
import type { ContenderId } from './measurement.mts';
import type { ServiceAccess } from './simulatedService.mts';
import { searchParameters } from './contenders/engine.mts';
import { CREDENTIAL } from './realN8n.mts';
import { FIXED_WIDTH, PAGE_SIZE, payloadOf, type History } from './workload.mts';

/** A node that a real n8n runs: its type, and its parameters for a history. */
export interface MeasuredNode {
	readonly contender: ContenderId;
	readonly type: string;
	readonly typeVersion: number;
	parameters(history: History, service: ServiceAccess): Record<string, unknown>;
	/** Number of items that a complete result has. */
	expectedItems(history: History): number;
}

export const intezerCasesNode = nodeOfThisPackage('intezerCasesInN8n');
export const intezerCasesAtFiveNode = nodeOfThisPackage('intezerCasesAtFiveInN8n', FIXED_WIDTH);

function nodeOfThisPackage(contender: ContenderId, maxConcurrency?: number): MeasuredNode {
	return {
		contender,
		type: 'n8n-nodes-intezer.intezerCases',
		typeVersion: 1,
		parameters: (history) => searchParameters({ operation: 'search', history }, maxConcurrency),
		expectedItems: ({ cases }) => cases,
	};
}

/**
 * What a user builds without a node for the service. It returns one item per page, not per case, and needs no
 * credential: the token is in a header.
 */
export const httpRequestNode: MeasuredNode = {
	contender: 'httpRequestInN8n',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: (history, { url, token }) => ({
		method: 'POST',
		url: `${url}/api/v2-0/cases/search`,
		authentication: 'none',
		sendHeaders: true,
		headerParameters: { parameters: [{ name: 'Authorization', value: `Bearer ${token}` }] },
		sendBody: true,
		specifyBody: 'json',
		jsonBody: JSON.stringify({ payload: payloadOf(history), offset: 0, limit: PAGE_SIZE }),
		options: {
			pagination: {
				pagination: {
					paginationMode: 'updateAParameterInEachRequest',
					parameters: {
						parameters: [
							{ type: 'body', name: 'offset', value: `={{ $pageCount * ${PAGE_SIZE} }}` },
						],
					},
					paginationCompleteWhen: 'other',
					completeExpression: `={{ $response.body.result.cases.length < ${PAGE_SIZE} }}`,
				},
			},
		},
	}),
	// It requests pages until one is not full.
	expectedItems: ({ cases }) => Math.floor(cases / PAGE_SIZE) + 1,
};

/** A node, and what it searches. */
export interface MeasuredWorkflow {
	readonly node: MeasuredNode;
	readonly history: History;
}

/** The name of the measured node. */
export const MEASURED = 'Measured';

/** n8n allows at most 21 characters. */
export function workflowId({ node, history }: MeasuredWorkflow): string {
	return `${node.contender}-${history.cases}`.slice(-21);
}

/** A workflow that runs a node once. */
export function benchWorkflow(measured: MeasuredWorkflow, service: ServiceAccess): Workflow {
	const { node, history } = measured;
	const id = workflowId(measured);
	const nodes = [
		placed('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		{
			...placed(MEASURED, node.type, node.typeVersion, node.parameters(history, service)),
			credentials: { intezerApi: CREDENTIAL },
		},
	];
	const connections = { Start: { main: [[{ node: MEASURED, type: 'main', index: 0 }]] } };
	// Saving 200,000 items would take n8n longer than the search.
	const settings = { saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none' };
	return { id, name: id, active: false, nodes, connections, settings };
}

function placed(
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
) {
	return { id: name, name, type, typeVersion, position: [0, 0], parameters };
}
