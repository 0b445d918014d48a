import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { inheritedEnvironment } from '../host/environment.mts';
import { HostError } from '../host/hostError.mts';
import { lastLines, startJob, type Job, type JobResult } from '../host/job.mts';

/** A server that was started for a test, on 127.0.0.1. */
export interface LocalServer {
	/** What n8n's environment must say to use it. */
	readonly settings: Readonly<Record<string, string>>;
	stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

/** Starts a Redis that keeps nothing on the disk but its log, in `folder`. */
export async function startRedis(redisServer: string, folder: string): Promise<LocalServer> {
	const port = await getPort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const job = startJob(redisServer, args, {
		cwd: folder,
		env: inheritedEnvironment(),
		log: join(folder, 'redis.log'),
	});
	await untilListening('Redis', job, port);
	return {
		settings: { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) },
		stop: async () => {
			job.terminate();
			await job.finished;
		},
	};
}

/** Waits until a server takes connections. Fails with a HostError if it ends, or is silent for a minute. */
export async function untilListening(name: string, job: Job, port: number): Promise<void> {
	let result: JobResult | undefined;
	const ended = job.finished.then((value) => {
		result = value;
	});
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await takesConnections(port))) {
		if (result !== undefined || Date.now() > deadline) {
			job.kill();
			const { output } = await job.finished;
			throw new HostError(`${name} did not start:\n${lastLines(output)}`);
		}
		await Promise.race([ended, sleep(POLL_MS)]);
	}
}

async function takesConnections(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
