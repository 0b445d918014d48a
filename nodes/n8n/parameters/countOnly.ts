import type { INodeProperties } from 'n8n-workflow';

import type { EntryNouns } from '../entryNouns';
import { readBoolean } from '../parameterValues';

const LABEL = 'Count Only';

export function countOnly({ plural }: EntryNouns): INodeProperties {
	return {
		displayName: LABEL,
		name: 'countOnly',
		type: 'boolean',
		default: false,
		description: `Whether to return only the number of matching ${plural}, as ${plural}_count. 'Return All', 'Limit' and 'Simplify' then have no effect.`,
	};
}

/** @throws ParameterError */
export function readCountOnly(value: unknown): boolean {
	return readBoolean(value, LABEL);
}
