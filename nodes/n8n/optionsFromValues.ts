import type { INodePropertyOptions } from 'n8n-workflow';

import { titleCase } from './titleCase';

/** Options for values of the API: `in_progress` gets the label "In Progress". Sorted by label. */
export function optionsFromValues(values: readonly string[]): INodePropertyOptions[] {
	return values
		.map((value) => ({ name: titleCase(value), value }))
		.sort((a, b) => a.name.localeCompare(b.name));
}
