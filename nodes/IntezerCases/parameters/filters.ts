import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isExpression } from '../../n8n/expressions';
import { isBlank, memberOf } from '../../n8n/parameterValues';
import { alertIdentifiers, readAlertIdentifiers } from './alertIdentifiers';
import { caseFilters, readCaseFilters } from './caseFilters';
import { readTimeRange, timeRange } from './timeRange';

/** The parameter 'Filters' of a search. */
export const filters: INodeProperties = filtersOf(
	[...caseFilters, alertIdentifiers, ...timeRange],
	"Return only cases that match these filters. The option 'Search Mode' sets whether a case must match all or any of them. Without filters, every case matches.",
);

/** The parameter 'Filters' of the trigger, which has no time range. */
export const triggerFilters: INodeProperties = filtersOf(
	[...caseFilters, alertIdentifiers],
	'Trigger only for cases that match all filters',
);

/** The same for escalated cases, whose priority is fixed. */
export const escalatedFilters: INodeProperties = filtersOf(
	[...caseFilters, alertIdentifiers].filter(({ name }) => name !== 'priorities'),
	'Trigger only for escalated cases that match all filters',
);

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

export interface FilterContext {
	/** IANA name, for times without an offset. */
	timeZone: string;
	/** Unix seconds, for a time range of the last hours. */
	now: number;
	/** Whether to send statuses and priorities that this package does not know. */
	allowUnknownValues: boolean;
}

export interface FilterReading {
	/** The filters as the API takes them; blank ones are left out. */
	payload: IDataObject;
	/** Labels of the filters whose expression is empty: without them, more cases would match than the user wants. */
	emptyExpressions: string[];
}

/**
 * Reads the parameter 'Filters'. n8n itself drops unknown filters, and an expression in place of the whole parameter.
 *
 * @param values the filters by name, with expressions resolved
 * @param rawValues the same, as the user wrote them
 * @throws ParameterError if a value can't be sent
 */
export function readFilters(
	values: IDataObject,
	rawValues: unknown,
	{ timeZone, now, allowUnknownValues }: FilterContext,
): FilterReading {
	const alerts = readAlertIdentifiers(
		values[alertIdentifiers.name],
		memberOf(rawValues, alertIdentifiers.name),
	);
	const payload = {
		...readCaseFilters(values, allowUnknownValues),
		...readTimeRange(values, timeZone, now),
		...(alerts.length === 0 ? {} : { alert_identifiers: alerts }),
	};
	// Without a time range, its field filters nothing.
	const emptyExpressions = [...caseFilters, ...timeRange]
		.filter(({ name }) => name !== 'timeRangeField')
		.filter(({ name }) => isExpression(memberOf(rawValues, name)) && isEmpty(values[name]))
		.map(({ displayName }) => displayName);
	return { payload, emptyExpressions };
}

/** Whether a filter has no value: blank, only commas, or a list of blank elements. */
function isEmpty(value: unknown): boolean {
	if (Array.isArray(value)) return value.every(isBlank);
	return isBlank(value) || (typeof value === 'string' && /^[\s,]*$/.test(value));
}
