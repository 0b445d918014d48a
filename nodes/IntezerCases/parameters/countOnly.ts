import type { INodeProperties } from 'n8n-workflow';

import { readBoolean } from '../../n8n/parameterValues';

export const countOnly: INodeProperties = {
	displayName: 'Count Only',
	name: 'countOnly',
	type: 'boolean',
	default: false,
	description:
		'Whether to return only the true number of all matching cases, as cases_count. The cases themselves, up to a limit, do not tell how many more match.',
};

export const countOnlyNotice: INodeProperties = {
	displayName:
		'With Count Only, the output is one number: Return All, Limit and Simplify have no effect',
	name: 'countOnlyNotice',
	type: 'notice',
	default: '',
	displayOptions: { show: { '/options.countOnly': [true] } },
};

/** @throws ParameterError */
export function readCountOnly(value: unknown): boolean {
	return readBoolean(value, countOnly.displayName);
}
