import type { IDataObject } from 'n8n-workflow';

import { TIME_RANGE_FIELDS } from '../../intezer/types';
import { FILTER_ROWS, type FilterRow } from './filterTable';
import {
	isBlank,
	readChoice,
	ParameterError,
	readPositiveNumber,
	readChoices,
	readText,
	readTextList,
} from '../../n8n/parameterValues';
import { readUnixSeconds } from '../../n8n/timeValues';

/** What a filter's meaning depends on besides its own value. */
export interface FilterSituation {
	/** IANA name: where a time without an offset is. */
	timeZone: string;
	/** Unix seconds, for a range that reaches back from now. */
	now: number;
	/** Pass on statuses and priorities that this package does not know. */
	allowUnknownValues: boolean;
}

export interface FilterReading {
	/** What to send: filters that say nothing are not in it. */
	payload: IDataObject;
	/** Labels of the filters whose expression came out empty: left out, they would let every case match. */
	emptyExpressions: string[];
}

const ALERT_ROWS = 'alertIdentifiers';

/** The labels of all filters by the parameters' names. */
const LABELS: Readonly<Record<string, string>> = {
	...Object.fromEntries(FILTER_ROWS.map(({ name, displayName }) => [name, displayName])),
	[ALERT_ROWS]: 'Alert Identifiers',
	timeRangeEnd: 'Time Range End',
	timeRangeField: 'Time Range Field',
	timeRangeLastHours: 'Time Range Last Hours',
	timeRangeStart: 'Time Range Start',
};

/**
 * Reads the parameter 'Filters'. A filter of another name, and an expression in place of the whole parameter, n8n drops
 * before a node sees them.
 *
 * @param given its value, with expressions resolved
 * @param written its value as the user wrote it: that tells an expression from a field left blank
 * @throws ParameterError where a value cannot be sent
 */
export function readFilters(
	given: IDataObject,
	written: unknown,
	situation: FilterSituation,
): FilterReading {
	const alerts = readAlertIdentifiers(given[ALERT_ROWS], member(written, ALERT_ROWS));
	const payload = {
		...readRows(given, situation),
		...readTimeRange(given, situation),
		...(alerts.length === 0 ? {} : { alert_identifiers: alerts }),
	};
	// The field of a time range narrows nothing by itself.
	const cameOutEmpty = Object.keys(LABELS)
		.filter((name) => name !== 'timeRangeField' && isExpression(member(written, name)))
		.filter((name) => isEmpty(given[name]))
		.map(label);
	return { payload, emptyExpressions };
}

function readRows(given: IDataObject, situation: FilterSituation): IDataObject {
	const payload: IDataObject = {};
	const groups: Record<'devices' | 'users', IDataObject> = { devices: {}, users: {} };
	for (const row of FILTER_ROWS) {
		const value = readRow(row, given[row.name], situation);
		if (value.length === 0) continue;
		if (row.payload.length === 1) payload[row.payload[0]] = value;
		else groups[row.payload[0]][row.payload[1]] = value;
	}
	for (const [group, lists] of Object.entries(groups)) {
		if (Object.keys(lists).length > 0) payload[group] = lists;
	}
	return payload;
}

/** A filter's value for the wire; an empty text or list where it says nothing. */
function readRow(row: FilterRow, value: unknown, situation: FilterSituation): string | string[] {
	switch (row.kind) {
		case 'text':
			return isBlank(value) ? '' : readText(value, row.displayName);
		case 'list':
			return readTextList(value, row.displayName);
		case 'choice':
			return readChoices(value, row.displayName, row.known ?? [], situation.allowUnknownValues);
	}
}

function readTimeRange(given: IDataObject, { timeZone, now }: FilterSituation): IDataObject {
	const { timeRangeStart, timeRangeEnd, timeRangeLastHours } = given;
	const [start, end] = [
		timePoint(timeRangeStart, label('timeRangeStart'), timeZone),
		timePoint(timeRangeEnd, label('timeRangeEnd'), timeZone),
	];
	const range: IDataObject = {};
	if (start !== undefined) range.time_range_start = start;
	if (end !== undefined) range.time_range_end = end;
	if (start !== undefined && end !== undefined && start > end) {
		throw new ParameterError(
			"'Time Range Start' is after 'Time Range End': no case can match",
			'Swap the two, or correct the one that is wrong.',
		);
	}
	if (!isBlank(timeRangeLastHours)) {
		if (start !== undefined || end !== undefined) {
			throw new ParameterError(
				"'Time Range Last Hours' stands beside 'Time Range Start' or 'Time Range End'",
				'Keep the hours, or the start and end.',
			);
		}
		const hours = readPositiveNumber(timeRangeLastHours, label('timeRangeLastHours'));
		range.time_range_start = Math.max(0, Math.floor(now - hours * 3600));
	}
	const over = readChoice(given.timeRangeField, label('timeRangeField'), TIME_RANGE_FIELDS);
	if (Object.keys(range).length > 0) range.time_range_field = over ?? 'creation_time';
	return range;
}

function timePoint(value: unknown, name: string, timeZone: string): number | undefined {
	return isBlank(value) ? undefined : readUnixSeconds(value, name, timeZone);
}

function readAlertIdentifiers(given: unknown, written: unknown): IDataObject[] {
	const identifiers: IDataObject[] = [];
	for (const [index, row] of listOf(member(given, 'alert')).entries()) {
		const alertId = member(row, 'alertId');
		const environment = member(row, 'environment');
		if (isBlank(alertId)) {
			const writtenRow = listOf(member(written, 'alert'))[index];
			if (isFilledByAgent(member(writtenRow, 'alertId')) && isBlank(environment)) continue;
			throw new ParameterError(
				`'${label(ALERT_ROWS)}' has no alert ID in row ${index + 1}`,
				'Enter the ID that the alert has in its product, or remove the row.',
			);
		}
		identifiers.push({
			alert_id: readText(alertId, 'Alert ID'),
			...(isBlank(environment) ? {} : { environment: readText(environment, 'Environment') }),
		});
	}
	return identifiers;
}

function label(name: string): string {
	return LABELS[name] ?? name;
}

function member(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function listOf(value: unknown): unknown[] {
	if (value === undefined || value === null) return [];
	return Array.isArray(value) ? value : [value];
}

/** Whether no part of a value says anything. */
function isEmpty(value: unknown): boolean {
	if (Array.isArray(value)) return value.every(isBlank);
	return isBlank(value) || (typeof value === 'string' && /^[\s,]*$/.test(value));
}

/** Whether a user wrote an expression; where an agent fills the field, empty means that it wants no such filter. */
function isExpression(written: unknown): boolean {
	return typeof written === 'string' && written.startsWith('=') && !isFilledByAgent(written);
}

function isFilledByAgent(written: unknown): boolean {
	return typeof written === 'string' && /\$fromAI\s*\(/i.test(written);
}
