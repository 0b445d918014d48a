import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { alertSearchTarget } from '../../../nodes/intezer/search/alertSearchTarget.ts';
import { searchHistory } from '../../../nodes/intezer/search/searchHistory.ts';
import { runs } from '../../propertyRuns.mts';
import { ChangingAlerts, VERDICTS, type AlertScenario } from './changingAlerts.mts';

const RUNS = runs(120);

const ordinaryServices = fc.record<AlertScenario>({
	seed: fc.integer(),
	size: fc.nat(60),
	ids: fc.integer({ min: 1, max: 80 }),
	environments: fc.integer({ min: 1, max: 4 }),
	changes: fc.nat(2),
	maxConcurrency: fc.integer({ min: 1, max: 6 }),
	pageCap: fc.option(fc.integer({ min: 3, max: 12 }), { nil: undefined }),
	seconds: fc.integer({ min: 1, max: 60 }),
	window: fc.constant(undefined),
	mostExcluded: fc.constant(undefined),
	refusesLookups: fc.constant(false),
	withoutEnvironmentEvery: fc.constant(Infinity),
});

const peculiarServices = fc
	.record({
		service: ordinaryServices,
		window: fc.option(fc.integer({ min: 20, max: 50 }), { nil: undefined }),
		mostExcluded: fc.option(fc.integer({ min: 2, max: 40 }), { nil: undefined }),
		refusesLookups: fc.boolean(),
		withoutEnvironmentEvery: fc.constantFrom(7, Infinity),
	})
	.map(({ service, ...more }): AlertScenario => ({ ...service, ...more }));

const someFilters = fc.record(
	{
		alert_verdicts: fc.subarray(VERDICTS, { minLength: 1 }),
		environments: fc.subarray(['environment-1', 'environment-2', 'environment-3'], {
			minLength: 1,
		}),
		exclude_alert_ids: fc.subarray(['alert-1', 'alert-2'], { minLength: 1 }),
		sort_order: fc.constantFrom('asc' as const, 'desc' as const),
	},
	{ requiredKeys: [] },
);

/** @param least the share of the searches that must be proved complete */
async function expectExactIn(
	services: fc.Arbitrary<AlertScenario>,
	extent: { offset: number; limit: number },
	least: number,
): Promise<void> {
	let complete = 0;
	const pageSizes = fc.integer({ min: 3, max: 20 });
	await fc.assert(
		fc.asyncProperty(services, someFilters, pageSizes, async (scenario, filters, pageSize) => {
			const service = new ChangingAlerts(scenario, filters);
			const history = alertSearchTarget(service, scenario.maxConcurrency);
			const outcome = await searchHistory(history, { payload: filters }, { ...extent, pageSize });
			const found = outcome.entries.map(({ identity }) => identity as string);
			// An alert that changes can't be distinguished from another one if the service does not return its environment.
			const isIdentified = scenario.withoutEnvironmentEvery === Infinity || scenario.changes === 0;
			if (isIdentified) expect(new Set(found).size).toBe(found.length);
			expect(found.filter((each) => !service.ever.has(each))).toEqual([]);
			expect(service.requests).toBeLessThan(2_000);
			if (!outcome.complete) return;
			complete++;
			const missing = [...(service.throughout ?? [])].filter((each) => !found.includes(each));
			if (extent.offset === 0 && found.length < extent.limit) expect(missing).toEqual([]);
			if (scenario.changes === 0) {
				const { offset, limit } = extent;
				expect(found.sort()).toEqual(service.matching.slice(offset, offset + limit).sort());
			}
		}),
		{ numRuns: RUNS },
	);
	expect(complete).toBeGreaterThanOrEqual(RUNS * least);
}

const everything = { offset: 0, limit: Infinity };

describe('A search for all alerts', () => {
	test('returns each alert that matched throughout exactly once, also if an id is in several environments', async () => {
		await expectExactIn(ordinaryServices, everything, 0.97);
	});

	test('does so with any limits of the service, or says that it could not', async () => {
		await expectExactIn(peculiarServices, everything, 0.9);
	});

	test('asks for ids only if alerts of several environments may match', async () => {
		await fc.assert(
			fc.asyncProperty(ordinaryServices, async (scenario) => {
				const filters = { environments: ['environment-1'] };
				const service = new ChangingAlerts(scenario, filters);
				const history = alertSearchTarget(service, scenario.maxConcurrency);
				const extent = { ...everything, pageSize: 5 };
				await searchHistory(history, { payload: filters }, extent);
				expect(service.lookups).toBe(0);
			}),
			{ numRuns: RUNS },
		);
	});
});

describe('A search for some alerts', () => {
	test('with a limit is exact, also if fewer match', async () => {
		await expectExactIn(ordinaryServices, { offset: 0, limit: 25 }, 0.97);
	});

	test('with an offset is exact while nothing changes', async () => {
		const calm = ordinaryServices.map((scenario) => ({ ...scenario, changes: 0 }));
		await expectExactIn(calm, { offset: 5, limit: Infinity }, 0.97);
	});
});
