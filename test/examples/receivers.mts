import { fastify } from 'fastify';
import { record } from '../../tools/n8nHost/looseJson.mts';

/** A message that a workflow sent. */
export interface Sent {
	/** The name before `.example.com`, and the path: `/chat/hooks/soc`. */
	readonly path: string;
	readonly headers: Readonly<Record<string, unknown>>;
	readonly body: Readonly<Record<string, unknown>>;
}

/**
 * What a receiver does with a message:
 * - a status code, with headers
 * - `hang`: it accepts the connection, but never responds
 * - `drop`: it resets the connection without reading the message
 * - `lose`: it accepts the message, but resets the connection before its response
 * - `hold`: it accepts the message, but never responds
 */
export type Answer =
	| { readonly status: number; readonly headers?: Record<string, string> }
	| 'hang'
	| 'drop'
	| 'lose'
	| 'hold';

/** A message of a chat model's protocol. */
export type Message = Readonly<Record<string, unknown>>;

/** Simulates the chat, the ticket system and the model's provider of the examples. */
export interface Receivers {
	readonly url: string;
	/** The messages accepted so far. */
	readonly sent: readonly Sent[];
	/** The number of requests so far, whatever the response. */
	readonly requests: number;
	/** Takes a message as if it were posted, and decides on the answer. */
	receive(message: Sent): Answer;
	/** Returns the messages accepted since the last call, once there are at least `count`. */
	take(count: number): Promise<readonly Sent[]>;
	/** Decides the response. Default: it accepts everything. */
	answer: (sent: Sent) => Answer;
	/** What the model answers to a conversation. */
	model: (messages: readonly Message[]) => Message;
	close(): Promise<void>;
}

export const ACCEPT: Answer = { status: 200 };

/** Whether a receiver keeps a message that it answers so. */
export function isAccepted(answer: Answer): boolean {
	return typeof answer === 'object' ? answer.status < 300 : answer === 'lose' || answer === 'hold';
}

/** Starts them on one port of 127.0.0.1. */
export async function startReceivers(): Promise<Receivers> {
	const sent: Sent[] = [];
	let requests = 0;
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
	app.post('/*', (request, reply) => {
		const body = record(request.body);
		const answer = receivers.receive({ path: request.url, headers: request.headers, body });
		if (typeof answer === 'object') {
			return reply
				.status(answer.status)
				.headers(answer.headers ?? {})
				.send({ status: answer.status });
		}
		reply.hijack();
		if (answer === 'drop' || answer === 'lose') request.raw.destroy();
		return reply;
	});

	const receivers: Receivers = {
		url: await app.listen({ host: '127.0.0.1', port: 0 }),
		sent,
		get requests() {
			return requests;
		},
		receive: (message) => {
			requests += 1;
			const answer = receivers.answer(message);
			if (isAccepted(answer)) {
				sent.push(message);
				arrived();
			}
			return answer;
		},
		take: async (count) => {
			while (sent.length - taken < count) {
				await new Promise<void>((resolve) => {
					arrived = resolve;
				});
			}
			const unseen = sent.slice(taken);
			taken = sent.length;
			return unseen;
		},
		answer: () => ACCEPT,
		model: () => ({ role: 'assistant', content: '' }),
		close: () => app.close(),
	};
	return receivers;
}
