import type { INodeProperties } from 'n8n-workflow';

import { readBoolean } from '../../n8n/parameterValues';

export const countOnly: INodeProperties = {
	displayName: 'Count Only',
	name: 'countOnly',
	type: 'boolean',
	default: false,
	description:
		"Whether to return only the number of matching cases, as cases_count. 'Return All', 'Limit' and 'Simplify' then have no effect.",
};

/** @throws ParameterError */
export function readCountOnly(value: unknown): boolean {
	return readBoolean(value, countOnly.displayName);
}
