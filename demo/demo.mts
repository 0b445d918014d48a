import { readdirSync, readFileSync } from 'node:fs';
import getPort from 'get-port';
import deliver from '../examples/deliver.json' with { type: 'json' };
import redeliver from '../examples/redeliver.json' with { type: 'json' };
import workflow from '../examples/escalated-cases.json' with { type: 'json' };
import alert from '../examples/escalation-alert.json' with { type: 'json' };
import { createExampleTables, publishForOthers } from '../tools/exampleSetUp.mts';
import { HostError } from '../tools/n8nHost/hostError.mts';
import { createInstance, type Workflow } from '../tools/n8nHost/instance.mts';
import { DEFAULT_VERSION, ensureN8n } from '../tools/n8nHost/n8n.mts';
import { packPackage } from '../tools/n8nHost/packPackage.mts';
import type { RunningN8n } from '../tools/n8nHost/running.mts';
import { DEFAULT_PORT, startSimulator, type Simulator } from '../tools/simulator/simulator.mts';
import { caseTable } from './caseTable.mts';
import { startOnCall } from './onCall.mts';
import type { DemoOptions } from './options.mts';
import type { Steps } from './steps.mts';

const EDITOR_PORT = 5678;
/** The credential that the workflows use. */
const CREDENTIAL = { id: 'intezerApi', name: 'Intezer API' };

/** A running demo. */
export interface Demo {
	readonly n8n: RunningN8n;
	readonly simulator: Simulator;
	/** The id of the workflow that lists the escalated cases. */
	readonly workflowId: string;
	/** The published workflow that notifies the on-call analyst. */
	readonly alert: { readonly id: string; readonly name: string };
}

/**
 * Starts a real n8n with this package, a simulated Intezer, a credential and the workflows.
 * `onMessage` gets the messages to the on-call analyst.
 */
export async function setUp(
	steps: Steps,
	options: Pick<DemoOptions, 'port' | 'chatDownSeconds'>,
	onMessage: (text: string) => void,
): Promise<Demo> {
	const port = await editorPort(steps, options.port);
	const install = await steps.step(`Getting n8n ${DEFAULT_VERSION}`, () =>
		ensureN8n(DEFAULT_VERSION, (line) => {
			steps.note(line);
		}),
	);
	const tarball = await steps.step('Building and packing this package', packPackage);
	const simulator = await steps.step('Starting a simulated Intezer', async () =>
		startSimulator({ port: await getPort({ port: DEFAULT_PORT }) }),
	);
	const onCall = await startOnCall(onMessage, (text) => {
		// A case is modified last when `npm run escalate` escalates it.
		const subject = simulator.cases.all.find(({ case_id }) => text.includes(case_id));
		const seconds = Date.now() / 1000 - (subject?.modification_time ?? 0);
		const isDown = seconds < options.chatDownSeconds;
		if (isDown) steps.note('The chat is down: it rejected a message to the on-call analyst.');
		return isDown;
	});
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
	const workflows = exampleWorkflows();
	await steps.step(`Importing the ${workflows.length} workflows in examples/`, () =>
		instance.importWorkflow(
			...workflows.map((each) => (each.id === deliver.id ? onCall.receiving(each) : each)),
		),
	);
	const n8n = await steps.step('Starting n8n', () => instance.start({ port }));
	await steps.step(`Publishing the workflow "${alert.name}"`, async () => {
		await createExampleTables(n8n, DEFAULT_VERSION, workflows);
		await publishForOthers(n8n, DEFAULT_VERSION);
		await n8n.publish(redeliver.id);
		await n8n.publish(alert.id);
	});
	return { n8n, simulator, workflowId: workflow.id, alert };
}

/** Every workflow in examples/. */
function exampleWorkflows(): Workflow[] {
	const folder = new URL('../examples/', import.meta.url);
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.sort()
		.map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Workflow);
}

/** Runs the workflow once. Returns the cases that it found, as text. */
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

async function editorPort(steps: Steps, requested: number | undefined): Promise<number> {
	const port = await getPort({ port: requested ?? EDITOR_PORT });
	if (requested !== undefined && port !== requested) {
		throw new HostError(
			`Port ${requested} is busy. Choose another one with --port, or leave it out.`,
		);
	}
	if (requested === undefined && port !== EDITOR_PORT) {
		steps.note(`Port ${EDITOR_PORT} is busy; the editor opens at port ${port} instead.`);
	}
	return port;
}
