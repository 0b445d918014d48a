import { millisecondsOf } from '../../receivedTime';
import type { SearchQuery } from '../../types';
import type { Entry, PayloadFields } from '../searchTarget';
import type { TimeSlice } from './splitSlice';

const DAY = 86_400;

/** The times in which the matches of a search lie, in Unix seconds. */
export interface SearchTimeRange extends TimeSlice {
	/** The time that the user's range applies to; without a range, the creation time, which never changes. */
	field: string;
	/** Whether entries move within the range: only the creation time never changes. */
	movesEntries: boolean;
	/** Whether the user bounds the search; if not, entries may also lie before the start or after the end. */
	hasStart: boolean;
	hasEnd: boolean;
}

/** The time range of a search all of whose filters must match. Without one, from 1970 until tomorrow. */
export function timeRangeOf(
	{ rangeStart, rangeEnd, rangeField }: PayloadFields,
	{ payload }: SearchQuery,
): SearchTimeRange {
	const { [rangeStart]: start, [rangeEnd]: end, [rangeField]: field } = payload;
	const hasStart = typeof start === 'number';
	const hasEnd = typeof end === 'number';
	const first = hasStart ? start : 0;
	const now = Math.max(first, Math.floor(Date.now() / 1000));
	const usedField = (hasStart || hasEnd) && typeof field === 'string' ? field : 'creation_time';
	return {
		field: usedField,
		movesEntries: usedField !== 'creation_time',
		start: first,
		end: hasEnd ? end : now + DAY,
		hasStart,
		hasEnd,
	};
}

/**
 * The search limited to a part of its time range. At the start and end of the whole range, it stays as the user wrote
 * it, or open.
 */
export function withTimeRange(
	{ rangeStart, rangeEnd, rangeField }: PayloadFields,
	query: SearchQuery,
	whole: SearchTimeRange,
	{ start, end }: TimeSlice,
): SearchQuery {
	const payload = { ...query.payload, [rangeField]: whole.field };
	if (start > whole.start || whole.hasStart) Object.assign(payload, { [rangeStart]: start });
	if (end < whole.end || whole.hasEnd) Object.assign(payload, { [rangeEnd]: end });
	return { ...query, search_mode: 'and', payload };
}

/** A time that an entry may contain, in Unix seconds. It only suggests where to cut. */
export function secondsOf(time: Entry[string]): number | undefined {
	const milliseconds = millisecondsOf(time);
	return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}
