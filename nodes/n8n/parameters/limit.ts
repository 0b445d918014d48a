import type { INodeProperties } from 'n8n-workflow';

import { readWholeNumber } from '../parameterValues';

export const limit: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

/** @throws ParameterError */
export function readLimit(value: unknown): number {
	return readWholeNumber(value, limit.displayName, 1);
}
