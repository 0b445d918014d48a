import { randomBytes } from 'node:crypto';
import { temporaryFolder } from '../../tools/n8nHost/folders.mts';
import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import type { N8nInstall } from '../../tools/n8nHost/n8n.mts';
import { startPostgres } from './postgres.mts';
import { startRedis, type LocalServer } from './redis.mts';
import { findServers } from './servers.mts';

/** The instances of an n8n in queue mode, which share a Redis, a PostgreSQL and the key of the credentials. */
export interface QueueHost {
	/** For the process that takes webhooks, polls, and shows the editor. */
	readonly main: N8nInstance;
	/** For a worker each. Every one has a user folder of its own, as on a machine of its own. */
	readonly workers: readonly N8nInstance[];
}

/**
 * Starts Redis and PostgreSQL, and installs our package for one main process and this many workers. `atEnd` gets, in the order in
 * which they came up, how to stop and remove them.
 */
export async function createQueueHost(
	install: N8nInstall,
	tarball: string,
	workerCount: number,
	atEnd: (cleanUp: () => Promise<void>) => void,
): Promise<QueueHost> {
	const servers = findServers();
	const newFolder = async (prefix: string): Promise<string> => {
		const folder = await temporaryFolder(prefix);
		atEnd(() => folder.remove());
		return folder.path;
	};
	const redis = await startRedis(servers.redisServer, await newFolder('redis-'));
	atEnd(() => redis.stop());
	const postgres = await startPostgres(servers, await newFolder('postgres-'));
	atEnd(() => postgres.stop());

	const settings = {
		...queueSettings([redis, postgres]),
		// All of them must be able to read the credentials.
		N8N_ENCRYPTION_KEY: randomBytes(16).toString('hex'),
	};
	const newInstance = async (): Promise<N8nInstance> => {
		const instance = await createInstance(install, tarball, settings);
		atEnd(() => instance.remove());
		return instance;
	};
	const main = await newInstance();
	const workers: N8nInstance[] = [];
	while (workers.length < workerCount) workers.push(await newInstance());
	return { main, workers };
}

function queueSettings(servers: readonly LocalServer[]): Record<string, string> {
	return Object.assign(
		{
			EXECUTIONS_MODE: 'queue',
			// n8n notices a killed worker after half a minute; its default is a whole minute.
			QUEUE_WORKER_LOCK_DURATION: '30000',
			QUEUE_WORKER_LOCK_RENEW_TIME: '5000',
			QUEUE_WORKER_STALLED_INTERVAL: '5000',
			// The main process stores each started execution: with n8n's default of two connections, they queue up.
			DB_POSTGRESDB_POOL_SIZE: '10',
			N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '10',
		},
		...servers.map(({ settings }) => settings),
	) as Record<string, string>;
}
