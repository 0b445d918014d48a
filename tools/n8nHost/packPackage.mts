import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './folders.mts';
import { HostError } from './hostError.mts';
import { npm } from './npm.mts';

const cwd = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Builds dist/ and packs the package as it would be published. Returns the path of the tarball, in a
 * temporary folder that is removed when this process exits. Don't run it in parallel: there is only one dist/.
 */
export async function packPackage(): Promise<string> {
	const { path: folder } = await temporaryFolder('n8n-nodes-intezer-package-');
	const log = join(folder, 'npm.log');
	await npm('build the package', ['run', 'build'], { cwd, log });
	await npm('pack the package', ['pack', '--ignore-scripts', '--pack-destination', folder], {
		cwd,
		log,
	});
	const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
	if (tarball === undefined) throw new HostError(`npm packed nothing; see ${log}`);
	return join(folder, tarball);
}
