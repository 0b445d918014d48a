import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { apiRoot, REGIONS, UsageError } from './address.mts';
import { realClock } from './clock.mts';
import { probe } from './probe.mts';
import { profileOf } from './profile.mts';
import { reportOf } from './report.mts';

const KEY = 'INTEZER_ANALYZE_API_KEY';
const DEFAULT_FILE = 'intezer-profile.json';
const DEFAULT_PACE = 5;

const HELP = `Learns from your Intezer what its documentation leaves open: how far an offset may go, how long a
request may be, and more. It only reads. It prints a report and writes a profile, both without case data,
ids or names. It sends at most 90 requests, one every ${DEFAULT_PACE} seconds.

${KEY}=<key> npm run probe -- [options]

  --region <region>   ${REGIONS.join(' or ')} (global)
  --base-url <url>    the address of an on-premises Intezer, instead of a region
  --output <file>     where to write the profile (${DEFAULT_FILE})
  --pace <seconds>    time between two requests, 1 or more (${DEFAULT_PACE}); at less than 5,
                      a small quota may be exceeded
  --help              this text

npm run simulator -- --profile <file> imitates what was found.
`;

async function main(): Promise<number> {
	const given = readOptions();
	if (given.help) {
		process.stdout.write(HELP);
		return 0;
	}
	const root = apiRoot(given.region ?? 'global', given['base-url']);
	const apiKey = process.env[KEY] ?? '';
	if (apiKey === '') throw new UsageError(`Set ${KEY} to the API key.`);
	const result = await probe({
		root,
		apiKey,
		clock: realClock,
		paceMs: paceOf(given.pace) * 1000,
		onProgress: (requests) => {
			process.stderr.write(`${requests} requests so far …\n`);
		},
	});
	process.stdout.write(`\n${reportOf(result)}`);
	// If no search was answered or refused, there is nothing to imitate.
	if (result.cases !== undefined || Object.keys(result.settings).length > 0) {
		const file = given.output ?? DEFAULT_FILE;
		writeFileSync(file, `${JSON.stringify(profileOf(result), undefined, 2)}\n`);
		process.stdout.write(`Profile written to ${file}.\n`);
	}
	return result.stopped === undefined ? 0 : 1;
}

function readOptions() {
	const text = { type: 'string' } as const;
	try {
		return parseArgs({
			options: {
				region: text,
				'base-url': text,
				output: text,
				pace: text,
				help: { type: 'boolean', short: 'h' },
			},
		}).values;
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(reason.replace(/\.?$/, '.'));
	}
}

function paceOf(text: string | undefined): number {
	if (text === undefined) return DEFAULT_PACE;
	const seconds = Number(text);
	if (seconds >= 1 && seconds <= 600) return seconds;
	throw new UsageError(`--pace must be a number from 1 to 600, not "${text}".`);
}

try {
	process.exitCode = await main();
} catch (error) {
	if (!(error instanceof UsageError)) throw error;
	process.stderr.write(`${error.message} --help lists the options.\n`);
	process.exitCode = 2;
}
