import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { TIME_RANGE_FIELDS } from '../../intezer/types';
import { optionsFromValues } from '../../n8n/optionsFromValues';
import { isBlank, ParameterError, readChoice, readPositiveNumber } from '../../n8n/parameterValues';
import { readStartAndEnd } from '../../n8n/parameters/startAndEnd';

const timeRangeEnd: INodeProperties = {
	displayName: 'Time Range End',
	name: 'timeRangeEnd',
	type: 'dateTime',
	default: '',
	description:
		"Only cases up to this time, for example 2026-01-31T14:00:00Z. A time without an offset is in the workflow's time zone.",
};

const timeRangeField: INodeProperties = {
	displayName: 'Time Range Field',
	name: 'timeRangeField',
	type: 'options',
	options: optionsFromValues(TIME_RANGE_FIELDS),
	default: 'creation_time',
	description:
		'Time of the case that the range applies to: creation_time (used without this filter), modification_time or last_attached_alert_time',
};

const timeRangeLastHours: INodeProperties = {
	displayName: 'Time Range Last Hours',
	name: 'timeRangeLastHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 24,
	description: 'Number of hours to look back, instead of a start and an end',
};

const timeRangeStart: INodeProperties = {
	displayName: 'Time Range Start',
	name: 'timeRangeStart',
	type: 'dateTime',
	default: '',
	description:
		"Only cases from this time on, for example 2026-01-31T14:00:00Z. A time without an offset is in the workflow's time zone.",
};

export const timeRange: INodeProperties[] = [
	timeRangeEnd,
	timeRangeField,
	timeRangeLastHours,
	timeRangeStart,
];

/**
 * The time range as the API takes it, in whole Unix seconds; empty if no start, end or hours are set.
 *
 * @param values the values of the filters by parameter name
 * @param timeZone IANA name, for times without an offset
 * @param now Unix seconds, for a range of the last hours
 * @throws ParameterError
 */
export function readTimeRange(values: IDataObject, timeZone: string, now: number): IDataObject {
	const { start, end } = readStartAndEnd(
		{ value: values.timeRangeStart, label: timeRangeStart.displayName },
		{ value: values.timeRangeEnd, label: timeRangeEnd.displayName },
		timeZone,
	);
	const range: IDataObject = {};
	if (start !== undefined) range.time_range_start = start;
	if (end !== undefined) range.time_range_end = end;
	if (!isBlank(values.timeRangeLastHours)) {
		if (start !== undefined || end !== undefined) {
			throw new ParameterError(
				"'Time Range Last Hours' can't be combined with 'Time Range Start' or 'Time Range End'",
				"Use either 'Time Range Last Hours' or a start and end.",
			);
		}
		const hours = readPositiveNumber(values.timeRangeLastHours, timeRangeLastHours.displayName);
		range.time_range_start = Math.max(0, Math.floor(now - hours * 3600));
	}
	const field = readChoice(values.timeRangeField, timeRangeField.displayName, TIME_RANGE_FIELDS);
	if (Object.keys(range).length > 0) range.time_range_field = field ?? 'creation_time';
	return range;
}
