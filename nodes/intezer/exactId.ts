/**
 * The ID of a case or an alert as text; undefined if it is none. The service may send a number. A number that JSON can't
 * represent exactly is not an ID, because another ID may have been rounded to the same number.
 */
export function exactId(id: unknown): string | undefined {
	if (typeof id === 'number') return Number.isSafeInteger(id) ? String(id) : undefined;
	return typeof id === 'string' && id !== '' ? id : undefined;
}
