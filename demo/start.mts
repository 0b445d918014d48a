// What `npm start` runs.
import { HostError, messageOf } from '../tools/n8nHost/hostError.mts';
import { runOnce, setUp, type Demo } from './demo.mts';
import { printable } from './caseTable.mts';
import { DEFAULT_PORT } from '../tools/simulator/simulator.mts';
import { HELP, readOptions, UsageError, type DemoOptions } from './options.mts';
import { Steps } from './steps.mts';

const print = (text: string): void => {
	process.stdout.write(text);
};
const steps = new Steps(print);
let demo: Demo | undefined;
let isStopping = false;

try {
	const options = readOptions(process.argv.slice(2));
	if (options.help) print(HELP);
	else await main(options);
} catch (error) {
	await fail(error);
}

async function main(options: DemoOptions): Promise<void> {
	const interrupt = (): void => {
		if (isStopping) return;
		steps.endLine();
		print('Stopping …\n');
		void stop(options.once ? 130 : 0);
	};
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
	// npm sends SIGTERM to its shell only: this process notices by losing its parent.
	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) interrupt();
	}, 500).unref();

	demo = await setUp(steps, options, showMessage);
	print(await runOnce(steps, demo));
	if (options.once) {
		await stop(0);
		return;
	}
	print(`
The editor is open: ${demo.n8n.url}/workflow/${demo.workflowId}
  log in with ${demo.n8n.email} / ${demo.n8n.password}
The simulated Intezer: ${demo.simulator.url} (API key ${demo.simulator.apiKey})

The workflow "${demo.alert.name}" is published. Escalate a case in another terminal.
Within a minute, the message to the on-call analyst is shown here:
  ${escalateCommand(demo.simulator.url)}
  executions: ${demo.n8n.url}/workflow/${demo.alert.id}/executions

Press Ctrl-C to stop everything.
`);
	await demo.n8n.ended;
	throw new HostError('n8n has ended unexpectedly. Start again with npm start.');
}

function escalateCommand(simulatorUrl: string): string {
	const isDefault = new URL(simulatorUrl).port === String(DEFAULT_PORT);
	return isDefault ? 'npm run escalate' : `npm run escalate -- ${simulatorUrl}`;
}

/** Shows a message like a chat: the workflow escapes HTML, as Slack requires. */
function showMessage(text: string): void {
	steps.endLine();
	const unescaped = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
	for (const line of unescaped.split('\n')) print(`On-call │ ${printable(line)}\n`);
}

/** Shuts n8n down. Other child processes and folders are removed when this process exits. */
async function stop(exitCode: number): Promise<void> {
	isStopping = true;
	await demo?.n8n.stop();
	process.exit(exitCode);
}

async function fail(error: unknown): Promise<void> {
	// An error after stop() is a consequence of stopping.
	if (isStopping) return;
	steps.endLine();
	const isBug = !(error instanceof HostError || error instanceof UsageError);
	const message = isBug && error instanceof Error ? error.stack : messageOf(error);
	process.stderr.write(`${message ?? ''}\n`);
	await stop(error instanceof UsageError ? 2 : 1);
}
