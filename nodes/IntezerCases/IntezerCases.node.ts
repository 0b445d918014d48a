import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { unknownValue } from './descriptions/parameterValues';
import { IntezerClient } from './intezer/client';
import * as get from './operations/get';
import { nodeError } from './operations/nodeError';
import type { Operation } from './operations/operation';
import * as search from './operations/search';

const OPERATIONS = new Map<string, Operation>(Object.entries({ get, search }));

export class IntezerCases implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intezer Cases',
		name: 'intezerCases',
		icon: { light: 'file:../../icons/intezer.svg', dark: 'file:../../icons/intezer.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] === "get" ? "Get Case" : "Search History" }}',
		description: 'Get cases from Intezer and search their history',
		defaults: { name: 'Intezer Cases' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'intezerApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'hidden',
				noDataExpression: true,
				default: 'case',
			},
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: ['case'] } },
				options: [
					{
						name: 'Get Case',
						value: 'get',
						action: 'Get a case',
						description: 'Get one case by its ID or its link in Intezer',
					},
					{
						name: 'Search History',
						value: 'search',
						action: 'Search the case history',
						description: 'Find cases in the whole history with filters, or count them',
					},
				],
				default: 'search',
			},
			...get.description,
			...search.description,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const client = new IntezerClient(this);
		const output: INodeExecutionData[] = [];
		for (let itemIndex = 0; itemIndex < this.getInputData().length; itemIndex++) {
			const pairedItem = { item: itemIndex };
			try {
				const name = this.getNodeParameter('operation', itemIndex);
				const operation = OPERATIONS.get(name);
				if (operation === undefined) throw unknownValue('Operation', name, [...OPERATIONS.keys()]);
				const { items, hint } = await operation.run({ n8n: this, client, itemIndex });
				for (const json of items) output.push({ json, pairedItem });
				if (hint !== undefined) this.addExecutionHints(hint);
			} catch (error) {
				const failure = nodeError(this.getNode(), error, itemIndex);
				if (!this.continueOnFail()) throw failure;
				output.push({ json: { error: failure.message }, pairedItem });
			}
		}
		return [output];
	}
}
