import type { NodeExecutionHint } from 'n8n-workflow';

import type { SearchOutcome } from '../../intezer/search/searchHistory';
import { UserError } from '../../n8n/userError';
import { whenIncomplete } from '../parameters/whenIncomplete';
import { whenNothingFound } from '../parameters/whenNothingFound';

/** Why a search does not return every matching case, as a text for the user. */
export interface Shortfall {
	hint: string;
	/** The message of the error, if the user wants one instead. */
	message: string;
	/** How to get the other cases. */
	remedy: string;
}

/** What is missing from the result of a search, or may be missing; undefined if every matching case was found. */
export function shortfallOf(
	{ entries, matching = 0, isAtLeast, complete }: SearchOutcome,
	limit: number,
): Shortfall | undefined {
	const found = entries.length.toLocaleString('en-US');
	const number = matching.toLocaleString('en-US');
	const total = isAtLeast ? `at least ${number}` : number;
	if (entries.length >= limit && (matching > entries.length || isAtLeast)) {
		return {
			hint: `Returned ${found} of ${total} matching cases.`,
			message: `${isAtLeast ? 'At least ' : ''}${number} cases match, but 'Limit' is ${found}`,
			remedy: "Turn on 'Return All' to get them all.",
		};
	}
	if (complete) return undefined;
	const counts =
		matching > entries.length ? `${found} of ${total} matching cases` : `${found} cases`;
	const reason = 'cases changed too fast, or Intezer limits how many cases a search can return';
	return {
		hint: `Returned ${counts}. Some may be missing: ${reason}.`,
		message: `Cases may be missing: found ${counts}, but ${reason}`,
		remedy: "Run the search again, or narrow 'Filters', for example with a time range.",
	};
}

/** @param count how many cases match at least, if Intezer counts no further */
export function shortfallOfCount(count: number): Shortfall {
	const message = `At least ${count.toLocaleString('en-US')} cases match, but Intezer does not count beyond that`;
	return {
		hint: `${message}.`,
		message,
		remedy: "Narrow 'Filters' with a time range to count them all.",
	};
}

export function hintOf({ hint, remedy }: Shortfall): NodeExecutionHint {
	return { message: `${hint} ${remedy}`, location: 'outputPane' };
}

export function incompleteError({ message, remedy }: Shortfall): UserError {
	return new UserError(
		message,
		`${remedy} To return what was found, set the option '${whenIncomplete.displayName}' to 'Return Found Cases'.`,
	);
}

/** @param offset how many of the matching cases the search skipped */
export function nothingFoundError(offset: number): UserError {
	const reason = offset > 0 ? ` after the first ${offset.toLocaleString('en-US')}` : '';
	return new UserError(
		`No case matches${reason}`,
		`Check 'Filters'. If an empty result is not an error, set the option '${whenNothingFound.displayName}' to 'Return No Items'.`,
	);
}
