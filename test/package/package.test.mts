import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { configs } from 'eslint-plugin-n8n-nodes-base';

import { temporaryFolder } from '../../tools/n8nHost/folders.mts';
import { tarball } from '../e2e/tarball.mts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `@n8n/node-cli` turns off in the configuration that a package in strict mode must use unchanged. */
const OFF_IN_N8N = [
	'n8n-nodes-base/cred-class-field-documentation-url-miscased',
	'n8n-nodes-base/cred-class-field-type-options-password-missing',
	'n8n-nodes-base/node-class-description-inputs-wrong-regular-node',
	'n8n-nodes-base/node-class-description-outputs-wrong',
	'n8n-nodes-base/node-param-type-options-max-value-present',
];

let folder: { path: string; remove(): Promise<void> };
/** The package as n8n installs it. */
let unpacked: string;

beforeAll(async () => {
	folder = await temporaryFolder('package-');
	await execa('tar', ['-xzf', tarball(), '-C', folder.path]);
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

	test('installs no other packages, and runs no scripts when it is installed', async () => {
		const manifest = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as {
			[name: string]: Record<string, string> | undefined;
		};
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		const scripts = Object.keys(manifest.scripts ?? {});
		expect(scripts.filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
	});

	test('contains the built nodes and the documents, and nothing else', async () => {
		const { stdout } = await execa('find', [unpacked, '-type', 'f', '-printf', '%P\n']);
		const others = stdout
			.split('\n')
			.filter((path) => !/^dist\/(nodes|credentials|icons)\/.+\.(js|json|svg)$/.test(path));
		expect(others.sort()).toEqual([
			'LICENSE.md',
			'README.md',
			// For the version in the user agent.
			'dist/package.json',
			'package.json',
		]);
	});
});

describe("The rules of n8n's linter", () => {
	test.each([
		['nodes/IntezerAlerts/IntezerAlerts.node.ts', 'nodes'],
		['nodes/IntezerCases/IntezerCases.node.ts', 'nodes'],
		['nodes/IntezerCases/IntezerCasesTrigger.node.ts', 'nodes'],
		['nodes/IntezerCases/parameters/filters.ts', 'nodes'],
		['credentials/IntezerApi.credentials.ts', 'credentials'],
		['package.json', 'community'],
	] as const)('are on for %s: %s', async (file, kind) => {
		const { stdout } = await execa('npx', ['eslint', '--print-config', file], { cwd: ROOT });
		const { rules } = JSON.parse(stdout) as { rules: Record<string, [severity: number]> };
		const isOn = (rule: string): boolean => rules[rule]?.[0] === 2;
		const ofKind = Object.keys(configs[kind].rules);
		expect(ofKind.length).toBeGreaterThan(10);
		expect(ofKind.filter((rule) => !isOn(rule) && !OFF_IN_N8N.includes(rule))).toEqual([]);
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
