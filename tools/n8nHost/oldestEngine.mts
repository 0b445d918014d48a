import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce } from './buildOnce.mts';
import { cacheFolder } from './folders.mts';
import { npm } from './npm.mts';

/**
 * The oldest version of n8n with an engine that has what the package uses. Older ones refuse to open a workflow in
 * which an expression stands in place of the Alert Identifiers.
 */
export const OLDEST_VERSION = '1.107';

/** The versions that make up the engine of n8n 1.107. */
const DEPENDENCIES = { 'n8n-core': '1.106.2', 'n8n-workflow': '1.104.1' };

/** A folder with node_modules of the oldest engine, from the cache; fetched if necessary, which takes a minute. */
export async function oldestEngine(): Promise<string> {
	const folder = join(cacheFolder(), `engine-${DEPENDENCIES['n8n-core']}`);
	const log = `${folder}.log`;
	await buildOnce(
		folder,
		async (building) => {
			await writeFile(
				join(building, 'package.json'),
				JSON.stringify({ name: 'n8n-engine', private: true, dependencies: DEPENDENCIES }),
			);
			await npm(
				`install the engine of n8n ${OLDEST_VERSION}`,
				['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'],
				{ cwd: building, log },
			);
		},
		() => {
			process.stdout.write(`Waiting for another process that fetches the engine into ${folder}\n`);
		},
	);
	return folder;
}
