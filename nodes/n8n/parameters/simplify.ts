import type { INodeProperties } from 'n8n-workflow';

import { isBlank, readBoolean } from '../parameterValues';

export const simplify: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/**
 * Whether an item has only the documented fields, flat, instead of everything as received. A blank value is true, the
 * default.
 *
 * @throws ParameterError
 */
export function readSimplify(value: unknown): boolean {
	return isBlank(value) || readBoolean(value, simplify.displayName);
}
