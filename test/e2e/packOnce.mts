// Runs once before all e2e tests: they share one package and one n8n in the cache.
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { packPackage } from '../../tools/n8nHost/package.mts';
import { TARBALL_VARIABLE } from './tarball.mts';

export default async function packOnce(): Promise<void> {
	await ensureN8n(undefined, (line) => {
		console.log(line);
	});
	process.env[TARBALL_VARIABLE] = await packPackage();
}
