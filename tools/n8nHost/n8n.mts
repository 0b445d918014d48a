import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildOnce } from './buildOnce.mts';
import { inheritedEnvironment } from './environment.mts';
import { cacheFolder } from './folders.mts';
import { HostError, messageOf } from './hostError.mts';
import { lastLines, startJob, type Job, type JobOptions } from './job.mts';
import { parsedObject, record, text } from './looseJson.mts';
import { npm } from './npm.mts';

/** One version of n8n in the cache, with the Node that runs it. */
export interface N8nInstall {
	readonly version: string;
	/** Runs n8n's command line, e.g. `['execute', '--id', 'x']`, with this environment only. */
	run(args: readonly string[], env: NodeJS.ProcessEnv, log: string): Job;
}

export const DEFAULT_VERSION = '2.41.1';

/** The versions that the package is tested with: 2.x and the maintained 1.x. */
export const TESTED_VERSIONS = [DEFAULT_VERSION, '1.123.81'] as const;

/** The version in N8N_VERSION, or the default. */
export function chosenVersion(): string {
	return process.env['N8N_VERSION'] ?? DEFAULT_VERSION;
}

/** The major version of Node that runs n8n: n8n's native modules are published for it. */
export const NODE_VERSION = '24';

/** By n8n's major version: dependencies that npm can no longer install in the version that n8n requires. */
const OVERRIDES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	'1': { xlsx: '0.18.5' },
};

/**
 * Returns this version of n8n from the cache, after fetching it if necessary, which takes minutes and 3 GB.
 * `progress` gets a line for each long step. Fails with a HostError that names the log file.
 */
export async function ensureN8n(
	version: string = chosenVersion(),
	progress: (line: string) => void = () => undefined,
): Promise<N8nInstall> {
	const name = `n8n-${version}-${process.platform}-${process.arch}`;
	const folder = join(cacheFolder(), name);
	const log = `${folder}.log`;
	await buildOnce(
		folder,
		async (building) => {
			try {
				await fetchN8n(version, { cwd: building, log }, progress);
			} catch (error) {
				throw new HostError(`${messageOf(error)}\nFull log: ${log}`, { cause: error });
			}
		},
		() => {
			progress(`Waiting for another process that fetches n8n ${version} into ${folder}`);
		},
	);
	const node = await nodeBinary(folder);
	const script = join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
	return {
		version,
		run: (args, env, runLog) =>
			// Without the flag isolated-vm, which n8n uses for expressions, crashes at exit.
			startJob(node, ['--no-node-snapshot', script, ...args], { cwd: folder, env, log: runLog }),
	};
}

async function fetchN8n(
	version: string,
	options: Pick<JobOptions, 'cwd' | 'log'>,
	progress: (line: string) => void,
): Promise<void> {
	const { cwd, log } = options;
	await rm(log, { force: true });
	await writeFile(
		join(cwd, 'package.json'),
		JSON.stringify({
			name: 'n8n-host',
			private: true,
			dependencies: { n8n: version, [nodePackage()]: NODE_VERSION },
			overrides: OVERRIDES[version.split('.')[0] ?? ''],
		}),
	);

	progress(`Fetching n8n ${version} and Node ${NODE_VERSION} (once; about 5 minutes, 3 GB)`);
	// The only install script that n8n needs is that of its database driver.
	await npm(
		`install n8n ${version}`,
		[
			'install',
			'--prefix',
			cwd,
			'--ignore-scripts',
			'--no-package-lock',
			'--no-audit',
			'--no-fund',
		],
		options,
	);

	progress('Building its database driver, sqlite3 (once; about a minute without a ready-made one)');
	await npm(
		`build n8n's database driver sqlite3, which takes access to GitHub, or Python, make and a C++ compiler`,
		['rebuild', 'sqlite3', '--prefix', cwd, '--ignore-scripts=false', '--foreground-scripts'],
		{ ...options, env: { ...headers(cwd), npm_config_jobs: 'max', JOBS: 'max' } },
	);

	const node = await nodeBinary(cwd);
	const check = startJob(node, ['--eval', "require('sqlite3')"], {
		...options,
		env: inheritedEnvironment(),
	});
	const { exitCode, output } = await check.finished;
	if (exitCode !== 0) {
		throw new HostError(`n8n ${version} does not run here:\n${lastLines(output)}`);
	}
}

/** The npm package with Node for this platform. */
function nodePackage(): string {
	const platform = process.platform === 'win32' ? 'win' : process.platform;
	const prefix = platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
	return [prefix, platform, process.arch].join('-');
}

async function nodeBinary(folder: string): Promise<string> {
	const root = join(folder, 'node_modules', nodePackage());
	const manifest = parsedObject(await readFile(join(root, 'package.json'), 'utf8'));
	return join(root, text(record(manifest?.['bin'])['node']) ?? 'bin/node');
}

/** Lets node-gyp use the headers of that Node, instead of downloading them. */
function headers(folder: string): NodeJS.ProcessEnv {
	const root = join(folder, 'node_modules', nodePackage());
	return existsSync(join(root, 'include', 'node')) ? { npm_config_nodedir: root } : {};
}
