import type { INodePropertyOptions } from 'n8n-workflow';

/** Options for values of the service, such as `in_progress`, with a label each ("In Progress"), sorted by label. */
export function optionsFromValues(values: readonly string[]): INodePropertyOptions[] {
	return values
		.map((value) => ({ name: titleCase(value), value }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

function titleCase(value: string): string {
	return value.replace(/(^|_)(\w)/g, (_match, gap: string, letter: string) => {
		return (gap === '' ? '' : ' ') + letter.toUpperCase();
	});
}
