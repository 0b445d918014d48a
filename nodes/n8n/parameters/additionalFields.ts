import type { INodeProperties } from 'n8n-workflow';

import type { EntryNouns } from '../entryNouns';
import { ParameterError, readTextList } from '../parameterValues';

const LABEL = 'Extra Output Fields';

export function additionalFields({ singular, exampleFields }: EntryNouns): INodeProperties {
	return {
		displayName: LABEL,
		name: 'additionalFields',
		type: 'string',
		default: '',
		placeholder: `e.g. ${exampleFields.join(', ')}`,
		description: `Fields to add to the simplified output, separated by commas, from the ${singular} as Intezer returns it with 'Simplify' off. Use dot notation for nested fields.`,
	};
}

/** Paths such as `case_triage.score`. @throws ParameterError for a path to an object's prototype */
export function readAdditionalFields(value: unknown, { exampleFields }: EntryNouns): string[] {
	const paths = readTextList(value, LABEL);
	const forbidden = paths.find((path) => path.split('.').includes('__proto__'));
	if (forbidden === undefined) return paths;
	throw new ParameterError(
		`'${LABEL}' contains an invalid field: '${forbidden}'`,
		`Remove the field. Valid fields are, for example, ${exampleFields.join(' and ')}.`,
	);
}
