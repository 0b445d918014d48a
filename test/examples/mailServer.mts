import { text } from 'node:stream/consumers';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { ACCEPT, isAccepted, type Answer } from './receivers.mts';

/** A mail server that keeps what it accepts. */
export interface MailServer {
	/** The data of n8n's SMTP credential. */
	readonly credential: Readonly<Record<string, unknown>>;
	/** The accepted mails as sent, headers first. */
	readonly mails: readonly string[];
	/** Decides on the answer to a mail; a status code that is no success refuses it. Default: it accepts everything. */
	answer: (mail: string) => Answer;
	close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. */
export async function startMailServer(): Promise<MailServer> {
	const mails: string[] = [];
	const sockets = new Map<number | undefined, Socket>();
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		closeTimeout: 1_000,
		onData(stream, { remotePort }, done) {
			text(stream).then((mail) => {
				const answer = state.answer(mail);
				if (isAccepted(answer)) mails.push(mail);
				if (typeof answer === 'object') done(isAccepted(answer) ? null : new Error('Not today'));
				if (answer === 'drop' || answer === 'lose') sockets.get(remotePort)?.resetAndDestroy();
			}, done);
		},
	});
	server.server.on('connection', (socket: Socket) => {
		const { remotePort } = socket;
		sockets.set(remotePort, socket);
		socket.once('close', () => sockets.delete(remotePort));
	});
	// A client that was killed resets its connection.
	server.on('error', () => undefined);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.server.address() as AddressInfo;
	const state: MailServer = {
		credential: {
			user: '',
			password: '',
			host: '127.0.0.1',
			port,
			secure: false,
			disableStartTls: true,
		},
		mails,
		answer: () => ACCEPT,
		close: () =>
			new Promise((resolve) => {
				server.close(resolve);
			}),
	};
	return state;
}
