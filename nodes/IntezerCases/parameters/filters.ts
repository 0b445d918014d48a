import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { memberOf } from '../../n8n/parameterValues';
import {
	emptyExpressionsIn,
	filterCollection,
	type FilterReading,
} from '../../n8n/parameters/filterCollection';
import { filterParameter, readFilterRows } from '../../n8n/parameters/filterRows';
import { alertIdentifiers, emptyEnvironmentIn, readAlertIdentifiers } from './alertIdentifiers';
import { FILTER_ROWS } from './filterDefinitions';
import { readTimeRange, timeRange } from './timeRange';

const caseFilters: INodeProperties[] = FILTER_ROWS.map(filterParameter);

/** The parameter 'Filters' of a search. */
export const filters: INodeProperties = filterCollection(
	[...caseFilters, alertIdentifiers, ...timeRange],
	"Return only cases that match these filters. The option 'Search Mode' sets whether a case must match all or any of them. Without filters, every case matches.",
);

/** The parameter 'Filters' of the trigger, which has no time range. */
export const triggerFilters: INodeProperties = filterCollection(
	[...caseFilters, alertIdentifiers],
	'Trigger only for cases that match all filters when the event happens',
);

/** The same for escalated cases, whose priority is fixed. */
export const escalatedFilters: INodeProperties = filterCollection(
	[...caseFilters, alertIdentifiers].filter(({ name }) => name !== 'priorities'),
	'Trigger only for escalated cases that match all filters',
);

export interface FilterContext {
	/** IANA name, for times without an offset. */
	timeZone: string;
	/** Unix seconds, for a time range of the last hours. */
	now: number;
	/** Whether to send statuses and priorities that this package does not know. */
	allowUnknownValues: boolean;
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
	const identifiers = values[alertIdentifiers.name];
	const rawIdentifiers = memberOf(rawValues, alertIdentifiers.name);
	const alerts = readAlertIdentifiers(identifiers, rawIdentifiers);
	const payload = {
		...readFilterRows(FILTER_ROWS, values, allowUnknownValues),
		...readTimeRange(values, timeZone, now),
		...(alerts.length === 0 ? {} : { alert_identifiers: alerts }),
	};
	// Without a time range, its field filters nothing.
	const filtering = [...caseFilters, ...timeRange].filter(({ name }) => name !== 'timeRangeField');
	const emptyExpressions = [
		...emptyExpressionsIn(filtering, values, rawValues),
		...emptyEnvironmentIn(identifiers, rawIdentifiers),
	];
	return { payload, emptyExpressions };
}
