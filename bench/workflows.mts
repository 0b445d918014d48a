// Workflows for a real n8n: a node once to warm up, then the same node as often as it is measured.
import type { Workflow } from '../tools/n8nHost/instance.mts';
import type { ContenderId } from './measurement.mts';
import type { Introduction } from './simulatedService.mts';
import { searchParameters } from './contenders/engine.mts';
import { CREDENTIAL } from './realN8n.mts';
import { PAGE_SIZE, payloadOf, type History } from './workload.mts';

/** A node that a real n8n runs: its type, and its parameters for a history. */
export interface MeasuredNode {
	readonly contender: ContenderId;
	readonly type: string;
	readonly typeVersion: number;
	parameters(history: History, service: Introduction): Record<string, unknown>;
	/** How many items it has to come back with. */
	itemsOwed(history: History): number;
}

export const intezerCasesNode: MeasuredNode = {
	contender: 'intezerCasesInN8n',
	type: 'n8n-nodes-intezer.intezerCases',
	typeVersion: 1,
	parameters: (history) => searchParameters({ operation: 'search', history }),
	itemsOwed: ({ cases }) => cases,
};

/**
 * What a user builds who has no node for the service: an item comes for each page, not for each case. The token stands
 * in a header, which spares it the credential.
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
	// It asks until a page comes that is not full.
	itemsOwed: ({ cases }) => Math.floor(cases / PAGE_SIZE) + 1,
};

/** The name of the node's measured run, from 1. */
export function runName(run: number): string {
	return `Run ${run}`;
}

/** A workflow that runs a node for `warmUp` and then `runs` times for `history`. */
export function benchWorkflow(
	id: string,
	node: MeasuredNode,
	service: Introduction,
	{ warmUp, history, runs }: { warmUp: History; history: History; runs: number },
): Workflow {
	const measured = (name: string, searched: History) => ({
		...placed(name, node.type, node.typeVersion, node.parameters(searched, service)),
		credentials: { intezerApi: CREDENTIAL },
		// Not once for each item that the run before gave.
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
	// n8n's own storing of 200,000 items is not what is measured.
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
