import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, describe, expect, test, jest } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

// A single test does all of it: n8n starts, polls, and stops.
jest.setTimeout(900_000);

let start: Npm | undefined;

afterEach(interrupt);

describe('npm start, as the README describes it', () => {
	test('runs a workflow, and shows one message to the on-call analyst after npm run escalate, also if the chat is down at first', async () => {
		// Longer than from poll to poll, so the first attempt always fails.
		start = npm('start', '--', '--chat-down', '75');
		const shown = shownBy(start);

		await shown.until(/^\d+ escalated of 300 cases$/m);
		await shown.until(/log in with \S+@\S+ \/ \S+/);
		const [, command = ''] = await shown.until(/^ {2}npm run (escalate.*)$/m);

		const { stdout } = await npm('run', '--silent', ...command.split(' '));
		const [, title = ''] = /^Escalated the case "(.*)" \(/.exec(stdout) ?? [];
		expect(title).not.toBe('');

		await shown.until(/^ {2}The chat is down: /m);
		const [, message = ''] = await shown.until(/^On-call │ (.*)$/m);
		expect(message).toContain(title);

		await interrupt();
		await shown.until(/^Stopping …$/m);
		expect(shown.count(`On-call │ ${message}`)).toBe(1);
	});
});

/** Inferred, because comparing execa's general type with the type of one call takes a fifth of the type check. */
type Npm = ReturnType<typeof npm>;

/** npm with these arguments, as a person runs it here: in a process group of its own. */
function npm(...args: string[]) {
	return execa('npm', args, { cwd: root, stdin: 'ignore', reject: false, detached: true });
}

/** Does what Ctrl-C does: it interrupts the whole group. Returns when it has ended. */
async function interrupt(): Promise<void> {
	const running = start;
	start = undefined;
	if (running?.pid === undefined) return;
	process.kill(-running.pid, 'SIGINT');
	await running;
}

/** Waits for what a command prints. */
function shownBy(command: Npm) {
	let text = '';
	let hasEnded = false;
	command.stdout.on('data', (chunk: Buffer) => {
		text += chunk.toString();
	});
	void command.finally(() => {
		hasEnded = true;
	});
	return {
		count: (what: string): number => text.split(what).length - 1,
		until: async (what: RegExp): Promise<string[]> => {
			for (;;) {
				const match = what.exec(text);
				if (match !== null) return match;
				if (hasEnded) throw new Error(`npm ended without ${what}:\n${text}`);
				await Promise.race([once(command.stdout, 'data'), command]);
			}
		},
	};
}
