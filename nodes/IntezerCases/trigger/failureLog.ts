import type { IPollFunctions } from 'n8n-workflow';

import { pollError } from './pollError';

/** Logs a failure that is not shown to the user. */
export function logFailure(n8n: IPollFunctions, consequence: string, error: unknown): void {
	const node = n8n.getNode();
	const { message } = pollError(node, error);
	const { id: workflowId = '' } = n8n.getWorkflow();
	n8n.logger.warn(`${consequence}: ${message}`, { workflowId, nodeName: node.name });
}
