import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HostError } from './hostError.mts';
import { lastLines, startJob, type JobOptions } from './job.mts';

/**
 * Runs npm. `task` completes the error message "npm could not <task>".
 * Fails with a HostError that shows the end of npm's output.
 */
export async function npm(
	task: string,
	args: readonly string[],
	options: Omit<JobOptions, 'env'> & { readonly env?: NodeJS.ProcessEnv },
): Promise<void> {
	const job = startJob(process.execPath, [npmScript(), ...args], {
		...options,
		env: { ...process.env, ...options.env },
	});
	const { exitCode, output } = await job.finished;
	if (exitCode !== 0) {
		throw new HostError(`npm could not ${task}. The end of its output:\n${lastLines(output)}`);
	}
}

/** npm's script: from npm_execpath, which npm sets for the scripts it runs, or from Node's installation. */
function npmScript(): string {
	const script = join('npm', 'bin', 'npm-cli.js');
	const folder = dirname(process.execPath);
	const candidates = [
		process.env['npm_execpath'] ?? '',
		join(folder, '..', 'lib', 'node_modules', script),
		join(folder, 'node_modules', script),
	];
	const found = candidates.find((path) => path.endsWith(script) && existsSync(path));
	if (found === undefined) throw new HostError('Cannot find npm; run this with an npm script.');
	return found;
}
