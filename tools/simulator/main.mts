import { HELP, readCommandLine } from './commandLine.mts';
import { UsageError } from './options.mts';
import { startSimulator, type Simulator } from './simulator.mts';

async function main(): Promise<void> {
	const options = readCommandLine(process.argv.slice(2));
	if (options === 'help') {
		process.stdout.write(HELP);
		return;
	}
	const simulator = await startSimulator(options);
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
	process.stdout.write(introduction(simulator));
}

function introduction({ url, apiKey, cases }: Simulator): string {
	return `A simulated Intezer with ${cases.size} cases is running at ${url}/api/v2-0
API key: ${apiKey}

To get a token:
  curl -s ${url}/api/v2-0/get-access-token -H 'Content-Type: application/json' -d '{"api_key": "${apiKey}"}'

To change cases and alerts, or simulate failures, see ${url}/_simulator
Ctrl-C stops it.
`;
}

function explain(error: unknown): { message: string; exitCode: number } {
	if (error instanceof UsageError) {
		return { message: `${error.message} --help lists the options.`, exitCode: 2 };
	}
	if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
		const port = 'port' in error ? ` ${String(error.port)}` : '';
		const message = `Port${port} is in use: choose another with --port, or 0 for any free one.`;
		return { message, exitCode: 1 };
	}
	return { message: error instanceof Error ? error.message : String(error), exitCode: 1 };
}

try {
	await main();
} catch (error) {
	const { message, exitCode } = explain(error);
	process.stderr.write(`${message}\n`);
	process.exit(exitCode);
}
