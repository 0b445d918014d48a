// Runs once before the tests that need them: they share one package and one n8n in the cache.
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { packPackage } from '../../tools/n8nHost/packPackage.mts';
import { TARBALL_VARIABLE } from './tarball.mts';

export default async function packOnce(): Promise<void> {
	await ensureN8n(undefined, (line) => {
		console.log(line);
	});
	await packed();
}

/** The package alone, for tests that need no n8n; packed once for all projects of a run. */
export async function packed(): Promise<void> {
	process.env[TARBALL_VARIABLE] ??= await packPackage();
}
