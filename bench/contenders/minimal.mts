import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

import { FIXED_WIDTH, PAGE_SIZE } from '../workload.mts';

/** The response to a search. */
interface Found {
	result: { cases: IDataObject[]; cases_count: number };
}

/**
 * The least that a node has to do: it sends the requests of the floor with n8n's helper and makes items of the cases.
 * It handles no error, and would not notice a missing case.
 */
export class MinimalCases implements INodeType {
	description: INodeType['description'] = {
		displayName: 'Minimal Cases',
		name: 'minimalCases',
		group: ['input'],
		version: 1,
		description: 'Searches cases without checking anything',
		defaults: { name: 'Minimal Cases' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'intezerApi', required: true }],
		properties: [{ displayName: 'Payload', name: 'payload', type: 'json', default: '{}' }],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const payload = this.getNodeParameter('payload', 0, {}, { ensureType: 'json' });
		const items: INodeExecutionData[] = [];
		const send = async (offset: number): Promise<number> => {
			const { result } = (await this.helpers.httpRequestWithAuthentication.call(
				this,
				'intezerApi',
				{
					method: 'POST',
					url: '/cases/search',
					body: { payload, offset, limit: PAGE_SIZE },
					json: true,
				},
			)) as Found;
			for (const found of result.cases) items.push({ json: found, pairedItem: 0 });
			return result.cases_count;
		};
		const count = await send(0);
		let offset = 0;
		const sendNext = async (): Promise<void> => {
			while ((offset += PAGE_SIZE) < count) await send(offset);
		};
		await Promise.all(Array.from({ length: FIXED_WIDTH }, sendNext));
		return [items];
	}
}
