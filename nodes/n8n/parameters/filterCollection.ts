import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isExpression } from '../expressions';
import { isBlank, memberOf } from '../parameterValues';

/** A parameter 'Filters' with these filters, in alphabetical order. */
export function filterCollection(
	filters: readonly INodeProperties[],
	description: string,
): INodeProperties {
	return {
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description,
		options: [...filters].sort((a, b) => a.displayName.localeCompare(b.displayName)),
	};
}

/** What the parameter 'Filters' contains. */
export interface FilterReading {
	/** The filters as the API takes them; blank ones are left out. */
	payload: IDataObject;
	/** The filters whose expression is empty, such as `'Case IDs'`: without them, the search finds something other than what the user wants. */
	emptyExpressions: string[];
}

/**
 * The filters whose expression returned no value, such as `'Case IDs'`.
 *
 * @param values the filters by name, with expressions resolved
 * @param rawValues the same as the user wrote them
 */
export function emptyExpressionsIn(
	filters: readonly INodeProperties[],
	values: IDataObject,
	rawValues: unknown,
): string[] {
	return filters
		.filter(({ name }) => isExpression(memberOf(rawValues, name)) && isEmpty(values[name]))
		.map(({ displayName }) => `'${displayName}'`);
}

/** Whether a filter has no value: blank, only commas, or a list of blank elements. */
function isEmpty(value: unknown): boolean {
	if (Array.isArray(value)) return value.every(isBlank);
	return isBlank(value) || (typeof value === 'string' && /^[\s,]*$/.test(value));
}
