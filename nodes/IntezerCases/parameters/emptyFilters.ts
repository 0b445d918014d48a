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
			description: 'Stop with an error: without the filter every case would match',
		},
		{
			name: 'Ignore the Filter',
			value: 'ignore',
			description: 'Search without it',
		},
		{
			name: 'Return No Items',
			value: 'noItems',
			description: 'Do not search',
		},
	],
	default: 'fail',
	description: 'What to do when the expression of a filter comes out empty',
};

export const emptyFiltersNotice: INodeProperties = {
	displayName:
		'With Empty Filters on Ignore the Filter, an expression that comes out empty lets every case match that the other filters let through',
	name: 'ignoredFilterNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { '/options.emptyFilters': ['ignore'] } },
};

/** What to do when a filter's expression is empty; `fail` where the option is blank. @throws ParameterError */
export function readEmptyFilters(value: unknown): (typeof CHOICES)[number] {
	return readChoice(value, emptyFilters.displayName, CHOICES) ?? 'fail';
}
