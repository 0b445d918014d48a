import getPort from 'get-port';
import workflow from '../examples/escalated-cases.json' with { type: 'json' };
import { HostError } from '../test/host/hostError.mts';
import { createInstance } from '../test/host/instance.mts';
import { DEFAULT_VERSION, ensureN8n } from '../test/host/n8n.mts';
import { packPackage } from '../test/host/package.mts';
import type { RunningN8n } from '../test/host/running.mts';
import { startSimulator, type Simulator } from '../test/simulator/simulator.mts';
import { caseTable } from './caseTable.mts';
import type { Steps } from './steps.mts';

const EDITOR_PORT = 5678;
/** The workflow's credential has this id. */
const CREDENTIAL = { id: 'intezerApi', name: 'Intezer API' };

/** What runs when the demo is set up. */
export interface Demo {
	readonly n8n: RunningN8n;
	readonly simulator: Simulator;
	/** The id of the workflow. */
	readonly workflowId: string;
}

/** Sets up a real n8n with our package, a simulated Intezer, a credential and a workflow. */
export async function setUp(steps: Steps, askedPort: number | undefined): Promise<Demo> {
	const port = await editorPort(steps, askedPort);
	const install = await steps.step(`Getting n8n ${DEFAULT_VERSION}`, () =>
		ensureN8n(DEFAULT_VERSION, (line) => {
			steps.note(line);
		}),
	);
	const tarball = await steps.step('Building and packing this package', packPackage);
	const simulator = await steps.step('Starting a simulated Intezer', () => startSimulator());
	const instance = await steps.step('Installing the package in a fresh n8n', () =>
		createInstance(install, tarball),
	);
	await steps.step('Importing a credential for the simulated Intezer', () =>
		instance.importCredential({
			...CREDENTIAL,
			data: {
				apiKey: simulator.apiKey,
				region: 'custom',
				baseUrl: simulator.url,
				sessionToken: '',
			},
		}),
	);
	await steps.step(`Importing the workflow "${workflow.name}"`, () =>
		instance.importWorkflow(workflow),
	);
	const n8n = await steps.step('Starting n8n', () => instance.start({ port }));
	return { n8n, simulator, workflowId: workflow.id };
}

/** Runs the workflow once and returns what it found, as text. */
export async function runOnce(steps: Steps, demo: Demo): Promise<string> {
	const { n8n, simulator, workflowId } = demo;
	const result = await steps.step('Running the workflow', () => n8n.runWorkflow(workflowId));
	const { error } = result;
	if (error) {
		const description = error.description === undefined ? '' : ` (${error.description})`;
		throw new HostError(`The workflow failed: ${error.message}${description}`);
	}
	const cases = result.items('Intezer Cases');
	const count = `${cases.length} escalated of ${simulator.cases.size} cases`;
	return `\n${count}\n${caseTable(cases)}\n`;
}

async function editorPort(steps: Steps, asked: number | undefined): Promise<number> {
	const port = await getPort({ port: asked ?? EDITOR_PORT });
	if (asked !== undefined && port !== asked) {
		throw new HostError(`Port ${asked} is busy. Choose another one with --port, or leave it out.`);
	}
	if (asked === undefined && port !== EDITOR_PORT) {
		steps.note(`Port ${EDITOR_PORT} is busy; the editor opens at port ${port} instead.`);
	}
	return port;
}
