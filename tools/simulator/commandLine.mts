import { parseArgs } from 'node:util';
import { settingOptions, settingsHelp, settingsOf, UsageError } from './options.mts';
import { readProfile } from './profileFile.mts';
import { DEFAULT_PORT, DEMO_API_KEY, type SimulatorOptions } from './simulator.mts';

export const HELP = `A simulator of the Intezer API. Nothing in it is real.

npm run simulator -- [options]

  --port <number>               port on 127.0.0.1, 0 for any free one (${DEFAULT_PORT})
  --cases <number>              number of generated cases (300)
  --seed <number>               seed of the generated cases: another seed, other cases
  --api-key <key>               the key to accept (${DEMO_API_KEY})
  --profile <file>              imitate the deployment of a profile that npm run probe wrote
  --help                        this text

To imitate a deployment, also on top of a profile:

${settingsHelp()}`;

/** What `npm run simulator -- <args>` asks for. @throws UsageError */
export function readCommandLine(args: readonly string[]): SimulatorOptions | 'help' {
	const given = parse(args);
	if (given.help === true) return 'help';
	const port = wholeNumber('--port', given.port, 0, 65_535) ?? DEFAULT_PORT;
	const profile = given.profile === undefined ? undefined : readProfile(given.profile);
	const cases = wholeNumber('--cases', given.cases, 0, 1_000_000) ?? profile?.cases;
	const seed = wholeNumber('--seed', given.seed, 0, 2 ** 32 - 1);
	const apiKey = given['api-key'] ?? DEMO_API_KEY;
	if (apiKey === '') throw new UsageError('--api-key must not be empty.');

	const settings = { ...profile?.settings, ...settingsOf(given) };
	return { port, cases, seed, apiKeys: [apiKey], settings };
}

function parse(args: readonly string[]) {
	const text = { type: 'string' } as const;
	try {
		return parseArgs({
			args: [...args],
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
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(reason.replace(/\.?$/, '.'));
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
