import type { INodeProperties } from 'n8n-workflow';

/** The parameter 'Case': one case, by its ID or by its link in Intezer. */
export const caseLocator: INodeProperties = {
	displayName: 'Case',
	name: 'caseId',
	type: 'resourceLocator',
	default: { mode: 'id', value: '' },
	required: true,
	description: 'The case to get',
	modes: [
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. https://analyze.intezer.com/cases/3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
		},
	],
};
