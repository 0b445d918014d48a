import type { INodeProperties } from 'n8n-workflow';

import type { EntryNouns } from '../entryNouns';
import { readChoice } from '../parameterValues';

const CHOICES = ['fail', 'noItems'] as const;

export const WHEN_NOTHING_FOUND = 'When Nothing Found';

export function whenNothingFound({ singular }: EntryNouns): INodeProperties {
	return {
		displayName: WHEN_NOTHING_FOUND,
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
		description: `What to do if no ${singular} matches. With 'Count Only', the count is 0 instead.`,
	};
}

/** What to do when a search finds nothing; `noItems` if the option is blank. @throws ParameterError */
export function readWhenNothingFound(value: unknown): (typeof CHOICES)[number] {
	return readChoice(value, WHEN_NOTHING_FOUND, CHOICES) ?? 'noItems';
}
