import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostError } from '../../tools/n8nHost/hostError.mts';

/** The programs that queue mode needs in addition to n8n, by path. */
export interface Servers {
	readonly redisServer: string;
	readonly initdb: string;
	readonly postgres: string;
}

/** Where Debian's packages put PostgreSQL: not on the PATH, because several versions may be installed. */
const DEBIAN_POSTGRESQL = '/usr/lib/postgresql';

/** Finds the programs. Fails with a HostError of one sentence that names what is missing, and how to install it. */
export function findServers(
	path = process.env['PATH'] ?? '',
	postgresqlFolder = DEBIAN_POSTGRESQL,
): Servers {
	const folders = path.split(delimiter).filter((folder) => folder !== '');
	const redisServer = findProgram('redis-server', folders);
	const postgresqlFolders = [...versions(postgresqlFolder), ...folders];
	const initdb = findProgram('initdb', postgresqlFolders);
	const postgres = findProgram('postgres', postgresqlFolders);

	const missing: string[] = [];
	if (redisServer === undefined) missing.push('Redis (redis-server)');
	if (initdb === undefined || postgres === undefined) missing.push('PostgreSQL');
	if (redisServer === undefined || initdb === undefined || postgres === undefined) {
		throw new HostError(
			`Queue mode needs ${missing.join(' and ')}, not found here: install with "apt-get install redis-server postgresql".`,
		);
	}
	return { redisServer, initdb, postgres };
}

/** PostgreSQL refuses to run as root: then it runs as the user of Debian's package, otherwise as the current user. */
export function postgresUser(): { readonly uid: number; readonly gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const [uid, gid] = ['-u', '-g'].map((flag) =>
		Number.parseInt(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout, 10),
	);
	if (uid === undefined || gid === undefined || Number.isNaN(uid) || Number.isNaN(gid)) {
		throw new HostError(
			'PostgreSQL does not run as root, and there is no user "postgres": install with "apt-get install postgresql", or run as another user.',
		);
	}
	return { uid, gid };
}

/** The folders of programs of the installed versions, the newest first. */
function versions(folder: string): string[] {
	try {
		return readdirSync(folder)
			.sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
			.map((version) => join(folder, version, 'bin'));
	} catch {
		// Debian's package is not installed.
		return [];
	}
}

function findProgram(name: string, folders: readonly string[]): string | undefined {
	return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
