import type { INodeProperties } from 'n8n-workflow';

import { isBlank, readBoolean } from '../../n8n/parameterValues';

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/**
 * Whether an item has the twelve documented fields instead of the case as received. A blank value is true, the default.
 *
 * @throws ParameterError
 */
export function readSimplify(value: unknown): boolean {
	return isBlank(value) || readBoolean(value, simplify.displayName);
}
