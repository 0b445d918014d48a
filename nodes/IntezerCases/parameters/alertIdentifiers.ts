import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { isExpression, isFilledByAgent } from '../../n8n/expressions';
import { isBlank, memberOf, ParameterError, readText } from '../../n8n/parameterValues';

export const alertIdentifiers: INodeProperties = {
	displayName: 'Alert Identifiers',
	name: 'alertIdentifiers',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Alert',
	default: {},
	description: 'Only cases that contain one of these alerts',
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
					description: 'ID of the alert in the product that raised it',
				},
				{
					displayName: 'Environment',
					name: 'environment',
					type: 'string',
					default: '',
					placeholder: 'e.g. cs-production',
					description:
						'Environment of the alert, needed only if several environments use the same ID',
				},
			],
		},
	],
};

/**
 * The alerts as the API takes them: `[{ alert_id, environment }]`. A row that an agent left empty is skipped.
 *
 * @param value undefined if the user did not add the filter
 * @param rawValue the parameter before n8n resolved its expressions
 * @throws ParameterError for a filter without rows, and for a row without an alert ID
 */
export function readAlertIdentifiers(value: unknown, rawValue: unknown): IDataObject[] {
	if (value === undefined) return [];
	const rows = rowsOf(value);
	if (rows.length === 0) {
		// n8n turns an expression in place of the filter into this. Without it, every case would match.
		throw new ParameterError(
			`'${alertIdentifiers.displayName}' contains no alert`,
			"Add an alert, or remove the filter. Use expressions for 'Alert ID' and 'Environment', not for the whole filter.",
		);
	}
	const identifiers: IDataObject[] = [];
	const rawRows = rowsOf(rawValue);
	for (const [index, row] of rows.entries()) {
		const alertId = memberOf(row, 'alertId');
		const environment = memberOf(row, 'environment');
		if (isBlank(alertId)) {
			if (isFilledByAgent(memberOf(rawRows[index], 'alertId')) && isBlank(environment)) continue;
			throw new ParameterError(
				`'Alert ID' is empty in row ${index + 1} of '${alertIdentifiers.displayName}'`,
				'Enter the ID of the alert in the product that raised it, or remove the row. Use an expression for the ID, not for the whole row.',
			);
		}
		identifiers.push({
			alert_id: readText(alertId, 'Alert ID'),
			...(isBlank(environment) ? {} : { environment: readText(environment, 'Environment') }),
		});
	}
	return identifiers;
}

/**
 * Names the environment, if the expression of one returned no value: the alert would match in every environment.
 *
 * @param value undefined if the user did not add the filter
 * @param rawValue the parameter before n8n resolved its expressions
 */
export function emptyEnvironmentIn(value: unknown, rawValue: unknown): string[] {
	const rawRows = rowsOf(rawValue);
	const isEmpty = rowsOf(value).some(
		(row, index) =>
			isBlank(memberOf(row, 'environment')) &&
			isExpression(memberOf(rawRows[index], 'environment')),
	);
	return isEmpty ? [`'Environment' in '${alertIdentifiers.displayName}'`] : [];
}

function rowsOf(value: unknown): unknown[] {
	const rows = memberOf(value, 'alert');
	if (rows === undefined || rows === null) return [];
	return Array.isArray(rows) ? rows : [rows];
}
