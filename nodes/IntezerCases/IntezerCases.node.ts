import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { operationOf, properties, subtitle } from './operations';
import { runForEachItem } from './operations/runForEachItem';
import { searchCases } from './parameters/caseList';

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

	methods = { listSearch: { searchCases } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = await runForEachItem(this, async (client, itemIndex, signal) => {
			const operation = operationOf(this.getNodeParameter('operation', itemIndex));
			return await operation.run({ n8n: this, client, itemIndex, signal });
		});
		return [items];
	}
}
