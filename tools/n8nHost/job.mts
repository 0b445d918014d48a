import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { atExit } from './atExit.mts';

/** How a child process ended. `exitCode` is null when a signal ended it. */
export interface JobResult {
	readonly exitCode: number | null;
	/** The content of its log. */
	readonly output: string;
}

/** A child process. Its own children are killed when it ends. */
export interface Job {
	/** Rejects only if the program could not be started. */
	readonly finished: Promise<JobResult>;
	/** Sends SIGTERM to the process. */
	terminate(): void;
	/** Kills the process and its children. */
	kill(): void;
}

export interface JobOptions {
	readonly cwd: string;
	/** The complete environment: nothing is inherited. */
	readonly env: NodeJS.ProcessEnv;
	/** The file to which the output is appended. */
	readonly log: string;
	/** The user that it runs as; only root may choose one. Default: the user of this process. */
	readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

const isWindows = process.platform === 'win32';

/** Starts a program. It and its children are killed when this process exits. */
export function startJob(file: string, args: readonly string[], options: JobOptions): Job {
	// Output goes directly to a file: no pipe to read, and the log survives this process.
	const log = openSync(options.log, 'a');
	const child = spawn(file, args, {
		cwd: options.cwd,
		env: options.env,
		stdio: ['ignore', log, log],
		// A process group of its own: Ctrl-C in the terminal reaches this process only, and kill() reaches the whole group.
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
		// The group has ended already.
	}
}

/** The last lines of an output, indented, to append to an error message. */
export function lastLines(output: string, count = 15): string {
	return output
		.trimEnd()
		.split('\n')
		.slice(-count)
		.map((line) => `    ${line}`)
		.join('\n');
}
