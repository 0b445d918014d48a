import type { INodeProperties } from 'n8n-workflow';

import { SEARCH_MODES, type SearchQuery } from '../../intezer/types';
import { readChoice } from '../../n8n/parameterValues';

export const searchMode: INodeProperties = {
	displayName: 'Search Mode',
	name: 'searchMode',
	type: 'options',
	options: [
		{
			name: 'All Filters Match',
			value: 'and',
			description: 'Only cases that match every filter',
		},
		{
			name: 'Any Filter Matches',
			value: 'or',
			description: 'Cases that match at least one filter',
		},
	],
	default: 'and',
	description: 'How to combine several filters',
};

export const searchModeNotice: INodeProperties = {
	displayName:
		"With 'Any Filter Matches', a time range and 'Exclude Case IDs' might not narrow the search: your Intezer might also return a case that matches only one of them. To be sure that they narrow it, select 'All Filters Match'.",
	name: 'anyFilterNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { '/options.searchMode': ['or'] } },
};

/** Undefined if the option is blank: the service then uses its own default. @throws ParameterError */
export function readSearchMode(value: unknown): SearchQuery['search_mode'] {
	return readChoice(value, searchMode.displayName, SEARCH_MODES);
}
