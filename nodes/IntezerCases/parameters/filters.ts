import type { INodeProperties } from 'n8n-workflow';

import { TIME_RANGE_FIELDS } from '../../intezer/types';
import { FILTER_ROWS, type FilterRow } from './filterTable';
import { optionsFromValues } from '../../n8n/optionsFromValues';

const FROM_TABLE: INodeProperties[] = FILTER_ROWS.map(
	({ displayName, name, description, placeholder, kind, known }: FilterRow): INodeProperties => {
		if (kind === 'choice') {
			const options = optionsFromValues(known ?? []);
			return { displayName, name, description, type: 'multiOptions', options, default: [] };
		}
		return { displayName, name, description, type: 'string', placeholder, default: '' };
	},
);

const ALERT_IDENTIFIERS: INodeProperties = {
	displayName: 'Alert Identifiers',
	name: 'alertIdentifiers',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Alert',
	default: {},
	description: 'Only cases that hold one of these alerts',
	options: [
		{
			displayName: 'Alert',
			name: 'alert',
			values: [
				{
					displayName: 'Alert ID',
					name: 'alertId',
					type: 'string',
					default: '',
					placeholder: 'e.g. ldt:4f1a:8731',
					description: 'The ID of the alert in the product that raised it',
				},
				{
					displayName: 'Environment',
					name: 'environment',
					type: 'string',
					default: '',
					placeholder: 'e.g. cs-production',
					description: 'The environment of the alert, where the ID alone is not enough',
				},
			],
		},
	],
};

const TIME_RANGE: INodeProperties[] = [
	{
		displayName: 'Time Range End',
		name: 'timeRangeEnd',
		type: 'dateTime',
		default: '',
		description:
			"Only cases up to this time, such as 2026-01-31T14:00:00Z. A time without an offset is in the workflow's time zone.",
	},
	{
		displayName: 'Time Range Field',
		name: 'timeRangeField',
		type: 'options',
		options: optionsFromValues(TIME_RANGE_FIELDS),
		default: 'creation_time',
		description:
			'Which time of a case the time range is over: creation_time, modification_time or last_attached_alert_time',
	},
	{
		displayName: 'Time Range Last Hours',
		name: 'timeRangeLastHours',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 24,
		description: 'How many hours back the time range begins, instead of a start and an end',
	},
	{
		displayName: 'Time Range Start',
		name: 'timeRangeStart',
		type: 'dateTime',
		default: '',
		description:
			"Only cases from this time on, such as 2026-01-31T14:00:00Z. A time without an offset is in the workflow's time zone.",
	},
];

const CASE_FILTERS: INodeProperties[] = [...FROM_TABLE, ALERT_IDENTIFIERS];

/** The parameter 'Filters' of a search: empty, it lets every case match. */
export const filters: INodeProperties = filtersOf(
	[...CASE_FILTERS, ...TIME_RANGE],
	'Which cases to find. Several filters are combined as the option Search Mode says; without any, every case matches.',
);

/** The parameter 'Filters' of a trigger, which has its own times. */
export const triggerFilters: INodeProperties = filtersOf(
	CASE_FILTERS,
	'Which cases to wait for: those that every filter lets through. Without any, every case counts.',
);

/** The same for escalated cases, whose priority is settled. */
export const escalatedFilters: INodeProperties = filtersOf(
	CASE_FILTERS.filter(({ name }) => name !== 'priorities'),
	'Which escalated cases to wait for: those that every filter lets through. Without any, every escalated case counts.',
);

export const allowUnknownValues: INodeProperties = {
	displayName: 'Allow Unknown Values',
	name: 'allowUnknownValues',
	type: 'boolean',
	default: false,
	description:
		'Whether to send statuses and priorities that this package does not know, instead of refusing them',
};

function filtersOf(options: INodeProperties[], description: string): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description,
		options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}
