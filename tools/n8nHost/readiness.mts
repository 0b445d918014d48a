import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from './hostError.mts';
import type { Job, JobResult } from './job.mts';

/** How to tell that a program is ready, and how to describe its failure. */
export interface Readiness {
	/** The program's name in an error message, e.g. "Redis". */
	readonly name: string;
	readonly isReady: () => Promise<boolean>;
	readonly timeoutMs: number;
	/** Picks the part of the program's output to show in an error message. */
	readonly excerpt: (output: string) => string;
}

const POLL_MS = 100;

/** Waits until a started program is ready. Fails with a HostError if it ends first, or after `timeoutMs`. */
export async function untilReady(job: Job, readiness: Readiness): Promise<void> {
	const { name, isReady, timeoutMs, excerpt } = readiness;
	let result: JobResult | undefined;
	const ended = job.finished.then((value) => {
		result = value;
	});
	const deadline = Date.now() + timeoutMs;
	while (!(await isReady())) {
		if (result !== undefined) {
			throw new HostError(`${name} did not start:\n${excerpt(result.output)}`);
		}
		if (Date.now() > deadline) {
			job.kill();
			const { output } = await job.finished;
			throw new HostError(
				`${name} did not start within ${timeoutMs / 1000} seconds:\n${excerpt(output)}`,
			);
		}
		await Promise.race([ended, sleep(POLL_MS)]);
	}
}
