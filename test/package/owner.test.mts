import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Files in which users find the repository's address. */
const NAMING = [
	'.github/ISSUE_TEMPLATE/config.yml',
	'SECURITY.md',
	'credentials/IntezerApi.credentials.ts',
	'nodes/IntezerCases/IntezerCases.node.json',
	'nodes/IntezerCases/IntezerCasesTrigger.node.json',
	'package.json',
];

interface Manifest {
	readonly name: string;
	readonly homepage: string;
	readonly bugs: string;
	readonly repository: { readonly url: string };
}

let manifest: Manifest;
/** The owner and the name of the repository, as `repository` of package.json says. */
let owner: string;
let repository: string;

beforeAll(async () => {
	manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;
	const path = /^git\+https:\/\/github\.com\/(.+)\.git$/.exec(manifest.repository.url)?.[1] ?? '';
	[owner = '', repository = ''] = path.split('/');
});

describe('The address of the repository', () => {
	test("is the same in package.json's homepage, bugs and repository", () => {
		const address = `https://github.com/${owner}/${repository}`;
		expect(owner).not.toBe('');
		expect(manifest.homepage).toBe(`${address}#readme`);
		expect(manifest.bugs).toBe(`${address}/issues`);
	});

	test('is the same in every file that names it', async () => {
		const named = await addressesInFiles();
		expect([...named.keys()]).toEqual(expect.arrayContaining(NAMING));
		const others = [...named].filter(([, addresses]) =>
			addresses.some((each) => each !== `${owner}/${repository}` && each !== owner),
		);
		expect(others).toEqual([]);
	});
});

/**
 * The addresses of this repository that each tracked file names, as `owner/name`, and the owners in GitHub's
 * no-reply email addresses. A repository counts as this one if it has its name or the package's.
 */
async function addressesInFiles(): Promise<Map<string, string[]>> {
	const { stdout } = await execa('git', ['ls-files', '-z'], { cwd: ROOT });
	const files = stdout.split('\0').filter((file) => file !== '' && !/\.(png|svg)$/.test(file));
	const found = new Map<string, string[]>();
	for (const file of files) {
		const text = await readFile(join(ROOT, file), 'utf8').catch(() => '');
		const addresses = Array.from(
			text.matchAll(/\bgithub\.com[/:]([\w-]+)\/([\w.-]+)/g),
			([, itsOwner = '', name = '']) => [itsOwner, name.replace(/(\.git)?\.?$/, '')] as const,
		)
			.filter(([, name]) => name === repository || name === manifest.name)
			.map(([itsOwner, name]) => `${itsOwner}/${name}`);
		// A person's address begins with digits and a plus sign; an organization's has none.
		const emails = Array.from(
			text.matchAll(/(?<![\w+-])([\w-]+)@users\.noreply\.github\.com/g),
			([, itsOwner = '']) => itsOwner,
		);
		if (addresses.length + emails.length > 0) found.set(file, [...addresses, ...emails]);
	}
	return found;
}
