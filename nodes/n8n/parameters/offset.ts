import type { INodeProperties } from 'n8n-workflow';

import type { EntryNouns } from '../entryNouns';
import { isBlank, readWholeNumber } from '../parameterValues';

const LABEL = 'Offset';

export function offset({ plural }: EntryNouns): INodeProperties {
	return {
		displayName: LABEL,
		name: 'offset',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: `Number of matching ${plural} to skip`,
	};
}

/** The number of matching entries to skip; 0 if the option is blank. @throws ParameterError */
export function readOffset(value: unknown): number {
	return isBlank(value) ? 0 : readWholeNumber(value, LABEL, 0);
}
