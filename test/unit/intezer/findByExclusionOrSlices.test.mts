import { describe, expect, test } from '@jest/globals';

import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { findByExclusionOrSlices } from '../../../nodes/intezer/search/timeRanges/findByExclusionOrSlices.ts';
import { FoundEntries } from '../../../nodes/intezer/search/pages/foundEntries.ts';
import { PageFetcher } from '../../../nodes/intezer/search/pages/pageFetcher.ts';
import type { SearchQuery } from '../../../nodes/intezer/types.ts';
import { ScriptedService, scriptedCases, type Script } from './scriptedService.mts';

const PAGE = 5;
const SIZE = 12;

const serviceOf = (script: Partial<Script> = {}) =>
	new ScriptedService({ pageCap: PAGE, casesAt: () => scriptedCases(SIZE), ...script });

/** Finds what is missing after a first reading of the two newest pages. */
async function find(
	service: ScriptedService,
	reading: Parameters<typeof findByExclusionOrSlices>[4],
	offset = 0,
) {
	const target = caseSearchTarget(service);
	const fetcher = new PageFetcher(target);
	fetcher.largestPage = PAGE;
	const found = new FoundEntries(target);
	const newest = scriptedCases(SIZE)
		.reverse()
		.slice(offset, 2 * PAGE);
	found.add(
		newest.map((each) => ({ ...each })),
		0,
	);
	const extent = { offset, pageSize: PAGE, limit: Infinity };
	const completeness = await findByExclusionOrSlices(
		fetcher,
		{ payload: {} },
		extent,
		found,
		reading,
	);
	return { completeness, size: found.size };
}

const filtersOf = ({ received }: ScriptedService): Array<SearchQuery['payload']> =>
	received.map(({ filters }) => filters);

const isCut = (service: ScriptedService) =>
	filtersOf(service).some((filters) => filters['time_range_field'] !== undefined);

describe('The matches that a first reading missed', () => {
	test('are requested by excluding those that it found', async () => {
		const service = serviceOf();
		expect(await find(service, { isStuck: false })).toEqual({ completeness: 'complete', size: 12 });
		expect(service.requests).toBe(1);
	});

	test('are searched in time ranges if the service excludes no ids', async () => {
		const service = serviceOf({ mostIds: 0 });
		expect(await find(service, { isStuck: false })).toEqual({ completeness: 'complete', size: 12 });
		expect(isCut(service)).toBe(true);
		expect(service.received.every(({ offset }) => offset === 0)).toBe(true);
	});

	test('are first read from where the first reading stopped', async () => {
		const service = serviceOf({ mostIds: 0 });
		await find(service, { isStuck: false, skippedFrom: 2 * PAGE });
		const next = service.received.findIndex(({ offset }) => offset === 2 * PAGE);
		expect(service.received[next]).toMatchObject({ filters: {}, limit: PAGE });
		expect(isCut(service)).toBe(true);
		expect(
			filtersOf(service)
				.slice(0, next)
				.some((each) => 'time_range_field' in each),
		).toBe(false);
	});

	test('are searched in time ranges if the service ignores which ids to exclude', async () => {
		const service = serviceOf({ ignoresExclusion: true });
		const outcome = await find(service, { isStuck: false });
		expect(outcome).toEqual({ completeness: 'complete', size: 12 });
		expect(isCut(service)).toBe(true);
	});

	test('cannot be found if the service excludes no ids and repeats its pages', async () => {
		const service = serviceOf({ ignoresExclusion: true });
		const outcome = await find(service, { isStuck: true });
		expect(outcome).toEqual({ completeness: 'unstable', size: 10 });
		expect(service.requests).toBe(1);
	});

	test('are searched in time ranges if the service refuses ids and repeats its pages', async () => {
		const service = serviceOf({ mostIds: 0 });
		expect(await find(service, { isStuck: true })).toMatchObject({ completeness: 'complete' });
	});

	test('are not searched in time ranges if the service counts some but returns none', async () => {
		const service = serviceOf({ pageCap: 0 });
		expect(await find(service, { isStuck: false })).toMatchObject({ completeness: 'unstable' });
		expect(isCut(service)).toBe(false);
	});

	test('are not searched in time ranges with an offset', async () => {
		const service = serviceOf({ mostIds: 0 });
		const reading = { isStuck: false, skippedFrom: 2 * PAGE };
		expect(await find(service, reading, 1)).toMatchObject({ completeness: 'refused' });
		// Each refusal is followed by a short search that shows its reason.
		expect(service.requests).toBe(4);
		expect(isCut(service)).toBe(false);
	});
});
