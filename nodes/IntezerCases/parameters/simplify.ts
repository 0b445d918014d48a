import type { INodeProperties } from 'n8n-workflow';

import { readBoolean } from '../../n8n/parameterValues';

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Whether an item has the twelve documented fields instead of the case as received. @throws ParameterError */
export function readSimplify(value: unknown): boolean {
	return readBoolean(value, simplify.displayName);
}
