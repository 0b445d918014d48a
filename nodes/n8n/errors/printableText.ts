/** The most characters of a name in a list of the editor, and of an ID in an error. */
const MAX_LENGTH = 100;

/**
 * Text from the service or the user on one line of at most 100 characters, without control and text direction characters; empty for
 * anything but text.
 */
export function printableText(value: unknown): string {
	if (typeof value !== 'string') return '';
	const characters = Array.from(value.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim());
	if (characters.length <= MAX_LENGTH) return characters.join('');
	return `${characters
		.slice(0, MAX_LENGTH - 1)
		.join('')
		.trimEnd()}…`;
}
