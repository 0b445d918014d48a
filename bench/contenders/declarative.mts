import type { INodeType, INodeTypeDescription } from 'n8n-workflow';

import { PAGE_SIZE } from '../workload.mts';

/** The node that n8n's guide recommends for a REST API: declarative, with n8n's own pagination. */
export class DeclarativeCases implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Declarative Cases',
		name: 'declarativeCases',
		group: ['input'],
		version: 1,
		description: 'Searches cases with the offset pagination of n8n',
		defaults: { name: 'Declarative Cases' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'intezerApi', required: true }],
		requestDefaults: {},
		properties: [
			{
				displayName: 'Payload',
				name: 'payload',
				type: 'json',
				default: '{}',
				routing: {
					request: {
						method: 'POST',
						url: '/cases/search',
						body: { payload: '={{ JSON.parse($value) }}' },
					},
					send: { paginate: true },
					operations: {
						pagination: {
							type: 'offset',
							properties: {
								type: 'body',
								limitParameter: 'limit',
								offsetParameter: 'offset',
								pageSize: PAGE_SIZE,
								rootProperty: 'result.cases',
							},
						},
					},
				},
			},
		],
	};
}
