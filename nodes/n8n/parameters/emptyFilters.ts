import type { INodeProperties } from 'n8n-workflow';

import type { EntryNouns } from '../entryNouns';
import { readChoice } from '../parameterValues';

const CHOICES = ['fail', 'ignore', 'noItems'] as const;

const LABEL = 'Empty Filters';

export function emptyFilters({ singular, plural }: EntryNouns): INodeProperties {
	return {
		displayName: LABEL,
		name: 'emptyFilters',
		type: 'options',
		options: [
			{
				name: 'Fail',
				value: 'fail',
				description: `Stop with an error, because the search could return the wrong ${plural} without the filter`,
			},
			{
				name: 'Ignore the Filter',
				value: 'ignore',
				description: `Search without the filter. If it is the only filter, every ${singular} matches.`,
			},
			{
				name: 'Return No Items',
				value: 'noItems',
				description: 'Return no items, without searching',
			},
		],
		default: 'fail',
		description: 'What to do if the expression in a filter returns no value',
	};
}

/** What to do when a filter's expression is empty; `fail` if the option is blank. @throws ParameterError */
export function readEmptyFilters(value: unknown): (typeof CHOICES)[number] {
	return readChoice(value, LABEL, CHOICES) ?? 'fail';
}
