import { fastify } from 'fastify';
import type { Workflow } from '../tools/n8nHost/instance.mts';

/** Simulates the chat, pager or ticket system that delivers messages to the on-call analyst. */
export interface OnCall {
	/** The texts of all messages so far. */
	readonly messages: readonly string[];
	/** Returns the workflow Deliver with this server as the receiver `on-call`. */
	receiving(deliver: Workflow): Workflow;
	close(): Promise<void>;
}

/** The address of the receiver `on-call` in Deliver, which its user replaces. */
const PLACEHOLDER = 'https://chat.example.com/hooks/on-call';

const messageSchema = {
	body: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
};

/**
 * Starts the server on 127.0.0.1. It accepts messages like Slack's incoming webhooks: `{ text }`.
 * It answers 503 to a message for which `isDown` returns true, and does not keep it.
 */
export async function startOnCall(
	onMessage: (text: string) => void = () => undefined,
	isDown: (text: string) => boolean = () => false,
): Promise<OnCall> {
	const messages: string[] = [];
	const app = fastify({ forceCloseConnections: true });
	app.post<{ Body: { text: string } }>('/', { schema: messageSchema }, ({ body }, reply) => {
		if (isDown(body.text)) return reply.status(503).send({ ok: false });
		messages.push(body.text);
		onMessage(body.text);
		return { ok: true };
	});
	const url = await app.listen({ host: '127.0.0.1', port: 0 });
	return {
		messages,
		receiving: (deliver) =>
			JSON.parse(JSON.stringify(deliver).replace(PLACEHOLDER, url)) as Workflow,
		close: () => app.close(),
	};
}
