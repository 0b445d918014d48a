import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../n8n/parameterValues';

const CHOICES = ['json', 'url'] as const;

export const outputParameter: INodeProperties = {
	displayName: 'Output',
	name: 'output',
	type: 'options',
	options: [
		{
			name: 'JSON',
			value: 'json',
			description: 'Download the raw alert, which can be up to 20 MB',
		},
		{
			name: 'URL',
			value: 'url',
			description: 'Return the address of the raw alert, without downloading it',
		},
	],
	default: 'json',
	description:
		'What to return. The raw alert may be on another host, to which the session token is not sent.',
};

/** `json` for a blank value. @throws ParameterError */
export function readOutput(n8n: IExecuteFunctions, itemIndex: number): (typeof CHOICES)[number] {
	const value = n8n.getNodeParameter('output', itemIndex, '');
	return readChoice(value, outputParameter.displayName, CHOICES) ?? 'json';
}
