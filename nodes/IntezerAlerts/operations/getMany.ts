import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { alertIdOf } from '../../intezer/alertId';
import { simplifyAlert } from '../../intezer/simplifyAlert';
import type { Alert } from '../../intezer/types';
import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { readSimplify, simplify } from '../../n8n/parameters/simplify';
import { printableText } from '../../n8n/errors/printableText';
import { UserError } from '../../n8n/errors/userError';
import { alertIdsParameter, readAlertIds } from '../parameters/alertIds';
import { environmentsParameter, readEnvironments } from '../parameters/environments';
import { readWhenNotFound, whenNotFoundParameter } from '../parameters/whenNotFound';

/** An error names at most this many missing ids. */
const MOST_NAMED = 10;

const properties: INodeProperties[] = [
	alertIdsParameter,
	environmentsParameter,
	whenNotFoundParameter,
	simplify,
];

export const getMany: Operation = {
	option: {
		name: 'Get Alerts by ID',
		value: 'getMany',
		action: 'Get several alerts by ID',
		description: 'Get several alerts by their IDs, one item per alert, in the order of the IDs',
	},
	properties,
	run,
};

async function run({ n8n, client, itemIndex, signal }: OperationInput): Promise<OperationResult> {
	const isSimple = readSimplify(n8n.getNodeParameter('simplify', itemIndex, true));
	const ifNotFound = readWhenNotFound(n8n, itemIndex);
	const environments = readEnvironments(n8n, itemIndex);
	const ids = readAlertIds(n8n, itemIndex);
	const alerts = await client.alerts.getByIds({ ids, environments, signal });

	const byId = new Map<string, Alert[]>(ids.map((id) => [id, []]));
	for (const alert of alerts) byId.get(alertIdOf(alert) ?? '')?.push(alert);
	const missing = ids.filter((id) => byId.get(id)?.length === 0);
	if (missing.length > 0 && ifNotFound === 'fail') throw notFoundError(missing, ids.length);
	const items: IDataObject[] = [];
	for (const [id, found] of byId) {
		for (const alert of found) items.push(isSimple ? simplifyAlert(alert) : alert);
		if (found.length === 0 && ifNotFound === 'item') {
			items.push({ alert_id: id, error: 'Alert not found' });
		}
	}
	return { items };
}

function notFoundError(missing: string[], count: number): UserError {
	const named = missing.slice(0, MOST_NAMED).map(printableText).join(', ');
	const more = missing.length > MOST_NAMED ? ' and others' : '';
	return new UserError(
		`${missing.length} of ${count} alerts not found: ${named}${more}`,
		"Check 'Alert IDs' and 'Environments', or set 'When Not Found' to skip alerts that Intezer does not have.",
	);
}
