import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { searchCases, type SearchOutcome } from '../../nodes/IntezerCases/intezer/search.ts';
import type { SearchQuery } from '../../nodes/IntezerCases/intezer/types.ts';
import { MovingWorld, type World } from './movingWorld.mts';

/** By hand: `SEARCH_RUNS=20000 npx vitest run --project unit test/unit/search.test.mts`. */
const RUNS = Number(process.env.SEARCH_RUNS ?? 150);

const calm: World = {
	seed: 1,
	size: 0,
	changes: 0,
	maxConcurrency: 5,
	pageCap: undefined,
	ascending: false,
	shuffleTies: false,
	seconds: 1000,
	maxExcludedIds: undefined,
	timeFormat: 'seconds',
};

const worlds = fc.record<World>({
	seed: fc.integer(),
	size: fc.nat(60),
	changes: fc.nat(3),
	maxConcurrency: fc.integer({ min: 1, max: 6 }),
	pageCap: fc.oneof(
		fc.constant(undefined),
		fc.constant('random' as const),
		fc.integer({ min: 3, max: 12 }),
	),
	ascending: fc.boolean(),
	shuffleTies: fc.boolean(),
	seconds: fc.integer({ min: 1, max: 60 }),
	maxExcludedIds: fc.constant(undefined),
	timeFormat: fc.constantFrom('seconds', 'milliseconds', 'iso', 'rfc1123', 'none'),
});

const queries = fc
	.record({
		statuses: fc.option(fc.subarray(['new', 'closed', 'on_hold'], { minLength: 1 })),
		priorities: fc.option(fc.subarray(['low', 'medium', 'escalated'], { minLength: 1 })),
		sort_by: fc.constantFrom('creation_time', 'modification_time', 'alerts_count'),
	})
	.map(
		({ statuses, priorities, sort_by }): SearchQuery => ({
			payload: {
				...(statuses === null ? {} : { case_statuses: statuses }),
				...(priorities === null ? {} : { priorities }),
			},
			sort_by,
		}),
	);

const ids = (outcome: SearchOutcome) => outcome.cases.map((each) => each.case_id as string);

const everything = (pageSize: number) => ({ offset: 0, limit: Infinity, pageSize });

/** What is owed of a search for all in any world. */
function expectExact(world: MovingWorld, outcome: SearchOutcome): void {
	const given = ids(outcome);
	expect(new Set(given).size).toBe(given.length);
	expect(given.filter((id) => !world.ever.has(id))).toEqual([]);
	expect(world.inFlight.peak).toBeLessThanOrEqual(world.maxConcurrency);
	expect(outcome.requests).toBe(world.asked.length);
	if (!outcome.complete) return;
	const set = new Set(given);
	expect([...(world.throughout ?? [])].filter((id) => !set.has(id))).toEqual([]);
}

describe('A search for all cases', () => {
	test.each([
		[0, 1],
		[1, 1],
		[99, 1],
		[100, 2],
		[101, 3],
		[1234, 14],
		[10_050, 102],
	])('asks little more than the pages of %i cases that do not change', async (size, requests) => {
		const world = new MovingWorld({ ...calm, size }, { payload: {} });
		const outcome = await searchCases(world, { payload: {} }, everything(100));
		expect(ids(outcome)).toEqual(world.matching);
		expect(outcome).toMatchObject({ complete: true, matching: size, requests });
	});

	test('gives every case that matched throughout once, however the history moves', async () => {
		await fc.assert(
			fc.asyncProperty(
				worlds,
				queries,
				fc.integer({ min: 6, max: 20 }),
				async (options, query, pageSize) => {
					const world = new MovingWorld(options, query);
					const outcome = await searchCases(world, query, everything(pageSize));
					expectExact(world, outcome);
				},
			),
			{ numRuns: RUNS },
		);
	});
});
