import type { INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../n8n/parameterValues';

const CHOICES = ['fail', 'noItems'] as const;

export const whenNothingFound: INodeProperties = {
	displayName: 'When Nothing Found',
	name: 'whenNothingFound',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Stop with an error',
		},
		{
			name: 'Return No Items',
			value: 'noItems',
			description: 'The nodes that follow do not run',
		},
	],
	default: 'noItems',
	description: "What to do if no case matches. With 'Count Only', the count is 0 instead.",
};

/** What to do when a search finds no case; `noItems` if the option is blank. @throws ParameterError */
export function readWhenNothingFound(value: unknown): (typeof CHOICES)[number] {
	return readChoice(value, whenNothingFound.displayName, CHOICES) ?? 'noItems';
}
