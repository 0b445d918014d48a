import type { IDataObject } from 'n8n-workflow';

import { CAPPED_COUNT } from '../pages/cappedCount';
import type { PageFetcher } from '../pages/pageFetcher';
import type { Entry } from '../searchTarget';
import type { SearchTimeRange } from './timeRange';
import type { SearchQuery } from '../../types';

/** Entries may be created and changed between the two counts that are compared. */
const MOST_CHECKS = 3;
const IDS_PER_REQUEST = 100;

/**
 * Whether every case that matches lies in the time range over which the search was cut into slices. This may not be so
 * if the service does not know when some entries were created.
 *
 * @param outside the known entries that were in no slice: they no longer match, or have no such time
 * @throws IntezerError
 */
export async function matchWithinRange(
	fetcher: PageFetcher,
	query: SearchQuery,
	{ field, hasStart, hasEnd }: SearchTimeRange,
	outside: readonly Entry[],
): Promise<boolean> {
	if (hasStart || hasEnd) return true;
	const isAll = await haveTime(fetcher, query, field, {});
	if (isAll !== undefined) return isAll;
	const { ids: idsField } = fetcher.target.fields;
	const ids = outside.map((each) => fetcher.target.idOf(each)).filter((id) => id !== undefined);
	// Nothing more is known of entries that can't be searched for by their ids.
	if (idsField === undefined || ids.length < outside.length) return outside.length === 0;
	for (let start = 0; start < ids.length; start += IDS_PER_REQUEST) {
		const filter = { [idsField]: ids.slice(start, start + IDS_PER_REQUEST) };
		if ((await haveTime(fetcher, query, field, filter)) !== true) return false;
	}
	return true;
}

/** Whether as many entries match with a range over all times as without; undefined if the service counts no further. */
async function haveTime(
	fetcher: PageFetcher,
	query: SearchQuery,
	field: string,
	filter: IDataObject,
): Promise<boolean | undefined> {
	const payload = { ...query.payload, ...filter };
	const { rangeField, rangeStart } = fetcher.target.fields;
	const range = { [rangeField]: field, [rangeStart]: 1 };
	for (let check = 0; check < MOST_CHECKS; check++) {
		const all = await fetcher.fetchUnlessRefused({ ...query, payload }, 0, 1, query);
		if (all?.count === undefined) return false;
		if (all.count === 0) return true;
		if (all.count === CAPPED_COUNT) return undefined;
		const withTime = await fetcher.fetch({ ...query, payload: { ...payload, ...range } }, 0, 1);
		if (withTime.count === all.count) return true;
	}
	return false;
}
