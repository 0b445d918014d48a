import { fastify } from 'fastify';
import type { Workflow } from '../tools/n8nHost/instance.mts';

/** Simulates the chat, pager or ticket system that delivers messages to the on-call analyst. */
export interface OnCall {
	/** The texts of all messages so far. */
	readonly messages: readonly string[];
	/** Returns the workflow with its message sent to this server. */
	receiving(workflow: Workflow & { readonly nodes: readonly WorkflowNode[] }): Workflow;
	close(): Promise<void>;
}

interface WorkflowNode {
	readonly name: string;
	readonly parameters: object;
}

const SENDER = 'Tell the on-call';

const messageSchema = {
	body: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
};

/** Starts the server on 127.0.0.1. It accepts messages like Slack's incoming webhooks: `{ text }`. */
export async function startOnCall(
	onMessage: (text: string) => void = () => undefined,
): Promise<OnCall> {
	const messages: string[] = [];
	const app = fastify({ forceCloseConnections: true });
	app.post<{ Body: { text: string } }>('/', { schema: messageSchema }, ({ body }) => {
		messages.push(body.text);
		onMessage(body.text);
		return { ok: true };
	});
	const url = await app.listen({ host: '127.0.0.1', port: 0 });
	return {
		messages,
		receiving: (workflow) => ({
			...workflow,
			nodes: workflow.nodes.map((node) =>
				node.name === SENDER ? { ...node, parameters: { ...node.parameters, url } } : node,
			),
		}),
		close: () => app.close(),
	};
}
