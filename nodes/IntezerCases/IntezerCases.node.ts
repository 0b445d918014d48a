import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { unknownValueError } from '../n8n/parameterValues';
import { searchCases } from './parameters/caseList';
import * as get from './operations/get';
import * as getDevices from './operations/getDevices';
import * as getTtps from './operations/getTtps';
import * as getUsers from './operations/getUsers';
import type { Operation } from './operations/operation';
import { runOverItems } from './operations/runOverItems';
import * as search from './operations/search';

const OPERATIONS = new Map<string, Operation>(
	Object.entries({ get, getDevices, getTtps, getUsers, search }),
);

export class IntezerCases implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intezer Cases',
		name: 'intezerCases',
		icon: { light: 'file:../../icons/intezer.svg', dark: 'file:../../icons/intezer.dark.svg' },
		group: ['input'],
		version: 1,
		subtitle:
			'={{ ({ get: "Get Case", getDevices: "Get Devices", getTtps: "Get TTPs", getUsers: "Get Users", search: "Search History" })[$parameter["operation"]] }}',
		description:
			'Get cases from Intezer with their devices, users and TTPs, and search or count the whole history',
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
				// The node panel lists a node's actions by the choices of its resource.
				options: [{ name: 'Case', value: 'case' }],
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
						action: 'Get a case by its ID or link',
						description:
							'Get one case by its ID or its link in Intezer: title, status, priority, verdicts, with its devices, users and TTPs if wanted',
					},
					{
						name: 'Get Devices',
						value: 'getDevices',
						action: 'Get the devices of a case',
						description:
							'Get an item for each device in one case: its host name and what else Intezer knows of it',
					},
					{
						name: 'Get TTPs',
						value: 'getTtps',
						action: 'Get the tactics and techniques of a case',
						description:
							'Get an item for each tactic, technique or procedure seen in one case, such as T1059',
					},
					{
						name: 'Get Users',
						value: 'getUsers',
						action: 'Get the users of a case',
						description:
							'Get an item for each user in one case: the email address and what else Intezer knows of them',
					},
					{
						name: 'Search History',
						value: 'search',
						action: 'Search cases or count all that match',
						description:
							'Find cases in the whole history with filters. With Count Only, get the true number of all that match.',
					},
				],
				default: 'search',
			},
			...get.description,
			...getDevices.description,
			...getTtps.description,
			...getUsers.description,
			...search.description,
		],
	};

	methods = { listSearch: { searchCases } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const output = await runOverItems(this, async (client, itemIndex) => {
			const name = this.getNodeParameter('operation', itemIndex);
			const operation = OPERATIONS.get(name);
			if (operation === undefined)
				throw unknownValueError('Operation', name, [...OPERATIONS.keys()]);
			return await operation.run({ n8n: this, client, itemIndex });
		});
		return [output];
	}
}
