import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiRoot } from '../../../tools/probe/address.mts';
import { startSimulator, type Simulator } from '../../../tools/simulator/simulator.mts';

const main = fileURLToPath(new URL('../../../tools/probe/main.mts', import.meta.url));

let folder = '';
let simulator: Simulator;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'probe-'));
	simulator = await startSimulator({ cases: 3, settings: { casesForbidden: true } });
});

afterAll(async () => {
	await simulator.close();
	rmSync(folder, { recursive: true });
});

/** Runs the command in a folder of its own; the key is in the environment. */
async function run(key: string | undefined, ...options: string[]) {
	const env = { ...process.env, INTEZER_ANALYZE_API_KEY: key ?? '' };
	const tsx = import.meta.resolve('tsx');
	const child = spawn(process.execPath, ['--import', tsx, main, ...options], { env, cwd: folder });
	const said = { out: '', err: '' };
	child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
	child.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
	const [code] = (await once(child, 'close')) as [number];
	return { ...said, code };
}

describe('the command', () => {
	it('prints a report and writes a profile, without the key', async () => {
		const { out, err, code } = await run(
			simulator.apiKey,
			...['--base-url', simulator.url, '--pace', '1', '--output', 'found.json'],
		);
		expect(code).toBe(1);
		expect(out).toContain('The account of this key may not use cases (403).');
		expect(out).toContain('Profile written to found.json.');
		const written = readFileSync(join(folder, 'found.json'), 'utf8');
		expect(JSON.parse(written)).toMatchObject({ version: 1, settings: { casesForbidden: true } });
		expect(out + err + written).not.toContain(simulator.apiKey);
	});

	it('writes no profile for a key that is not accepted, and never prints the key', async () => {
		const key = 'a-key-with-a-typo';
		const { out, err, code } = await run(key, '--base-url', simulator.url, '--pace', '1');
		expect({ code, err }).toEqual({ code: 1, err: '' });
		expect(out).toContain('Intezer does not accept the API key (401).');
		expect(out).not.toContain(key);
		expect(existsSync(join(folder, 'intezer-profile.json'))).toBe(false);
	});

	it.each([
		['INTEZER_ANALYZE_API_KEY', undefined, []],
		['--api-key', 'key', ['--api-key', 'key']],
		['--region', 'key', ['--region', 'moon']],
		['--pace', 'key', ['--pace', '0.5']],
		['--base-url', 'key', ['--base-url', 'http://intezer.example.com']],
	])('asks for a correct %s in one line', async (name, key, options) => {
		const { err, code } = await run(key, ...options);
		expect(code).toBe(2);
		expect(err).toContain(name);
		expect(err.trim().split('\n')).toHaveLength(1);
	});

	it('lists its options', async () => {
		const { out, code } = await run(undefined, '--help');
		expect(code).toBe(0);
		expect(out).toContain('--base-url');
	});
});

describe('the address', () => {
	it.each([
		['global', undefined, 'https://analyze.intezer.com/api/v2-0'],
		['us', undefined, 'https://us.app.intezer.com/api/v2-0'],
		[
			'global',
			'https://intezer.example.com:8443/api/',
			'https://intezer.example.com:8443/api/v2-0',
		],
	])('of region %s with the base URL %s', (region, baseUrl, expected) => {
		expect(apiRoot(region, baseUrl)).toBe(expected);
	});

	it.each([
		'intezer.example.com',
		'https://intezer.example.com/other',
		'https://user:secret@intezer.example.com',
		'https://intezer.example.com/?a=1',
		'ftp://intezer.example.com',
	])('%s is refused, and not printed', (baseUrl) => {
		expect(() => apiRoot('global', baseUrl)).toThrow(/^--base-url [^:]*(:\/\/)?[^:]*$/);
		expect(() => apiRoot('global', baseUrl)).not.toThrow('secret');
	});
});
