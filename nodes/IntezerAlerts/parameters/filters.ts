import type { IDataObject, INodeProperties } from 'n8n-workflow';

import {
	emptyExpressionsIn,
	filterCollection,
	type FilterReading,
} from '../../n8n/parameters/filterCollection';
import { filterParameter, readFilterRows } from '../../n8n/parameters/filterRows';
import { FILTER_ROWS } from './filterDefinitions';
import { readTimeFilter, timeFilter } from './timeFilter';

const alertFilters: INodeProperties[] = FILTER_ROWS.map(filterParameter);

/** The parameter 'Filters' of a search. */
export const filters: INodeProperties = filterCollection(
	[...alertFilters, ...timeFilter],
	'Return only alerts that match all of these filters. Without filters, every alert matches.',
);

/**
 * Reads the parameter 'Filters'. n8n itself drops unknown filters, and an expression in place of the whole parameter.
 *
 * @param values the filters by name, with expressions resolved
 * @param rawValues the same, as the user wrote them
 * @param timeZone IANA name, for times without an offset
 * @throws ParameterError if a value can't be sent
 */
export function readFilters(
	values: IDataObject,
	rawValues: unknown,
	timeZone: string,
): FilterReading {
	const payload = {
		...readFilterRows(FILTER_ROWS, values),
		...readTimeFilter(values, timeZone),
	};
	// Without a time range, its type filters nothing.
	const filtering = [...alertFilters, ...timeFilter].filter(
		({ name }) => name !== 'timeFilterType',
	);
	return { payload, emptyExpressions: emptyExpressionsIn(filtering, values, rawValues) };
}
