import { parseArgs } from 'node:util';
import { settingOptions, settingsHelp, settingsOf, UsageError } from './options.mts';
import { readProfile } from './profileFile.mts';
import { DEFAULT_PORT, DEMO_API_KEY, startSimulator, type Simulator } from './simulator.mts';

const HELP = `A simulator of the Intezer API. Nothing in it is real.

npm run simulator -- [options]

  --port <number>               port on 127.0.0.1, 0 for any free one (${DEFAULT_PORT})
  --cases <number>              number of generated cases (300)
  --seed <number>               seed of the generated cases: another seed, other cases
  --api-key <key>               the key to accept (${DEMO_API_KEY})
  --profile <file>              imitate the deployment of a profile that npm run probe wrote
  --help                        this text

To imitate a deployment, also on top of a profile:

${settingsHelp()}`;

async function main(): Promise<void> {
	const given = readOptions();
	if (given.help) {
		process.stdout.write(HELP);
		return;
	}
	const port = wholeNumber('--port', given.port, 0, 65_535) ?? DEFAULT_PORT;
	const profile = given.profile === undefined ? undefined : readProfile(given.profile);
	const cases = wholeNumber('--cases', given.cases, 0, 1_000_000) ?? profile?.cases;
	const seed = wholeNumber('--seed', given.seed, 0, 2 ** 32 - 1);
	const apiKey = given['api-key'] ?? DEMO_API_KEY;
	if (apiKey === '') throw new UsageError('--api-key must not be empty.');

	const settings = { ...profile?.settings, ...settingsOf(given) };
	const simulator = await startSimulator({ port, cases, seed, apiKeys: [apiKey], settings });
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
	process.stdout.write(introduction(simulator));
}

function readOptions() {
	const text = { type: 'string' } as const;
	try {
		return parseArgs({
			options: {
				...settingOptions,
				port: text,
				cases: text,
				seed: text,
				'api-key': text,
				profile: text,
				help: { type: 'boolean', short: 'h' },
			},
		}).values;
	} catch (error) {
		throw new UsageError(error instanceof Error ? error.message : String(error));
	}
}

function wholeNumber(
	option: string,
	text: string | undefined,
	least: number,
	most: number,
): number | undefined {
	if (text === undefined) return undefined;
	const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
	if (value >= least && value <= most) return value;
	throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not "${text}".`);
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
