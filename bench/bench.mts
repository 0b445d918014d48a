// What `npm run bench` runs.
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

import { Steps } from '../demo/steps.mts';
import { HostError } from '../tools/n8nHost/hostError.mts';
import { DEFAULT_VERSION, ensureN8n } from '../tools/n8nHost/n8n.mts';
import { packPackage } from '../tools/n8nHost/packPackage.mts';
import { figuresOf } from './figures.mts';
import { measureAll } from './measureAll.mts';
import { Measurements } from './measurement.mts';
import { HELP, readOptions, UsageError } from './options.mts';
import { FULL, QUICK } from './plan.mts';
import { RealN8n } from './realN8n.mts';
import { chart } from './report/chart.mts';
import { page } from './report/page.mts';
import { terminalReport } from './report/terminal.mts';
import { startSimulatedService } from './simulatedService.mts';

const DOCS = new URL('../docs/', import.meta.url);

const print = (text: string): void => {
	process.stdout.write(text);
};

async function main(): Promise<void> {
	const { quick, help } = readOptions(process.argv.slice(2));
	if (help) {
		print(HELP);
		return;
	}
	const plan = quick ? QUICK : FULL;
	const [load = 0] = loadavg();
	const steps = new Steps(print);
	const note = (line: string): void => {
		steps.note(line);
	};

	const install = await steps.step(`Getting n8n ${DEFAULT_VERSION}`, () =>
		ensureN8n(DEFAULT_VERSION, note),
	);
	const tarball = await steps.step('Building and packing this package', packPackage);
	const { small, medium, tenth, large } = plan;
	const service = await steps.step('Starting a simulated Intezer', () =>
		startSimulatedService({
			latencyMs: plan.latencyMs,
			histories: [small, medium, tenth, large],
			caseIds: plan.items,
		}),
	);
	const n8n = await steps.step('Installing the package in a fresh n8n', () =>
		RealN8n.create(install, tarball, service),
	);
	const findings = await measureAll(steps, plan, service, n8n);
	await n8n.remove();
	await service.stop();

	const all = new Measurements(findings.measurements);
	const figures = figuresOf(findings, plan);
	print(`\n${terminalReport(all, figures)}\n`);
	const path = fileURLToPath(new URL('benchmark.md', DOCS));
	const text = page(findings, figures, {
		plan,
		cores: availableParallelism(),
		memoryBytes: totalmem(),
		nodeVersion: process.versions.node,
		n8nVersion: DEFAULT_VERSION,
		load,
	});
	const svg = chart(all, plan);
	if (quick) return;
	await mkdir(DOCS, { recursive: true });
	await writeFile(path, text);
	await execa('oxfmt', [path], { preferLocal: true });
	await writeFile(new URL('benchmark.svg', DOCS), svg);
	print('Written: docs/benchmark.md, docs/benchmark.svg\n');
}

// Child processes are killed at exit, so a signal has to lead to one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.on(signal, () => process.exit(130));
}
try {
	await main();
	// Without this, open handles could keep the process running.
	process.exit();
} catch (error) {
	const isKnown = error instanceof HostError || error instanceof UsageError;
	const message = error instanceof Error && !isKnown ? error.stack : String(error);
	process.stderr.write(`${message ?? ''}\n`);
	process.exit(error instanceof UsageError ? 2 : 1);
}
