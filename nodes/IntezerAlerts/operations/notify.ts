import type { INodeProperties } from 'n8n-workflow';

import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { alertIdParameter, readAlertId } from '../parameters/alertId';
import { environmentParameter, readEnvironment } from '../parameters/environment';

const properties: INodeProperties[] = [alertIdParameter, environmentParameter];

export const notify: Operation = {
	option: {
		name: 'Notify',
		value: 'notify',
		action: 'Send the notifications for an alert',
		description:
			'Make Intezer send the notifications for an alert to the channels that are configured in Intezer. This operation writes to Intezer.',
	},
	properties,
	run,
};

async function run({ n8n, client, itemIndex, signal }: OperationInput): Promise<OperationResult> {
	const environment = readEnvironment(n8n, itemIndex);
	const alertId = readAlertId(n8n, itemIndex);
	const channels = await client.alerts.notify(alertId, environment, signal);
	return { items: [{ notified_channels: channels }] };
}
