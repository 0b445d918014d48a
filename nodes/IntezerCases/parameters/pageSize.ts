import type { INodeProperties } from 'n8n-workflow';

import { isBlank, readWholeNumber } from '../../n8n/parameterValues';

const DEFAULT_PAGE_SIZE = 100;

export const pageSize: INodeProperties = {
	displayName: 'Page Size',
	name: 'pageSize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: DEFAULT_PAGE_SIZE,
	description: 'Number of cases per request. Intezer may return fewer.',
};

/** The number of cases to request at a time; the default if the option is blank. @throws ParameterError */
export function readPageSize(value: unknown): number {
	return isBlank(value) ? DEFAULT_PAGE_SIZE : readWholeNumber(value, pageSize.displayName, 1);
}
