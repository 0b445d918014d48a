import type { INodeProperties } from 'n8n-workflow';

import { readBoolean } from '../../n8n/parameterValues';

export const allowUnknownValues: INodeProperties = {
	displayName: 'Allow Unknown Values',
	name: 'allowUnknownValues',
	type: 'boolean',
	default: false,
	description:
		'Whether to accept statuses and priorities that this version of the node does not know',
};

/** @throws ParameterError */
export function readAllowUnknownValues(value: unknown): boolean {
	return readBoolean(value, allowUnknownValues.displayName);
}
