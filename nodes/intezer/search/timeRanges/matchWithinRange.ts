import { CAPPED_COUNT } from '../pages/cappedCount';
import type { PageFetcher } from '../pages/pageFetcher';
import type { Entry } from '../searchTarget';
import type { SearchTimeRange } from './timeRange';
import type { SearchQuery } from '../../types';

/** Entries may be created and changed between the two counts that are compared. */
const MOST_CHECKS = 3;
const IDS_PER_REQUEST = 100;

/**
 * Whether every entry that matches lies in one of the slices of the time range over which the search was cut. This may
 * not be so if the service does not know when some entries were created.
 *
 * @param outside the known entries that were in no slice: they no longer match, or the slices are not complete
 * @throws IntezerError
 */
export async function matchWithinRange(
	fetcher: PageFetcher,
	query: SearchQuery,
	{ field, hasStart, hasEnd, movesEntries }: SearchTimeRange,
	outside: readonly Entry[],
): Promise<boolean> {
	// Other times change: an entry may have moved from a slice that was not read yet to one that was.
	if (movesEntries) return true;
	const areLeftOut = await mayMatch(fetcher, query, outside);
	if (areLeftOut === true) return false;
	if (hasStart || hasEnd) return true;
	return (await haveTime(fetcher, query, field)) ?? areLeftOut === false;
}

/** Whether any of these entries may match now; undefined if some of them can't be searched for by their ids. */
async function mayMatch(
	fetcher: PageFetcher,
	query: SearchQuery,
	entries: readonly Entry[],
): Promise<boolean | undefined> {
	const { ids: idsField } = fetcher.target.fields;
	const ids = entries.map((each) => fetcher.target.idOf(each)).filter((id) => id !== undefined);
	for (let start = 0; start < ids.length && idsField !== undefined; start += IDS_PER_REQUEST) {
		const filter = { [idsField]: ids.slice(start, start + IDS_PER_REQUEST) };
		const narrowed = { ...query, payload: { ...query.payload, ...filter } };
		const page = await fetcher.fetchUnlessRefused(narrowed, 0, 1, query);
		if (page?.count !== 0) return true;
	}
	const areAllChecked =
		entries.length === 0 || (idsField !== undefined && ids.length === entries.length);
	return areAllChecked ? false : undefined;
}

/** Whether as many entries match with a range over all times as without; undefined if the service counts no further. */
async function haveTime(
	fetcher: PageFetcher,
	query: SearchQuery,
	field: string,
): Promise<boolean | undefined> {
	const { rangeField, rangeStart } = fetcher.target.fields;
	const range = { [rangeField]: field, [rangeStart]: 1 };
	for (let check = 0; check < MOST_CHECKS; check++) {
		const { count } = await fetcher.fetch(query, 0, 1);
		if (count === undefined) return false;
		if (count === 0) return true;
		if (count === CAPPED_COUNT) return undefined;
		const payload = { ...query.payload, ...range };
		const withTime = await fetcher.fetch({ ...query, payload }, 0, 1);
		if (withTime.count === count) return true;
	}
	return false;
}
