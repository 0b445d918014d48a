import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../n8n/parameterValues';

const CHOICES = ['fail', 'return'] as const;

export const whenInProgressParameter: INodeProperties = {
	displayName: 'When in Progress',
	name: 'whenInProgress',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Stop with an error',
		},
		{
			name: 'Return Alert So Far',
			value: 'return',
			description:
				"Return the alert in its current state. Its 'status' is then queued or in_progress.",
		},
	],
	default: 'fail',
	description:
		"What to do if the triage is not finished after 'Wait Minutes', or right away if 'Wait for Triage' is off",
};

/** `fail` for a blank value. @throws ParameterError */
export function readWhenInProgress(
	n8n: IExecuteFunctions,
	itemIndex: number,
): (typeof CHOICES)[number] {
	const value = n8n.getNodeParameter('whenInProgress', itemIndex, '');
	return readChoice(value, whenInProgressParameter.displayName, CHOICES) ?? 'fail';
}
