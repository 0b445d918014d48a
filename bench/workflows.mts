// Workflows for a real n8n: a node runs once to warm up, then once for each measurement.
import type { Workflow } from '../tools/n8nHost/instance.mts';
import type { ContenderId } from './measurement.mts';
import type { ServiceAccess } from './simulatedService.mts';
import { searchParameters } from './contenders/engine.mts';
import { CREDENTIAL } from './realN8n.mts';
import { PAGE_SIZE, payloadOf, type History } from './workload.mts';

/** A node that a real n8n runs: its type, and its parameters for a history. */
export interface MeasuredNode {
	readonly contender: ContenderId;
	readonly type: string;
	readonly typeVersion: number;
	parameters(history: History, service: ServiceAccess): Record<string, unknown>;
	/** Number of items that a complete result has. */
	expectedItems(history: History): number;
}

export const intezerCasesNode: MeasuredNode = {
	contender: 'intezerCasesInN8n',
	type: 'n8n-nodes-intezer.intezerCases',
	typeVersion: 1,
	parameters: (history) => searchParameters({ operation: 'search', history }),
	expectedItems: ({ cases }) => cases,
};

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

/** The name of the node's measured run, from 1. */
export function runName(run: number): string {
	return `Run ${run}`;
}

/** A workflow that runs a node for `warmUp` and then `runs` times for `history`. */
export function benchWorkflow(
	id: string,
	node: MeasuredNode,
	service: ServiceAccess,
	{ warmUp, history, runs }: { warmUp: History; history: History; runs: number },
): Workflow {
	const measured = (name: string, searched: History) => ({
		...placed(name, node.type, node.typeVersion, node.parameters(searched, service)),
		credentials: { intezerApi: CREDENTIAL },
		// Otherwise it would run once for each item of the previous run.
		executeOnce: true,
	});
	const nodes = [
		placed('Start', 'n8n-nodes-base.manualTrigger', 1, {}),
		measured('Warm-up', warmUp),
		...Array.from({ length: runs }, (_, index) => measured(runName(index + 1), history)),
	];
	const connections = Object.fromEntries(
		nodes.slice(0, -1).map(({ name }, index) => {
			const next = { node: nodes[index + 1]?.name, type: 'main', index: 0 };
			return [name, { main: [[next]] }];
		}),
	);
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
