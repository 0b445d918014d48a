// A real n8n with the examples, a simulated Intezer, the receivers, and the data tables.
import { createExampleTables, publishForOthers } from '../../tools/exampleSetUp.mts';
import type { DataTable } from '../../tools/n8nHost/dataTables.mts';
import {
	createInstance,
	type Credential,
	type N8nInstance,
	type Workflow,
} from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { freePort } from '../../tools/n8nHost/ports.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { startReceivers, type Receivers } from './receivers.mts';

/** The running parts. */
export interface ExamplesHost {
	readonly simulator: Simulator;
	readonly receivers: Receivers;
	readonly instance: N8nInstance;
	/** A new one after `killAndRestart`. */
	n8n: RunningN8n;
	readonly deliveries: DataTable;
	readonly customers: DataTable;
	/**
	 * Kills n8n as in a crash, and starts it again. The claims of the executions that it ended become due at once, as if
	 * they had expired.
	 */
	killAndRestart(): Promise<void>;
	stop(): Promise<void>;
}

/** How long a claim of Deliver lasts. */
const CLAIM_MS = 300_000;

/** Makes the messages due that were claimed before this time. */
async function endClaims(deliveries: DataTable, before: number): Promise<void> {
	const now = new Date().toISOString();
	for (const { status, claim, due, delivery } of await deliveries.rows()) {
		const isOld = Date.parse(String(due)) < before + CLAIM_MS;
		if (status === 'pending' && claim !== '' && isOld) {
			await deliveries.update({ delivery, status: 'pending', due }, { due: now });
		}
	}
}

/** Starts everything. `workflows` and `credentials` are called with the receivers' address. */
export async function startExamples(
	tarball: string,
	workflows: (receiversUrl: string) => readonly Workflow[],
	credentials: (receiversUrl: string) => readonly Credential[] = () => [],
): Promise<ExamplesHost> {
	const simulator = await startSimulator({ cases: [] });
	const receivers = await startReceivers();
	const install = await ensureN8n();
	const instance = await createInstance(install, tarball);
	const header = (name: string) => ({ name, value: 'yes' });
	await instance.importCredential(
		{
			id: 'intezerApi',
			name: 'Intezer API',
			data: { apiKey: simulator.apiKey, region: 'custom', baseUrl: simulator.url },
		},
		{
			id: 'alertWebhook',
			name: 'Alert webhook',
			type: 'httpHeaderAuth',
			data: header('X-Alerts'),
		},
		{
			id: 'ticketSystem',
			name: 'Ticket system',
			type: 'httpHeaderAuth',
			data: header('X-Tickets'),
		},
		...credentials(receivers.url),
	);
	const imported = workflows(receivers.url);
	await instance.importWorkflow(...imported);
	// The same port again after a restart, so that the data tables stay usable.
	const port = await freePort();
	const n8n = await instance.start({ port });
	const host: ExamplesHost = {
		simulator,
		receivers,
		instance,
		n8n,
		...(await createExampleTables(n8n, install.version, imported)),
		killAndRestart: async () => {
			await host.n8n.kill();
			const killed = Date.now();
			host.n8n = await instance.start({ port });
			await endClaims(host.deliveries, killed);
		},
		stop: async () => {
			await host.n8n.stop();
			await instance.remove();
			await receivers.close();
			await simulator.close();
		},
	};
	await publishForOthers(n8n, install.version);
	return host;
}
