import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../n8n/parameterValues';

const CHOICES = ['fail', 'item', 'skip'] as const;

export const whenNotFoundParameter: INodeProperties = {
	displayName: 'When Not Found',
	name: 'whenNotFound',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Stop with an error that names the missing alerts',
		},
		{
			name: 'Return Item',
			value: 'item',
			description: "Return an item with 'alert_id' and 'error' in place of the alert",
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Return only the alerts that were found',
		},
	],
	default: 'fail',
	description: 'What to do if Intezer does not have an alert',
};

/** `fail` for a blank value. @throws ParameterError */
export function readWhenNotFound(
	n8n: IExecuteFunctions,
	itemIndex: number,
): (typeof CHOICES)[number] {
	const value = n8n.getNodeParameter('whenNotFound', itemIndex, '');
	return readChoice(value, whenNotFoundParameter.displayName, CHOICES) ?? 'fail';
}
