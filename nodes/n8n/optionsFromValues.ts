import type { INodePropertyOptions } from 'n8n-workflow';

/** Options for values of the API: `in_progress` gets the label "In Progress". Sorted by label. */
export function optionsFromValues(values: readonly string[]): INodePropertyOptions[] {
	return values
		.map((value) => ({ name: titleCase(value), value }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

function titleCase(value: string): string {
	const capitalized = value.replace(/(^|_)(\w)/g, (_match, gap: string, letter: string) => {
		return (gap === '' ? '' : ' ') + letter.toUpperCase();
	});
	return capitalized.replaceAll(' Or ', ' or ');
}
