import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryFolder, type TemporaryFolder } from '../../tools/n8nHost/folders.mts';
import { findServers } from './servers.mts';

let folder: TemporaryFolder;
beforeAll(async () => {
	folder = await temporaryFolder('servers-');
});
afterAll(() => folder.remove());

/** Makes a program of each name, in a folder of this name. */
async function programs(name: string, ...names: string[]): Promise<string> {
	const path = join(folder.path, name);
	await mkdir(path, { recursive: true });
	for (const each of names) await writeFile(join(path, each), '', { mode: 0o700 });
	return path;
}

const INSTALL = 'not found here: install with "apt-get install redis-server postgresql".';

test('what is missing is named in one sentence that says how to install it', async () => {
	const nothing = await programs('nothing');
	expect(() => findServers(nothing, nothing)).toThrow(
		`Queue mode needs Redis (redis-server) and PostgreSQL, ${INSTALL}`,
	);
	const redis = await programs('redis', 'redis-server');
	expect(() => findServers(redis, nothing)).toThrow(`Queue mode needs PostgreSQL, ${INSTALL}`);
	const postgresql = await programs('postgresql', 'initdb', 'postgres');
	expect(() => findServers(postgresql, nothing)).toThrow(
		`Queue mode needs Redis (redis-server), ${INSTALL}`,
	);
});

test('of several versions of PostgreSQL the newest is taken', async () => {
	const redis = await programs('redis', 'redis-server');
	await programs(join('debian', '9', 'bin'), 'initdb', 'postgres');
	const newest = await programs(join('debian', '15', 'bin'), 'initdb', 'postgres');
	expect(findServers(redis, join(folder.path, 'debian')).postgres).toBe(join(newest, 'postgres'));
});
