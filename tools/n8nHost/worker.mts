import { readFile } from 'node:fs/promises';
import type { Job, JobResult } from './job.mts';
import { lastMessages, logMessages } from './n8nLog.mts';
import { untilReady } from './readiness.mts';

/** A started worker of an n8n in queue mode. */
export interface RunningWorker {
	/** Settles when the worker has ended for any reason. */
	readonly ended: Promise<JobResult>;
	/** The IDs of the executions that it took from the queue, in order. */
	startedExecutions(): Promise<string[]>;
	/** Shuts the worker down gracefully. */
	stop(): Promise<void>;
	/** Kills the worker and its children, as in a crash. */
	kill(): Promise<void>;
}

/** Waits until a worker takes executions from the queue. Fails with a HostError if it ends first, or after `timeoutMs`. */
export async function untilWorking(
	job: Job,
	log: string,
	timeoutMs: number,
): Promise<RunningWorker> {
	await untilReady(job, {
		name: "n8n's worker",
		isReady: async () =>
			(await messages(log)).some((message) => message.includes('worker is now ready')),
		timeoutMs,
		excerpt: lastMessages,
	});
	return {
		ended: job.finished,
		startedExecutions: async () =>
			(await messages(log)).flatMap((message) => {
				const id = /^Worker started execution (\d+) /.exec(message)?.[1];
				return id === undefined ? [] : [id];
			}),
		stop: async () => {
			job.terminate();
			await job.finished;
		},
		kill: async () => {
			job.kill();
			await job.finished;
		},
	};
}

async function messages(log: string): Promise<string[]> {
	return logMessages(await readFile(log, 'utf8'));
}
