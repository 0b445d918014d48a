import type { INodeProperties } from 'n8n-workflow';

import type { EntryNouns } from '../entryNouns';
import { isBlank, readWholeNumber } from '../parameterValues';

const DEFAULT_PAGE_SIZE = 100;

const LABEL = 'Page Size';

export function pageSize({ plural }: EntryNouns): INodeProperties {
	return {
		displayName: LABEL,
		name: 'pageSize',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: DEFAULT_PAGE_SIZE,
		description: `Number of ${plural} per request. Intezer may return fewer.`,
	};
}

/** The number of entries to request at a time; the default if the option is blank. @throws ParameterError */
export function readPageSize(value: unknown): number {
	return isBlank(value) ? DEFAULT_PAGE_SIZE : readWholeNumber(value, LABEL, 1);
}
