// What examples/README.md asks a user to do before the workflows there can deliver: data tables, and what to publish first.
import { createDataTable, type DataTable } from './n8nHost/dataTables.mts';
import type { RunningN8n } from './n8nHost/running.mts';

/** The columns of `intezer-deliveries`, all of type string. */
const DELIVERY_COLUMNS = [
	'delivery',
	'receiver',
	'message',
	'status',
	'due',
	'attempts',
	'claim',
	'error',
];

/** Creates the data tables of the examples. They stay usable when n8n starts again at the same address. */
export async function createExampleTables(
	n8n: RunningN8n,
): Promise<{ readonly deliveries: DataTable; readonly customers: DataTable }> {
	const session = await n8n.login();
	return {
		deliveries: await createDataTable(session, 'intezer-deliveries', DELIVERY_COLUMNS),
		customers: await createDataTable(session, 'intezer-customers', ['sub_tenant', 'receiver']),
	};
}

/** Publishes On error and Deliver, which other workflows start. n8n 1 runs such workflows without that, and refuses it. */
export async function publishForOthers(n8n: RunningN8n, version: string): Promise<void> {
	if (version.startsWith('1.')) return;
	await n8n.publish('onError');
	await n8n.publish('deliver');
}
