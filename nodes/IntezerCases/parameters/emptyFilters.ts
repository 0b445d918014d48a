import type { INodeProperties } from 'n8n-workflow';

import { readChoice } from '../../n8n/parameterValues';

const CHOICES = ['fail', 'ignore', 'noItems'] as const;

export const emptyFilters: INodeProperties = {
	displayName: 'Empty Filters',
	name: 'emptyFilters',
	type: 'options',
	options: [
		{
			name: 'Fail',
			value: 'fail',
			description: 'Stop with an error, because more cases would match without the filter',
		},
		{
			name: 'Ignore the Filter',
			value: 'ignore',
			description: 'Search without the filter. If it is the only filter, every case matches.',
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

/** What to do when a filter's expression is empty; `fail` if the option is blank. @throws ParameterError */
export function readEmptyFilters(value: unknown): (typeof CHOICES)[number] {
	return readChoice(value, emptyFilters.displayName, CHOICES) ?? 'fail';
}
