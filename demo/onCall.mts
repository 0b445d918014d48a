import { fastify } from 'fastify';
import type { Workflow } from '../tools/n8nHost/instance.mts';

/** Stands for the chat, pager or ticket system in which a message reaches the on-call. */
export interface OnCall {
	/** The texts of the messages so far. */
	readonly messages: readonly string[];
	/** The workflow with the address of this one in place of the example's. */
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

/** Starts one on 127.0.0.1 that takes messages as Slack's incoming webhooks do: `{ text }`. */
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
