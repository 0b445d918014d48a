import { parseArgs } from 'node:util';

export const HELP = `Measures the node and its alternatives against a simulated Intezer.

npm run bench -- [options]

  --quick  small histories, each measured once, to check that the benchmark works; writes no files
  --help   this text

Without --quick it takes about twenty minutes on a quiet machine, and writes docs/benchmark.md and
docs/benchmark.svg. The first run fetches n8n.
`;

export interface BenchOptions {
	readonly quick: boolean;
	readonly help: boolean;
}

/** The command line is invalid; the message says why. */
export class UsageError extends Error {}

/** Reads the command line. Fails with a UsageError. */
export function readOptions(args: readonly string[]): BenchOptions {
	try {
		const { values } = parseArgs({
			args: [...args],
			options: { quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
		});
		return { quick: values.quick ?? false, help: values.help ?? false };
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(`${reason.replace(/\.?$/, '.')} --help lists the options.`);
	}
}
