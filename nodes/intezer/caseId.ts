import type { Case } from './types';

/**
 * The id of a case as text; undefined if it has none. The service may send a number. A number that JSON can't represent
 * exactly is not an id, because the id of another case may have been rounded to the same number.
 */
export function caseIdOf({ case_id: id }: Case): string | undefined {
	if (typeof id === 'number') return Number.isSafeInteger(id) ? String(id) : undefined;
	return typeof id === 'string' && id !== '' ? id : undefined;
}
