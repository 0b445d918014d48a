import type { INodeProperties } from 'n8n-workflow';

import { isBlank, readWholeNumber } from '../../n8n/parameterValues';

export const offset: INodeProperties = {
	displayName: 'Offset',
	name: 'offset',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0,
	description: 'Number of matching cases to skip',
};

/** The number of matching cases to skip; 0 if the option is blank. @throws ParameterError */
export function readOffset(value: unknown): number {
	return isBlank(value) ? 0 : readWholeNumber(value, offset.displayName, 0);
}
