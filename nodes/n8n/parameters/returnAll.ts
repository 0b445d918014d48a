import type { INodeProperties } from 'n8n-workflow';

import { readBoolean } from '../parameterValues';

export const returnAll: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

/** @throws ParameterError */
export function readReturnAll(value: unknown): boolean {
	return readBoolean(value, returnAll.displayName);
}
