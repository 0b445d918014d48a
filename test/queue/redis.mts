import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { inheritedEnvironment } from '../../tools/n8nHost/environment.mts';
import { lastLines, startJob, type Job } from '../../tools/n8nHost/job.mts';
import { freePort } from '../../tools/n8nHost/ports.mts';
import { untilReady } from '../../tools/n8nHost/readiness.mts';

/** A server that was started for a test, on 127.0.0.1. */
export interface LocalServer {
	/** The environment variables with which n8n uses it. */
	readonly settings: Readonly<Record<string, string>>;
	stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

/** Starts a Redis that writes only its log to the disk, in `folder`. */
export async function startRedis(redisServer: string, folder: string): Promise<LocalServer> {
	const port = await freePort();
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

/** Waits until a server accepts connections. Fails with a HostError if it ends, or does not respond for a minute. */
export async function untilListening(name: string, job: Job, port: number): Promise<void> {
	await untilReady(job, {
		name,
		isReady: () => takesConnections(port),
		timeoutMs: START_TIMEOUT_MS,
		excerpt: lastLines,
	});
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
