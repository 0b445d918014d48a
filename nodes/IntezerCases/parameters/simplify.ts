import type { INodeProperties } from 'n8n-workflow';

import { ParameterError, readTextList } from '../../n8n/parameterValues';

/** The parameter 'Simplify': the twelve documented fields, or the case as it came. */
export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** The option 'Additional Fields' beside it. */
export const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. creation_time, case_triage.score',
	description:
		'Fields of the raw case to append to the simplified one, separated by commas. A dot leads into an object.',
};

/** The paths in 'Additional Fields'. @throws ParameterError for one that would reach an object's prototype */
export function additionalPaths(value: unknown): string[] {
	const paths = readTextList(value, additionalFields.displayName);
	const forbidden = paths.find((path) => path.split('.').includes('__proto__'));
	if (forbidden === undefined) return paths;
	throw new ParameterError(
		`'${additionalFields.displayName}' has a path that no field can have: '${forbidden}'`,
		'Remove it. Paths are such as creation_time or case_triage.score.',
	);
}
