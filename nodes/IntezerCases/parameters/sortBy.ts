import type { INodeProperties } from 'n8n-workflow';

import { SORT_FIELDS, type SearchQuery } from '../../intezer/types';
import { optionsFromValues } from '../../n8n/optionsFromValues';
import { readChoice } from '../../n8n/parameterValues';

export const sortBy: INodeProperties = {
	displayName: 'Sort By',
	name: 'sortBy',
	type: 'options',
	options: optionsFromValues(SORT_FIELDS),
	default: 'creation_time',
	description: 'Field to sort the cases by. Intezer usually returns the newest or largest first.',
};

/** Undefined if the option is blank: the service then uses its own default. @throws ParameterError */
export function readSortBy(value: unknown): SearchQuery['sort_by'] {
	return readChoice(value, sortBy.displayName, SORT_FIELDS);
}
