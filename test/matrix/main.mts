// What `npm run test:matrix` runs: the end-to-end tests on one version of n8n after the other.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { execa } from 'execa';
import { temporaryFolder } from '../../tools/n8nHost/folders.mts';
import { parsedObject } from '../../tools/n8nHost/looseJson.mts';
import { DEFAULT_VERSION, NODE_VERSION, TESTED_VERSIONS } from '../../tools/n8nHost/n8n.mts';
import { listedVersions, withResults, type VersionResult } from './compatibilityTable.mts';

const HELP = `Runs the end-to-end tests on every version of n8n that the package supports: ${TESTED_VERSIONS.join(', ')}.

npm run test:matrix -- [options]

  --others             leave out ${DEFAULT_VERSION}, which npm test runs
  --version <version>  test this version alone; "newest" is n8n's newest release
  --write              write into the README which versions passed; without it, the README is only checked
  --help               this text
`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const readmeFile = join(root, 'README.md');

const { others, version, write, help } = parseArgs({
	options: {
		others: { type: 'boolean' },
		version: { type: 'string' },
		write: { type: 'boolean' },
		help: { type: 'boolean', short: 'h' },
	},
}).values;
if (help) process.stdout.write(HELP);
else await main();

async function main(): Promise<void> {
	const results: Run[] = [];
	for (const tested of await versionsToTest()) {
		process.stdout.write(`\nThe end-to-end tests on n8n ${tested}\n`);
		results.push(await run(tested));
	}
	process.stdout.write(`\n${tableOf(results)}\n`);
	const isListed = write ? await writeReadme(results) : await checkReadme(results);
	process.exitCode = results.every(({ passed }) => passed) && isListed ? 0 : 1;
}

async function versionsToTest(): Promise<readonly string[]> {
	if (version === 'newest') return [await newestVersion()];
	if (version !== undefined) return [version];
	return TESTED_VERSIONS.filter((tested) => !others || tested !== DEFAULT_VERSION);
}

/** The version that npm installs unless another one is named. */
async function newestVersion(): Promise<string> {
	const { stdout } = await execa('npm', ['view', 'n8n', 'version']);
	return stdout.trim();
}

interface Run extends VersionResult {
	readonly seconds: number;
	readonly tests: number;
	readonly failed: number;
}

async function run(version: string): Promise<Run> {
	const folder = await temporaryFolder('matrix-');
	const report = join(folder.path, 'report.json');
	const start = performance.now();
	const { exitCode } = await execa(
		process.execPath,
		[
			'--experimental-vm-modules',
			join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
			...['--selectProjects', 'e2e', '--maxWorkers', '4'],
			...['--json', '--outputFile', report],
		],
		{
			cwd: root,
			env: { N8N_VERSION: version },
			// jest also prints its JSON to stdout, so its readable output goes to stderr.
			stdio: ['inherit', 'ignore', 'inherit'],
			reject: false,
		},
	);
	const seconds = (performance.now() - start) / 1000;
	const counts = parsedObject(await readFile(report, 'utf8').catch(() => '')) ?? {};
	await folder.remove();
	const tests = Number(counts['numTotalTests'] ?? 0);
	const passing = Number(counts['numPassedTests'] ?? 0);
	const passed = exitCode === 0 && tests > 0 && passing === tests;
	return { version, passed, seconds, tests, failed: tests - passing };
}

function tableOf(results: readonly Run[]): string {
	const table = new Table({
		head: ['n8n', 'Node', 'Tests', 'Failed', 'Minutes', ''],
		colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
		style: { head: [], border: [], compact: true },
	});
	for (const { version, tests, failed, seconds, passed } of results) {
		const minutes = (seconds / 60).toFixed(1);
		table.push([version, NODE_VERSION, tests, failed, minutes, passed ? 'passed' : 'FAILED']);
	}
	return table.toString();
}

async function writeReadme(results: readonly Run[]): Promise<boolean> {
	const readme = withResults(await readFile(readmeFile, 'utf8'), results, NODE_VERSION);
	await writeFile(readmeFile, readme);
	await execa('oxfmt', [readmeFile], { preferLocal: true });
	return true;
}

/** Whether the README lists the supported versions that passed, and none that failed. */
async function checkReadme(results: readonly Run[]): Promise<boolean> {
	const listed = listedVersions(await readFile(readmeFile, 'utf8'));
	const supported: readonly string[] = TESTED_VERSIONS;
	const wrong = results.filter(({ version, passed }) =>
		passed ? supported.includes(version) && !listed.includes(version) : listed.includes(version),
	);
	for (const { version, passed } of wrong) {
		process.stderr.write(
			passed
				? `The README does not list n8n ${version}, which passed: npm run test:matrix -- --write\n`
				: `The README lists n8n ${version}, which failed.\n`,
		);
	}
	return wrong.length === 0;
}
