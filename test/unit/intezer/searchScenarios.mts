import fc from 'fast-check';

import type { SearchQuery } from '../../../nodes/intezer/types.ts';
import { TIME_FORMATS } from '../../../tools/simulator/timeFormats.mts';
import { idOf, START, type Scenario } from './changingService.mts';

export const defaults: Scenario = {
	seed: 1,
	size: 0,
	changes: 0,
	maxConcurrency: 5,
	pageCap: undefined,
	ascending: false,
	shuffleTies: false,
	seconds: 1000,
	timeFormat: 'seconds',
	numericIds: false,
};

export const ordinaryServices = fc.record<Scenario>({
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
	timeFormat: fc.constantFrom(...TIME_FORMATS),
	numericIds: fc.boolean(),
});

/** A setting that most services don't have. */
const sometimes = <T,>(setting: fc.Arbitrary<T>) =>
	fc.oneof({ arbitrary: fc.constant(undefined), weight: 2 }, { arbitrary: setting, weight: 1 });

/** Services with any of the limits and peculiarities that a deployment may have, together. */
export const peculiarServices = fc
	.record({
		service: ordinaryServices,
		settings: fc.record({
			window: sometimes(fc.integer({ min: 20, max: 50 })),
			capsCount: fc.boolean(),
			refusesOffsetBeyondEnd: fc.boolean(),
			endRefusal: fc.constantFrom(400, 404),
			maxListLength: sometimes(fc.integer({ min: 16, max: 60 })),
			maxBodyLength: sometimes(fc.integer({ min: 800, max: 2500 })),
			longRefusal: fc.constantFrom(400, 403, 404, 413, 414, 422, 431, 302, 'html' as const),
			hasFractions: fc.boolean(),
			hasExclusiveStarts: fc.boolean(),
			hasExclusiveEnds: fc.boolean(),
			timeRangeIsAlternative: fc.boolean(),
			exclusionIsAlternative: fc.boolean(),
			withoutIdEvery: sometimes(fc.constant(11)),
			emptyPages: fc.boolean(),
		}),
	})
	.map(({ service, settings }): Scenario => ({ ...service, ...settings }));

/** Peculiar services whose responses come from several copies of the data, some of them behind. */
export const servicesWithCopies = fc
	.record({
		service: peculiarServices,
		copies: fc.integer({ min: 2, max: 3 }),
		maxLag: fc.integer({ min: 1, max: 10 }),
	})
	.map(({ service, ...copies }): Scenario => ({ ...service, ...copies }));

/** The same scenario without changes, and with pages of one size. */
export function withoutChanges(scenario: Scenario) {
	const { pageCap } = scenario;
	const cap = typeof pageCap === 'number' ? pageCap : undefined;
	return { ...scenario, changes: 0, shuffleTies: false, pageCap: cap };
}

export const andQueries = fc
	.record({
		statuses: fc.option(fc.subarray(['new', 'closed', 'on_hold'], { minLength: 1 })),
		priorities: fc.option(fc.subarray(['low', 'medium', 'escalated'], { minLength: 1 })),
		sort_by: fc.constantFrom('creation_time', 'modification_time', 'alerts_count'),
	})
	.map(({ statuses, priorities, sort_by }): SearchQuery => ({
		payload: {
			...(statuses === null ? {} : { case_statuses: statuses }),
			...(priorities === null ? {} : { priorities }),
		},
		sort_by,
	}));

const modes = fc.constantFrom('and' as const, 'or' as const);

const timeRanges = fc.option(
	fc.record({
		time_range_field: fc.constantFrom(
			'creation_time',
			'modification_time',
			'last_attached_alert_time',
		),
		time_range_start: fc.integer({ min: START - 30 * 86_400, max: START + 20 }),
	}),
);

function withTimeRange(given: {
	query: SearchQuery;
	range: SearchQuery['payload'] | null;
	mode: 'and' | 'or';
}): SearchQuery {
	const { query, range, mode } = given;
	return { ...query, search_mode: mode, payload: { ...query.payload, ...range } };
}

/** Searches in both modes, with and without a third filter, a time range and excluded ids. */
export const anyQueries = fc
	.record({
		query: andQueries,
		range: timeRanges,
		mode: modes,
		verdicts: fc.option(fc.constant(['true_positive'])),
		excluded: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 })),
		end: fc.option(fc.integer({ min: START - 86_400, max: START + 20 })),
	})
	.map(({ verdicts, excluded, end, ...given }): SearchQuery => {
		const query = withTimeRange(given);
		const ids = excluded?.flatMap((index) => [idOf(index, true), idOf(index, false)]);
		return {
			...query,
			payload: {
				...query.payload,
				...(verdicts === null ? {} : { analyst_verdicts: verdicts }),
				...(ids === undefined ? {} : { exclude_case_ids: ids }),
				...(end === null
					? {}
					: { time_range_end: end, time_range_field: 'creation_time', ...given.range }),
			},
		};
	});

/** What a service may say instead of how many match. */
export const wrongCounts = fc.constantFrom<NonNullable<Scenario['countShown']>>(
	() => undefined,
	() => -1,
	() => 0,
	() => 10,
	() => 1_000_000,
	() => NaN,
	(count) => count + 3,
	(count) => count - 1,
	(count) => Math.floor(count / 2),
	(count, random) => Math.floor(count * random() * 2),
);
