import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { answerSearch } from '../../../tools/simulator/answerSearch.mts';
import { CaseStore, type SearchBody } from '../../../tools/simulator/caseStore.mts';
import { LaggingCopies } from '../../../tools/simulator/laggingCopies.mts';
import { seededRandom } from '../../../tools/simulator/random.mts';
import { defaultSettings, type Settings } from '../../../tools/simulator/settings.mts';
import { makeCase, SEARCH_MODES, SORT_FIELDS } from '../../../tools/simulator/simulatedCase.mts';
import { runs } from '../../propertyRuns.mts';

function storeOf(settings: Partial<Settings>, now = () => 0): CaseStore {
	const all = { ...defaultSettings(), ...settings };
	return new CaseStore({ now, caseUrl: (id) => id, random: seededRandom(1), settings: all });
}

/** Cases 0 to 9 with these creation times; the even ones are escalated. */
function tenCases(settings: Partial<Settings>, timeOf = (index: number) => index): CaseStore {
	const store = storeOf(settings);
	for (let index = 0; index < 10; index++) {
		const case_priority = index % 2 === 0 ? 'escalated' : 'low';
		store.add({ case_id: String(index), creation_time: timeOf(index), case_priority });
	}
	return store;
}

function idsOf(store: CaseStore, body: SearchBody): string {
	const answer = answerSearch(store, body);
	if (!('result' in answer)) throw new Error(`refused with ${answer.refusal.status}`);
	const ids = answer.result.cases.map(({ case_id }) => case_id);
	return ids.sort().join('');
}

describe('the ends of a time range', () => {
	const range = { payload: { time_range_start: 3, time_range_end: 6 } };

	it.each([
		['inclusive', 'inclusive', '3456'],
		['inclusive', 'exclusive', '345'],
		['exclusive', 'inclusive', '456'],
		['exclusive', 'exclusive', '45'],
	] as const)('%s and %s', (rangeStart, rangeEnd, expected) => {
		expect(idsOf(tenCases({ rangeStart, rangeEnd }), range)).toBe(expected);
	});

	it('compare fractions of a second', () => {
		const store = tenCases({}, (index) => index + 0.5);
		expect(idsOf(store, range)).toBe('345');
	});
});

describe('search_mode or', () => {
	const payload = {
		time_range_start: 0,
		time_range_end: 3,
		exclude_case_ids: ['2', '9'],
		priorities: ['escalated'],
	} as const;

	it.each([
		['alternative', 'always', '013468'],
		['always', 'always', '0'],
		['alternative', 'alternative', '012345678'],
		['always', 'alternative', '0123'],
	] as const)('with a time range as %s and an exclusion as %s', (orTimeRange, orExclusion, ids) => {
		const store = tenCases({ orTimeRange, orExclusion });
		expect(idsOf(store, { payload, search_mode: 'or' })).toBe(ids);
		expect(idsOf(store, { payload, search_mode: 'and' })).toBe('0');
	});

	it('follows settings that change between two searches', () => {
		const store = tenCases({});
		const { exclude_case_ids, ...rest } = payload;
		const body = { payload: rest, search_mode: 'or' } as const;
		expect(exclude_case_ids).toHaveLength(2);
		expect(idsOf(store, body)).toBe('0123468');
		store.settings.orTimeRange = 'always';
		expect(idsOf(store, body)).toBe('02');
	});
});

