// What `npm run test:oldest` runs: the engine tests on the oldest engine that the package supports.
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { OLDEST_VERSION, oldestEngine } from '../../tools/n8nHost/oldestEngine.mts';

const root = fileURLToPath(new URL('../../', import.meta.url));

process.stdout.write(`The engine tests on the engine of n8n ${OLDEST_VERSION}\n`);
const folder = await oldestEngine();
await execa('npm', ['run', 'build'], { cwd: root, stdio: ['inherit', 'ignore', 'inherit'] });
// The package loads n8n-workflow from the folder that it lies in.
const dist = join(folder, 'dist');
await rm(dist, { recursive: true, force: true });
await cp(join(root, 'dist'), dist, { recursive: true });
const { exitCode } = await execa('npm', ['run', 'jest', '--', 'engine', '--maxWorkers', '3'], {
	cwd: root,
	env: { N8N_ENGINE_FOLDER: folder },
	stdio: 'inherit',
	reject: false,
});
process.exitCode = exitCode ?? 1;
