// What `npm run mutate` runs: it changes the code in many small ways, and reports the changes that no test notices.
// `npm run mutate -- retry --file nodes/intezer/http/pause.ts` changes one file, with the tests of an area.
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import Table from 'cli-table3';
import { AREAS, type MutationArea } from './areas.mts';

/** The share of noticed changes that each file must reach, in percent. */
const GOAL = 85;

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { file: { type: 'string' }, processes: { type: 'string' } },
});
const names = AREAS.map(({ name }) => name);
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
	process.stderr.write(`Unknown area: ${unknown.join(', ')}. Choose from ${names.join(', ')}.\n`);
	process.exit(2);
}

if (values.file !== undefined && positionals.length !== 1) {
	process.stderr.write('--file needs the name of one area, whose tests it runs.\n');
	process.exit(2);
}

const mutants: Mutant[] = [];
for (const area of AREAS) {
	if (positionals.length > 0 && !positionals.includes(area.name)) continue;
	process.stdout.write(`\n${area.name}\n`);
	for (const mutant of await mutate(area)) mutants.push(mutant);
}
process.exitCode = report(mutants) ? 0 : 1;

async function mutate({ name, mutate, tests }: MutationArea): Promise<Mutant[]> {
	const usesBuild = tests.some((test) => test.startsWith('engine/'));
	const stryker = new Stryker({
		testRunner: 'jest',
		plugins: ['@stryker-mutator/jest-runner'],
		testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
		jest: {
			configFile: 'test/mutation/jest.config.mjs',
			config: { testMatch: tests.map((test) => `<rootDir>/test/${test}.test.mts`) },
			enableFindRelatedTests: false,
		},
		...(usesBuild ? { buildCommand: 'npm run build' } : {}),
		mutate: values.file === undefined ? [...mutate] : [values.file],
		...(values.processes === undefined ? {} : { concurrency: Number(values.processes) }),
		// The build checks types, which changed code does not keep.
		disableTypeChecks: 'nodes/**/*.ts',
		ignorePatterns: ['dist', 'docs', '.cache', 'reports'],
		coverageAnalysis: 'perTest',
		// What runs only while a file loads is texts and tables.
		ignoreStatic: true,
		timeoutMS: 10_000,
		// jest keeps memory from each run.
		maxTestRunnerReuse: 30,
		reporters: ['clear-text', 'html', 'progress-append-only'],
		clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
		htmlReporter: { fileName: `reports/mutation/${name}.html` },
		tempDirName: join(tmpdir(), 'n8n-nodes-intezer-mutation'),
	});
	return await stryker.runMutationTest();
}

/** Prints a line for each file. @returns whether all reach the goal */
function report(all: readonly Mutant[]): boolean {
	const table = new Table({ head: ['File', 'Changes', 'Noticed', 'Share'] });
	let isReached = true;
	for (const file of [...new Set(all.map(({ fileName }) => fileName))].sort()) {
		const statuses = all.filter(({ fileName }) => fileName === file).map(({ status }) => status);
		const counted = statuses.filter((each) => each !== 'Ignored' && each !== 'CompileError');
		if (counted.length === 0) continue;
		const noticed = counted.filter((each) => each === 'Killed' || each === 'Timeout');
		const percent = (noticed.length / counted.length) * 100;
		if (percent < GOAL) isReached = false;
		table.push([relative('', file), counted.length, noticed.length, `${percent.toFixed(0)} %`]);
	}
	process.stdout.write(`\n${table.toString()}\nGoal: ${GOAL} % in each file.\n`);
	return isReached;
}
