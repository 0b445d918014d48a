import type { IPollFunctions } from 'n8n-workflow';

import { pollError } from './pollError';

/** Logs a failure that is not shown to the user. */
export function logFailure(n8n: IPollFunctions, consequence: string, error: unknown): void {
	logWarning(n8n, `${consequence}: ${pollError(n8n.getNode(), error).message}`);
}

/** Logs a warning that names the workflow and the node. */
export function logWarning(n8n: IPollFunctions, text: string): void {
	const { id: workflowId = '' } = n8n.getWorkflow();
	n8n.logger.warn(text, { workflowId, nodeName: n8n.getNode().name });
}
