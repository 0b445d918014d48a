import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { temporaryFolder } from '../../tools/n8nHost/folders.mts';
import { packPackage } from '../../tools/n8nHost/package.mts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let folder: { path: string; remove(): Promise<void> };
/** The package as n8n installs it. */
let unpacked: string;

beforeAll(async () => {
	folder = await temporaryFolder('package-');
	await execa('tar', ['-xzf', await packPackage(), '-C', folder.path]);
	unpacked = join(folder.path, 'package');
});
afterAll(async () => {
	await folder.remove();
});

describe('The package', () => {
	test("passes the checks of n8n's scanner for community packages, as source", async () => {
		expect(await scan('sources', ROOT)).toBe('passed');
	});

	test("passes the checks of n8n's scanner for community packages, as published", async () => {
		expect(await scan('published', unpacked)).toBe('passed');
	});

	test('brings no other package along, and runs nothing when it is installed', async () => {
		const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as {
			[name: string]: Record<string, string> | undefined;
		};
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const scripts = Object.keys(manifest.scripts ?? {});
		expect(scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
	});

	test('holds the built nodes and the documents, and nothing else', async () => {
		const { stdout } = await execa('find', [unpacked, '-type', 'f', '-printf', '%P\n']);
		const others = stdout
			.split('\n')
			.filter((path) => !/^dist\/(nodes|credentials|icons)\/.+\.(js|json|svg)$/.test(path));
		expect(others.sort()).toEqual(['LICENSE.md', 'README.md', 'package.json']);
	});
});

async function scan(what: 'sources' | 'published', path: string): Promise<string> {
	const script = fileURLToPath(new URL('scan.mts', import.meta.url));
	const { stdout } = await execa('node', ['--import', 'tsx', script, what, path], {
		cwd: ROOT,
		env: { NODE_ENV: 'production' },
		reject: false,
	});
	return stdout;
}
