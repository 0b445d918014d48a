import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { runForEachItem } from '../n8n/operations/runForEachItem';
import { operations, properties, subtitle } from './operations';

export class IntezerAlerts implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intezer Alerts',
		name: 'intezerAlerts',
		icon: { light: 'file:../../icons/intezer.svg', dark: 'file:../../icons/intezer.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle,
		description: 'Get and search Intezer alerts and their verdicts, and submit emails for triage',
		defaults: { name: 'Intezer Alerts' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'intezerApi', required: true }],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runForEachItem(this, operations)];
	}
}
