import { fastify } from 'fastify';
import { record } from '../../tools/n8nHost/looseJson.mts';

/** What a workflow sent to the outside. */
export interface Sent {
	/** The name before `.example.com`, and the path: `/chat/hooks/soc`. */
	readonly path: string;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: Readonly<Record<string, unknown>>;
}

/** A message of a chat model's protocol. */
export type Message = Readonly<Record<string, unknown>>;

/** Stands for the chat, the ticket system and the model's provider of the examples. */
export interface Receivers {
	readonly url: string;
	/** What came in so far. */
	readonly sent: readonly Sent[];
	/** Gives what has come in since the last call, once it is at least so much. */
	take(count: number): Promise<readonly Sent[]>;
	/** What the model answers to a conversation. */
	model: (messages: readonly Message[]) => Message;
	close(): Promise<void>;
}

/** Starts them on one port of 127.0.0.1. */
export async function startReceivers(): Promise<Receivers> {
	const sent: Sent[] = [];
	let taken = 0;
	let arrived = (): void => undefined;
	const app = fastify({ forceCloseConnections: true });
	app.post<{ Body: { messages: Message[] } }>('/model/v1/chat/completions', ({ body }) => ({
		id: 'answer',
		object: 'chat.completion',
		created: 0,
		model: 'stand-in',
		choices: [{ index: 0, finish_reason: 'stop', message: receivers.model(body.messages) }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	}));
	app.post('/*', ({ url, headers, body }) => {
		sent.push({ path: url, headers, body: record(body) });
		arrived();
		return { ok: true };
	});

	const receivers: Receivers = {
		url: await app.listen({ host: '127.0.0.1', port: 0 }),
		sent,
		take: async (count) => {
			while (sent.length - taken < count) {
				await new Promise<void>((resolve) => {
					arrived = resolve;
				});
			}
			const news = sent.slice(taken);
			taken = sent.length;
			return news;
		},
		model: () => ({ role: 'assistant', content: '' }),
		close: () => app.close(),
	};
	return receivers;
}
