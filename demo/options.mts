import { parseArgs } from 'node:util';

export const HELP = `Shows the package in a real n8n, with a simulated Intezer. Nothing leaves this machine.

npm start -- [options]

  --once                 exit after the table of cases, without opening the editor
  --port <number>        the editor's port on 127.0.0.1 (5678, or another one if that is busy)
  --chat-down <seconds>  the chat rejects messages for this long after npm run escalate; they arrive later, once
  --help                 this text
`;

export interface DemoOptions {
	readonly once: boolean;
	/** Undefined: the default port, or another one if that is busy. */
	readonly port: number | undefined;
	/** How long the chat rejects messages after an escalation; 0: never. */
	readonly chatDownSeconds: number;
	readonly help: boolean;
}

/** The command line is invalid; the message says why. */
export class UsageError extends Error {}

/** Reads the command line. Fails with a UsageError. */
export function readOptions(args: readonly string[]): DemoOptions {
	const { once = false, port, 'chat-down': chatDown = '0', help = false } = parse(args);
	return {
		once,
		port: port === undefined ? undefined : portNumber(port),
		chatDownSeconds: seconds(chatDown),
		help,
	};
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({
			args: [...args],
			options: {
				once: { type: 'boolean' },
				port: { type: 'string' },
				'chat-down': { type: 'string' },
				help: { type: 'boolean', short: 'h' },
			},
		}).values;
	} catch (error) {
		// The first sentence says what is wrong; the others explain positional arguments.
		const [sentence = ''] = error instanceof Error ? error.message.split(/\.(?:\s|$)/) : [];
		throw new UsageError(`${sentence}. See npm start -- --help`);
	}
}

function portNumber(text: string): number {
	const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
	if (port >= 1 && port <= 65_535) return port;
	throw new UsageError(`--port must be a whole number from 1 to 65535, not "${text}"`);
}

function seconds(text: string): number {
	if (/^\d{1,4}$/.test(text)) return Number(text);
	throw new UsageError(`--chat-down must be a number of seconds from 0 to 9999, not "${text}"`);
}
