import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { atExit } from './atExit.mts';

/** How a child process ended. `exitCode` is null when a signal ended it. */
export interface JobResult {
	readonly exitCode: number | null;
	/** All that its log holds. */
	readonly output: string;
}

/** A child process with all its own children, which end with it. */
export interface Job {
	/** Fails only when the program could not be started. */
	readonly finished: Promise<JobResult>;
	/** Asks the process to stop. */
	terminate(): void;
	/** Ends the process and its children at once. */
	kill(): void;
}

export interface JobOptions {
	readonly cwd: string;
	/** The whole environment: nothing else is inherited. */
	readonly env: NodeJS.ProcessEnv;
	/** The file that gets the output; appended to. */
	readonly log: string;
	/** Who it runs as; only root may choose. Default: whoever runs this process. */
	readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

const isWindows = process.platform === 'win32';

/** Starts a program. It and its children are killed when this process exits. */
export function startJob(file: string, args: readonly string[], options: JobOptions): Job {
	// Output goes straight to a file: nothing to drain, and it is there whatever happens to us.
	const log = openSync(options.log, 'a');
	const child = spawn(file, args, {
		cwd: options.cwd,
		env: options.env,
		stdio: ['ignore', log, log],
		// A process group of its own: Ctrl-C in the terminal reaches us alone, and kill() all of it.
		detached: !isWindows,
		...options.user,
	});
	closeSync(log);

	const kill = (): void => {
		if (child.pid !== undefined) killTree(child.pid);
	};
	const cancel = atExit(kill);

	const finish = async (): Promise<JobResult> => {
		try {
			await once(child, 'exit');
			kill();
		} finally {
			cancel();
		}
		return { exitCode: child.exitCode, output: await readFile(options.log, 'utf8') };
	};

	return {
		finished: finish(),
		terminate: () => {
			child.kill('SIGTERM');
		},
		kill,
	};
}

function killTree(leader: number): void {
	if (isWindows) {
		spawnSync('taskkill', ['/pid', String(leader), '/T', '/F']);
		return;
	}
	try {
		process.kill(-leader, 'SIGKILL');
	} catch {
		// Nothing of the group is left.
	}
}

/** The last lines of an output, indented, to stand below an error's sentence. */
export function lastLines(output: string, count = 15): string {
	return output
		.trimEnd()
		.split('\n')
		.slice(-count)
		.map((line) => `    ${line}`)
		.join('\n');
}
