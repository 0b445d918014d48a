import type { INodeProperties } from 'n8n-workflow';

import { ParameterError, readTextList } from '../../n8n/parameterValues';

export const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'string',
	default: '',
	placeholder: 'e.g. creation_time, case_triage.score',
	description:
		'Fields of the raw case to append to the simplified one, separated by commas. A dot leads into an object.',
};

/** Paths such as `case_triage.score`. @throws ParameterError for a path to an object's prototype */
export function readAdditionalFields(value: unknown): string[] {
	const paths = readTextList(value, additionalFields.displayName);
	const forbidden = paths.find((path) => path.split('.').includes('__proto__'));
	if (forbidden === undefined) return paths;
	throw new ParameterError(
		`'${additionalFields.displayName}' has a path that no field can have: '${forbidden}'`,
		'Remove it. Paths are such as creation_time or case_triage.score.',
	);
}
