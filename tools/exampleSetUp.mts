// What examples/README.md asks a user to do before its workflows can deliver: create data tables, and publish some
// workflows first.
import { createDataTable, type DataTable } from './n8nHost/dataTables.mts';
import type { Workflow } from './n8nHost/instance.mts';
import { array, record, text } from './n8nHost/looseJson.mts';
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

/**
 * Creates the data tables of the examples. They stay usable when n8n starts again at the same address. n8n 1 finds a
 * data table by its ID only, so there each Data Table node of these workflows gets it, as a user would choose it.
 */
export async function createExampleTables(
	n8n: RunningN8n,
	version: string,
	workflows: readonly Workflow[],
): Promise<{ readonly deliveries: DataTable; readonly customers: DataTable }> {
	const session = await n8n.login();
	const deliveries = await createDataTable(session, 'intezer-deliveries', DELIVERY_COLUMNS);
	const customers = await createDataTable(session, 'intezer-customers', ['sub_tenant', 'receiver']);
	if (version.startsWith('1.')) {
		for (const { id, nodes } of workflows) {
			for (const { name, parameters } of array(nodes).map(record)) {
				const table = text(record(record(parameters)['dataTableId'])['value']);
				if (table === undefined) continue;
				const value = table === 'intezer-customers' ? customers.id : deliveries.id;
				const dataTableId = { __rl: true, mode: 'id', value };
				await n8n.saveParameters(id, text(name) ?? '', { dataTableId });
			}
		}
	}
	return { deliveries, customers };
}

/**
 * Publishes On error and Deliver, which other workflows start. n8n 1 runs them without being published, and refuses to
 * publish them.
 */
export async function publishForOthers(n8n: RunningN8n, version: string): Promise<void> {
	if (version.startsWith('1.')) return;
	await n8n.publish('onError');
	await n8n.publish('deliver');
}
