/** A value of the API as a label: `in_progress` becomes `In Progress`. */
export function titleCase(value: string): string {
	const capitalized = value.replace(/(^|_)([a-z])/g, (_match, gap: string, letter: string) => {
		return (gap === '' ? '' : ' ') + letter.toUpperCase();
	});
	return capitalized.replaceAll(' Or ', ' or ');
}
