import type { Workflow } from '../../tools/n8nHost/instance.mts';

export const NODE = 'Intezer Cases';
export const TRIGGER = 'Intezer Cases Trigger';

/** A workflow that a webhook of this path starts. */
export function webhookWorkflow(
	path: string,
	credentialId: string,
	parameters: Record<string, unknown>,
): Workflow {
	return workflow(
		path,
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			webhookId: path,
			parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
		},
		{
			name: NODE,
			type: 'n8n-nodes-intezer.intezerCases',
			typeVersion: 1,
			parameters: { resource: 'case', ...parameters },
			credentials: { intezerApi: { id: credentialId, name: credentialId } },
		},
	);
}

/** How often the trigger of `triggerWorkflow` is polled, in milliseconds. */
export const POLL_INTERVAL_MS = 15_000;

/** n8n requires a minute between two polls of the same poll time, so there are four. */
const EVERY_15_SECONDS = [0, 15, 30, 45].map((second) => ({
	mode: 'custom',
	cronExpression: `${second} * * * * *`,
}));

/** A workflow that our trigger starts. */
export function triggerWorkflow(
	id: string,
	credentialId: string,
	parameters: Record<string, unknown>,
	item: object[] = EVERY_15_SECONDS,
): Workflow {
	return workflow(
		id,
		{
			name: TRIGGER,
			type: 'n8n-nodes-intezer.intezerCasesTrigger',
			typeVersion: 1,
			parameters: { pollTimes: { item }, ...parameters },
			credentials: { intezerApi: { id: credentialId, name: credentialId } },
		},
		{ name: 'Then', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	);
}

interface Node extends Record<string, unknown> {
	name: string;
}

function workflow(id: string, trigger: Node, next: Node): Workflow {
	return {
		id,
		name: id,
		active: false,
		nodes: [trigger, next].map((node) => ({ id: node.name, position: [0, 0], ...node })),
		connections: { [trigger.name]: { main: [[{ node: next.name, type: 'main', index: 0 }]] } },
		settings: {},
	};
}
