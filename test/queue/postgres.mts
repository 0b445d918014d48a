import { randomBytes } from 'node:crypto';
import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inheritedEnvironment } from '../../tools/n8nHost/environment.mts';
import { HostError } from '../../tools/n8nHost/hostError.mts';
import { lastLines, startJob } from '../../tools/n8nHost/job.mts';
import { freePort } from '../../tools/n8nHost/ports.mts';
import { untilListening, type LocalServer } from './redis.mts';
import { postgresUser, type Servers } from './servers.mts';

const USER = 'n8n';

/** Starts a PostgreSQL with a new, empty database, all in `folder`. */
export async function startPostgres(servers: Servers, folder: string): Promise<LocalServer> {
	const user = postgresUser();
	if (user !== undefined) await chown(folder, user.uid, user.gid);
	const password = randomBytes(12).toString('hex');
	const passwordFile = join(folder, 'password');
	await writeFile(passwordFile, password, { mode: 0o600 });
	if (user !== undefined) await chown(passwordFile, user.uid, user.gid);

	const data = join(folder, 'data');
	const options = { cwd: folder, user, env: { ...inheritedEnvironment(), LC_ALL: 'C' } };
	const setUp = startJob(
		servers.initdb,
		[
			`--pgdata=${data}`,
			`--username=${USER}`,
			`--pwfile=${passwordFile}`,
			'--auth=scram-sha-256',
			'--encoding=UTF8',
			'--no-locale',
			'--no-sync',
		],
		{ ...options, log: join(folder, 'initdb.log') },
	);
	const { exitCode, output } = await setUp.finished;
	if (exitCode !== 0) throw new HostError(`PostgreSQL made no database:\n${lastLines(output)}`);

	const port = await freePort();
	const settings = {
		port: String(port),
		listen_addresses: '127.0.0.1',
		unix_socket_directories: '',
		// A database that only a test uses need not survive a power cut.
		fsync: 'off',
		synchronous_commit: 'off',
		full_page_writes: 'off',
	};
	const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
	const job = startJob(servers.postgres, ['-D', data, ...args], {
		...options,
		log: join(folder, 'postgres.log'),
	});
	await untilListening('PostgreSQL', job, port);
	return {
		settings: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: password,
		},
		stop: async () => {
			job.terminate();
			await job.finished;
		},
	};
}
