import type { INodeProperties } from 'n8n-workflow';

import { ALERT_SORT_FIELDS, SORT_ORDERS } from '../../intezer/types';
import { optionsFromValues } from '../../n8n/optionsFromValues';
import { readChoice } from '../../n8n/parameterValues';

export const sortByParameter: INodeProperties = {
	displayName: 'Sort By',
	name: 'sortBy',
	type: 'options',
	options: optionsFromValues(ALERT_SORT_FIELDS),
	default: 'creation_time',
	description: 'Time to sort the alerts by',
};

export const sortOrderParameter: INodeProperties = {
	displayName: 'Sort Order',
	name: 'sortOrder',
	type: 'options',
	options: [
		{
			name: 'Newest First',
			value: 'desc',
		},
		{
			name: 'Oldest First',
			value: 'asc',
		},
	],
	default: 'desc',
	description: 'Order of the sorted alerts',
};

/** Undefined if the option is blank: the service then has its own default. @throws ParameterError */
export function readSortBy(value: unknown): (typeof ALERT_SORT_FIELDS)[number] | undefined {
	return readChoice(value, sortByParameter.displayName, ALERT_SORT_FIELDS);
}

/** Undefined if the option is blank: the service then has its own default. @throws ParameterError */
export function readSortOrder(value: unknown): (typeof SORT_ORDERS)[number] | undefined {
	return readChoice(value, sortOrderParameter.displayName, SORT_ORDERS);
}
