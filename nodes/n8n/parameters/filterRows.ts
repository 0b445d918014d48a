import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { optionsFromValues } from '../optionsFromValues';
import { isBlank, readBoolean, readChoices, readText, readTextList } from '../parameterValues';

/**
 * How the value of a filter is read:
 * - `list`: comma-separated text, or an array from an expression
 * - `choice`: some of the documented values; an expression may return text or an array
 * - `account`: accounts from a list that the editor loads; an expression may return text or an array of IDs
 * - `text`: text as it is
 * - `boolean`: sent if it is set, also if it is false
 */
export type FilterKind = 'list' | 'choice' | 'account' | 'text' | 'boolean';

/** A filter that is a single parameter and is sent as a single value. */
export interface FilterRow {
	/** The parameter's name, which saved workflows depend on. */
	name: string;
	displayName: string;
	kind: FilterKind;
	/** Where the value goes in the search's payload. */
	payload: readonly [string] | readonly [group: string, field: string];
	description: string;
	placeholder?: string;
	/** For `choice`: the documented values, as in the API. */
	known?: readonly string[];
}

export function filterParameter(row: FilterRow): INodeProperties {
	const { displayName, name, description, placeholder, kind, known } = row;
	if (kind === 'choice') {
		const options = optionsFromValues(known ?? []);
		return { displayName, name, description, type: 'multiOptions', options, default: [] };
	}
	if (kind === 'account') {
		const typeOptions = { loadOptionsMethod: 'getAccounts' };
		return { displayName, name, description, type: 'multiOptions', typeOptions, default: [] };
	}
	if (kind === 'boolean') {
		return { displayName, name, description, type: 'boolean', default: true };
	}
	return { displayName, name, description, type: 'string', placeholder, default: '' };
}

/**
 * The filters of a table as the API takes them; blank ones are left out.
 *
 * @param values the values of the filters by parameter name
 * @param allowUnknown whether to accept undocumented values of a `choice`; undefined if the user can't choose that
 * @throws ParameterError
 */
export function readFilterRows(
	rows: readonly FilterRow[],
	values: IDataObject,
	allowUnknown?: boolean,
): IDataObject {
	const payload: IDataObject = {};
	const groups = new Map<string, IDataObject>();
	for (const row of rows) {
		const value = readFilter(row, values[row.name], allowUnknown);
		if (value === undefined) continue;
		const [first, field] = row.payload;
		if (field === undefined) payload[first] = value;
		else groups.set(first, { ...groups.get(first), [field]: value });
	}
	return { ...payload, ...Object.fromEntries(groups) };
}

function readFilter(
	{ kind, displayName, known }: FilterRow,
	value: unknown,
	allowUnknown: boolean | undefined,
): string | string[] | boolean | undefined {
	if (isBlank(value)) return undefined;
	switch (kind) {
		case 'text':
			return readText(value, displayName);
		case 'boolean':
			return readBoolean(value, displayName);
		case 'list':
		case 'account':
			return unlessEmpty(readTextList(value, displayName));
		case 'choice':
			return unlessEmpty(readChoices(value, displayName, known ?? [], allowUnknown));
	}
}

function unlessEmpty(list: string[]): string[] | undefined {
	return list.length === 0 ? undefined : list;
}
