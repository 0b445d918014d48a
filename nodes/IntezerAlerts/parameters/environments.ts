import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readTextList } from '../../n8n/parameterValues';

export const environmentsParameter: INodeProperties = {
	displayName: 'Environments',
	name: 'environments',
	type: 'string',
	default: '',
	placeholder: 'e.g. cs-production, s1-lab',
	description:
		'Only alerts of these environments, separated by commas. Without environments, an ID that several environments use returns an item for each.',
};

/** An empty list for all environments. @throws ParameterError */
export function readEnvironments(n8n: IExecuteFunctions, itemIndex: number): string[] {
	const value = n8n.getNodeParameter('environments', itemIndex, '');
	return readTextList(value, environmentsParameter.displayName);
}
