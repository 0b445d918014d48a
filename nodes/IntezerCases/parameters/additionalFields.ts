import type { INodeProperties } from 'n8n-workflow';

import { ParameterError, readTextList } from '../../n8n/parameterValues';

export const additionalFields: INodeProperties = {
	displayName: 'Extra Output Fields',
	name: 'additionalFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. creation_time, case_triage.score',
	description:
		'Fields of the raw case to add to the simplified output, separated by commas. Use dot notation for nested fields.',
};

/** Paths such as `case_triage.score`. @throws ParameterError for a path to an object's prototype */
export function readAdditionalFields(value: unknown): string[] {
	const paths = readTextList(value, additionalFields.displayName);
	const forbidden = paths.find((path) => path.split('.').includes('__proto__'));
	if (forbidden === undefined) return paths;
	throw new ParameterError(
		`'${additionalFields.displayName}' contains an invalid field: '${forbidden}'`,
		'Remove the field. Valid fields are, for example, creation_time and case_triage.score.',
	);
}
