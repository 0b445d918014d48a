import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { optionsFromValues } from '../../n8n/optionsFromValues';
import { isBlank, readChoices, readText, readTextList } from '../../n8n/parameterValues';
import { FILTER_ROWS, type FilterRow } from './filterTable';

/** The filters of the table, each sent as one value. */
export const caseFilters: INodeProperties[] = FILTER_ROWS.map(
	({ displayName, name, description, placeholder, kind, known }): INodeProperties => {
		if (kind === 'choice') {
			const options = optionsFromValues(known ?? []);
			return { displayName, name, description, type: 'multiOptions', options, default: [] };
		}
		if (kind === 'account') {
			const typeOptions = { loadOptionsMethod: 'getAccounts' };
			return { displayName, name, description, type: 'multiOptions', typeOptions, default: [] };
		}
		return { displayName, name, description, type: 'string', placeholder, default: '' };
	},
);

/**
 * These filters as the API takes them; blank ones are left out.
 *
 * @param values the values of the filters by parameter name
 * @throws ParameterError
 */
export function readCaseFilters(values: IDataObject, allowUnknownValues: boolean): IDataObject {
	const payload: IDataObject = {};
	const groups: Record<'devices' | 'users', IDataObject> = { devices: {}, users: {} };
	for (const row of FILTER_ROWS) {
		const value = readCaseFilter(row, values[row.name], allowUnknownValues);
		if (value.length === 0) continue;
		if (row.payload.length === 1) payload[row.payload[0]] = value;
		else groups[row.payload[0]][row.payload[1]] = value;
	}
	for (const [group, fields] of Object.entries(groups)) {
		if (Object.keys(fields).length > 0) payload[group] = fields;
	}
	return payload;
}

function readCaseFilter(
	{ kind, displayName, known }: FilterRow,
	value: unknown,
	allowUnknownValues: boolean,
): string | string[] {
	switch (kind) {
		case 'text':
			return isBlank(value) ? '' : readText(value, displayName);
		case 'list':
		case 'account':
			return readTextList(value, displayName);
		case 'choice':
			return readChoices(value, displayName, known ?? [], allowUnknownValues);
	}
}
