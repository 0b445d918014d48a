import type { INodeParameters } from 'n8n-workflow';

import { runNode, type NodeOutcome, type NodeRun } from '../../../tools/n8nEngine/engine.mts';

/** Runs an operation of Intezer Alerts. */
export async function runAlerts(
	operation: string,
	parameters: INodeParameters,
	run: Omit<NodeRun, 'parameters'>,
): Promise<NodeOutcome> {
	return await runNode({
		type: 'n8n-nodes-intezer.intezerAlerts',
		parameters: { resource: 'alert', operation, ...parameters },
		...run,
	});
}
