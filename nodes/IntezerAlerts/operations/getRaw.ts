import type { INodeProperties } from 'n8n-workflow';

import { addressOf, serviceOrigin } from '../../intezer/http/address';
import { downloadJson } from '../../intezer/http/download';
import { isObject } from '../../intezer/json';
import type { Operation, OperationInput, OperationResult } from '../../n8n/operations/operation';
import { alertIdParameter, readAlertId } from '../parameters/alertId';
import { readRequiredEnvironment, requiredEnvironmentParameter } from '../parameters/environment';
import { outputParameter, readOutput } from '../parameters/output';

const properties: INodeProperties[] = [
	alertIdParameter,
	requiredEnvironmentParameter,
	outputParameter,
];

export const getRaw: Operation = {
	option: {
		name: 'Get Raw Alert',
		value: 'getRaw',
		action: 'Get an alert in its original format',
		description: 'Get an alert as Intezer received it, in the format of the product that raised it',
	},
	properties,
	run,
};

async function run(input: OperationInput): Promise<OperationResult> {
	const { n8n, client, itemIndex, signal, pause } = input;
	const output = readOutput(n8n, itemIndex);
	const environment = readRequiredEnvironment(n8n, itemIndex);
	const alertId = readAlertId(n8n, itemIndex);
	const { url, metadata } = await client.alerts.getRawAddress(alertId, environment, signal);
	if (output === 'url') {
		return { items: [{ alert_id: alertId, environment, result_url: url, metadata }] };
	}
	const address = addressOf(await n8n.getCredentials('intezerApi', itemIndex));
	const allowsLoopback = serviceOrigin(address).startsWith('http:');
	const raw = await downloadJson(url, { n8n, signal, pause, allowsLoopback });
	return { items: [isObject(raw) ? raw : { raw_alert: raw }] };
}
