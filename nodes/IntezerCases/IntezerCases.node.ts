import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { runForEachItem } from '../n8n/operations/runForEachItem';
import { operations, properties, subtitle } from './operations';
import { getAccounts } from './parameters/listAccounts';
import { searchCases } from './parameters/listCases';

export class IntezerCases implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intezer Cases',
		name: 'intezerCases',
		icon: { light: 'file:../../icons/intezer.svg', dark: 'file:../../icons/intezer.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle,
		description: 'Get, search and count Intezer cases',
		defaults: { name: 'Intezer Cases' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'intezerApi', required: true }],
		properties,
	};

	methods = { listSearch: { searchCases }, loadOptions: { getAccounts } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await runForEachItem(this, operations)];
	}
}
