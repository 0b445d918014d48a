import { exactId } from './exactId';
import type { Case } from './types';

/** The id of a case as text; undefined if it has none. */
export function caseIdOf({ case_id: id }: Case): string | undefined {
	return exactId(id);
}
