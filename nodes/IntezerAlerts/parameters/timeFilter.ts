import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { TIME_FILTER_TYPES } from '../../intezer/types';
import { optionsFromValues } from '../../n8n/optionsFromValues';
import { readChoice } from '../../n8n/parameterValues';
import { readStartAndEnd } from '../../n8n/parameters/startAndEnd';

const endTime: INodeProperties = {
	displayName: 'End Time',
	name: 'endTime',
	type: 'dateTime',
	default: '',
	description:
		"Only alerts up to this time, for example 2026-01-31T14:00:00Z. A time without an offset is in the workflow's time zone.",
};

const startTime: INodeProperties = {
	displayName: 'Start Time',
	name: 'startTime',
	type: 'dateTime',
	default: '',
	description:
		"Only alerts from this time on, for example 2026-01-31T14:00:00Z. A time without an offset is in the workflow's time zone.",
};

const timeFilterType: INodeProperties = {
	displayName: 'Time Filter Type',
	name: 'timeFilterType',
	type: 'options',
	options: optionsFromValues(TIME_FILTER_TYPES),
	default: 'creation_time',
	description:
		"Which time of an alert 'Start Time' and 'End Time' apply to. Without this filter, it is the creation time.",
};

export const timeFilter: INodeProperties[] = [endTime, startTime, timeFilterType];

/**
 * The time range as the API takes it, in whole Unix seconds; empty without a start and an end.
 *
 * @param values the values of the filters by parameter name
 * @param timeZone IANA name, for times without an offset
 * @throws ParameterError
 */
export function readTimeFilter(values: IDataObject, timeZone: string): IDataObject {
	const { start, end } = readStartAndEnd(
		{ value: values.startTime, label: startTime.displayName },
		{ value: values.endTime, label: endTime.displayName },
		timeZone,
	);
	const type = readChoice(values.timeFilterType, timeFilterType.displayName, TIME_FILTER_TYPES);
	if (start === undefined && end === undefined) return {};
	return {
		...(start === undefined ? {} : { start_time: start }),
		...(end === undefined ? {} : { end_time: end }),
		time_filter_type: type ?? 'creation_time',
	};
}
