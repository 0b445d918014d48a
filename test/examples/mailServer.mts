import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server that keeps what it accepts. */
export interface MailServer {
	/** The data of n8n's SMTP credential. */
	readonly credential: Readonly<Record<string, unknown>>;
	/** The accepted mails as sent, headers first. */
	readonly mails: readonly string[];
	/** Whether the server refuses mails. */
	refuses: boolean;
	close(): Promise<void>;
}

/** Starts the server on 127.0.0.1. */
export async function startMailServer(): Promise<MailServer> {
	const mails: string[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ['STARTTLS', 'AUTH'],
		onData(stream, _session, done) {
			text(stream).then((mail) => {
				if (!state.refuses) mails.push(mail);
				done(state.refuses ? new Error('Not today') : null);
			}, done);
		},
	});
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
		refuses: false,
		close: () =>
			new Promise((resolve) => {
				server.close(resolve);
			}),
	};
	return state;
}