describe('settings together', () => {
	const anySettings = fc.record({
		pageCap: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
		offsetWindow: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
		countCap: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
		maxExcludedIds: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
		maxListLength: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
		maxBodyBytes: fc.option(fc.integer({ min: 50, max: 200 }), { nil: undefined }),
		longRefusal: fc.constantFrom('400', '403', 'redirect', 'html'),
		refuseOffsetBeyondEnd: fc.boolean(),
		endRefusal: fc.constantFrom('400', '404'),
		ascending: fc.subarray([...SORT_FIELDS]),
		shuffleTies: fc.boolean(),
		rangeStart: fc.constantFrom('inclusive', 'exclusive'),
		rangeEnd: fc.constantFrom('inclusive', 'exclusive'),
		orTimeRange: fc.constantFrom('alternative', 'always'),
		orExclusion: fc.constantFrom('alternative', 'always'),
	});
	const anyBody = fc.record({
		payload: fc.record(
			{
				exclude_case_ids: fc.subarray(['0', '1', '2', '3', '4', '5', '6', '7'], { minLength: 1 }),
				time_range_start: fc.integer({ min: 0, max: 5 }),
				time_range_end: fc.integer({ min: 3, max: 10 }),
				priorities: fc.constant(['escalated'] as const),
			},
			{ requiredKeys: [] },
		),
		search_mode: fc.constantFrom(...SEARCH_MODES),
		sort_by: fc.constantFrom(...SORT_FIELDS),
		offset: fc.nat({ max: 15 }),
		limit: fc.integer({ min: 1, max: 15 }),
	});

	/** Whether a case matches, from the words of the documentation alone. */
	function matches(id: number, { payload, search_mode }: SearchBody, settings: Settings): boolean {
		const { time_range_start: start, time_range_end: end, exclude_case_ids: excluded } = payload;
		const isAfter = (earliest: number) =>
			id > earliest || (id === earliest && settings.rangeStart === 'inclusive');
		const isBefore = (latest: number) =>
			id < latest || (id === latest && settings.rangeEnd === 'inclusive');
		const inRange =
			start === undefined && end === undefined ? [] : [isAfter(start ?? -1) && isBefore(end ?? 99)];
		const included = excluded === undefined ? [] : [!excluded.includes(String(id))];
		const others = payload.priorities === undefined ? [] : [id % 2 === 0];
		if (search_mode !== 'or') return [...inRange, ...included, ...others].every(Boolean);
		const always: boolean[] = [];
		const alternatives = [...others];
		(settings.orTimeRange === 'always' ? always : alternatives).push(...inRange);
		(settings.orExclusion === 'always' ? always : alternatives).push(...included);
		return always.every(Boolean) && (alternatives.length === 0 || alternatives.some(Boolean));
	}

	it('each have their effect, whatever the other settings are', () => {
		fc.assert(
			fc.property(anySettings, anyBody, (drawn, body) => {
				const settings = { ...defaultSettings(), ...drawn };
				const answer = answerSearch(tenCases(settings), body);
				const count = Array.from({ length: 10 }, (_, id) => id).filter((id) =>
					matches(id, body, settings),
				).length;
				const excluded = body.payload.exclude_case_ids?.length ?? 0;
				const isTooLong =
					JSON.stringify(body).length > (settings.maxBodyBytes ?? Infinity) ||
					excluded > (settings.maxExcludedIds ?? Infinity) ||
					excluded > (settings.maxListLength ?? Infinity);
				const isBeyondWindow = body.offset + body.limit > (settings.offsetWindow ?? Infinity);
				const isBeyondEnd =
					settings.refuseOffsetBeyondEnd && body.offset > 0 && body.offset >= count;
				if (isTooLong) {
					const status = { redirect: 302, html: 200 }[settings.longRefusal as string];
					expect(answer).toMatchObject({
						refusal: { status: status ?? Number(settings.longRefusal) },
					});
				} else if (isBeyondWindow) {
					expect(answer).toMatchObject({ refusal: { status: 400 } });
				} else if (isBeyondEnd) {
					expect(answer).toMatchObject({ refusal: { status: Number(settings.endRefusal) } });
				} else {
					const expected = Math.min(
						body.limit,
						settings.pageCap ?? Infinity,
						Math.max(count - body.offset, 0),
					);
					expect(answer).toMatchObject({
						result: {
							cases_count: Math.min(count, settings.countCap ?? Infinity),
							cases: { length: expected },
						},
					});
				}
			}),
			{ numRuns: runs(1000) },
		);
	});
});

describe('copies of the data', () => {
	it('respond in turn, and show each change when their lag has passed', () => {
		let now = 1000;
		const store = storeOf({ copyLags: [0, 75, 300] }, () => now);
		store.add({ case_id: 'old', case_priority: 'low' });
		store.add({ case_id: 'gone' });
		const copies = new LaggingCopies(store);
		const seen = () =>
			[1, 2, 3].map(() => {
				const copy = copies.next();
				const ids = copy.search({ payload: {} }).cases.map(({ case_id }) => case_id);
				return `${ids.sort().join(' ')} ${copy.get('old')?.case_priority ?? ''}`;
			});
		expect(seen()).toEqual(['gone old low', 'gone old low', 'gone old low']);
		store.add({ case_id: 'new' });
		store.update('old', { case_priority: 'escalated' });
		store.remove('gone');
		const [before, after] = ['gone old low', 'new old escalated'];
		expect(seen()).toEqual([after, before, before]);
		now += 74;
		expect(seen()).toEqual([after, before, before]);
		now += 1;
		expect(seen()).toEqual([after, after, before]);
		now += 225;
		expect(seen()).toEqual([after, after, after]);
	});

	it('keep the times of the original', () => {
		let now = 1000;
		const store = storeOf({ copyLags: [60] }, () => now);
		store.add({ case_id: 'one' });
		const copies = new LaggingCopies(store);
		copies.next();
		now += 10;
		store.attachAlert('one');
		now += 60;
		expect(copies.next().get('one')).toEqual(store.get('one'));
		expect(store.get('one')?.modification_time).toBe(1010);
	});

	it('have the settings of the original, also those that change later', () => {
		const store = new CaseStore({ now: () => 0, caseUrl: (id) => id, random: seededRandom(1) });
		Object.assign(store.settings, { copyLags: [60], countCap: 1, offsetWindow: 10 });
		for (let index = 0; index < 3; index++) store.add();
		const copies = new LaggingCopies(store);
		expect(answerSearch(copies.next(), { payload: {}, limit: 10 })).toMatchObject({
			result: { cases_count: 1 },
		});
		store.settings.offsetWindow = 9;
		expect(answerSearch(copies.next(), { payload: {}, limit: 10 })).toMatchObject({
			refusal: { status: 400 },
		});
	});

	it('are all used in a random order too', () => {
		const store = storeOf({ copyLags: [0, 60, 120], copyOrder: 'random' });
		store.add();
		const copies = new LaggingCopies(store);
		const order = Array.from({ length: 60 }, () => copies.next());
		expect(new Set(order).size).toBe(3);
		expect(order.some((copy, index) => copy === order[index + 1])).toBe(true);
	});

	it('are the original alone without lags, and start complete when lags are set later', () => {
		const store = storeOf({});
		const copies = new LaggingCopies(store);
		store.addComplete(makeCase({ case_id: 'one' }));
		expect(copies.next()).toBe(store);
		store.settings.copyLags = [60];
		expect(copies.next()).not.toBe(store);
		expect(copies.next().size).toBe(1);
	});
});
