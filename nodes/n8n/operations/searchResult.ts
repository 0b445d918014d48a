import type { NodeExecutionHint } from 'n8n-workflow';

import type { SearchOutcome } from '../../intezer/search/searchHistory';
import { capitalized, type EntryNouns } from '../entryNouns';
import { returnFoundLabel, WHEN_INCOMPLETE } from '../parameters/whenIncomplete';
import { WHEN_NOTHING_FOUND } from '../parameters/whenNothingFound';
import { UserError } from '../errors/userError';

const GET_ALL = "Turn on 'Return All' to get them all.";

/** Why a search does not return every matching entry, as a text for the user. */
export interface Shortfall {
	hint: string;
	/** The message of the error, if the user wants one instead. */
	message: string;
	/** How to get the other entries. */
	remedy: string;
}

/** What is missing from the result of a search, or may be missing; undefined if every matching entry was found. */
export function shortfallOf(
	{ entries, matching = 0, isAtLeast, complete }: SearchOutcome,
	limit: number,
	{ singular, plural }: EntryNouns,
): Shortfall | undefined {
	const isCut = entries.length >= limit && (isAtLeast || matching > entries.length);
	if (complete && !isCut) return undefined;
	const found = entries.length.toLocaleString('en-US');
	const number = matching.toLocaleString('en-US');
	const total = isAtLeast ? `at least ${number}` : number;
	if (isCut && matching <= entries.length) {
		return {
			hint: `Returned ${found} ${plural}. More may match.`,
			message: `More than ${found} ${plural} may match, but 'Limit' is ${found}`,
			remedy: GET_ALL,
		};
	}
	if (isCut) {
		return {
			hint: `Returned ${found} of ${total} matching ${plural}.`,
			message: `${isAtLeast ? 'At least ' : ''}${number} ${plural} match, but 'Limit' is ${found}`,
			remedy: GET_ALL,
		};
	}
	const isFewer = matching > entries.length;
	const noun = entries.length === 1 ? singular : plural;
	const counts = isFewer ? `${found} of ${total} matching ${plural}` : `${found} ${noun}`;
	const reason = `${plural} changed too fast, or Intezer limits how many ${plural} a search can return`;
	return {
		hint: `Returned ${counts}. Some may be missing: ${reason}.`,
		message: `${capitalized(plural)} may be missing: found ${counts}, but ${reason}`,
		remedy: "Run the search again, or narrow 'Filters', for example with a time range.",
	};
}

/** @param count how many entries match at least, if Intezer counts no further */
export function shortfallOfCount(count: number, { plural }: EntryNouns): Shortfall {
	const message = `At least ${count.toLocaleString('en-US')} ${plural} match, but Intezer does not count beyond that`;
	return {
		hint: `${message}.`,
		message,
		remedy: "Narrow 'Filters' with a time range to count them all.",
	};
}

export function hintOf({ hint, remedy }: Shortfall): NodeExecutionHint {
	return { message: `${hint} ${remedy}`, location: 'outputPane' };
}

export function incompleteError({ message, remedy }: Shortfall, texts: EntryNouns): UserError {
	return new UserError(
		message,
		`${remedy} To return what was found, set the option '${WHEN_INCOMPLETE}' to '${returnFoundLabel(texts)}'.`,
	);
}

/** @param offset how many of the matching entries the search skipped */
export function nothingFoundError(offset: number, { singular }: EntryNouns): UserError {
	const reason = offset > 0 ? ` after the first ${offset.toLocaleString('en-US')}` : '';
	return new UserError(
		`No ${singular} matches${reason}`,
		`Check 'Filters'. If an empty result is not an error, set the option '${WHEN_NOTHING_FOUND}' to 'Return No Items'.`,
	);
}
