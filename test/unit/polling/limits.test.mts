import { describe, expect, test } from '@jest/globals';

import { caseKey } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import type { EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import { findEvents } from '../../../nodes/IntezerCases/polling/findEvents.ts';
import { emptyState, type TriggerState } from '../../../nodes/IntezerCases/polling/state.ts';
import {
	refuseTooManyAtStart,
	refuseTooManyMatching,
	TooManyMatching,
} from '../../../nodes/IntezerCases/polling/matching/tooManyMatching.ts';
import type { Case, CaseSearcher } from '../../../nodes/intezer/types.ts';
import { ids, Scenario, settingsWith, Trigger } from './scenario.mts';

const BEGINNING = 1_790_000_000;
const PER_SECOND = 12;

/** A service with twelve escalated cases in each of these seconds. They are made when a page shows them. */
const serviceWith = (seconds: number): CaseSearcher => ({
	maxConcurrency: 1,
	async searchPage({ payload }, offset, limit) {
		const { time_range_start: start = 0, time_range_end: end = Infinity } = payload;
		const from = Math.max(Number(start), BEGINNING);
		const until = Math.min(Number(end), BEGINNING + seconds - 1);
		const casesCount = Math.max(0, until - from + 1) * PER_SECOND;
		const length = Math.max(0, Math.min(limit, casesCount - offset));
		const cases = Array.from({ length }, (_, index): Case => {
			const second = from + Math.floor((offset + index) / PER_SECOND);
			return {
				case_id: `${second}-${(offset + index) % PER_SECOND}`,
				case_priority: 'escalated',
				creation_time: second,
				modification_time: second,
			};
		});
		return await Promise.resolve({ cases, casesCount, serverTime: BEGINNING + 5_000 });
	},
});

test.each<[EventName, number, number]>([
	['caseCreated', 11_400, 10_000],
	['caseEscalated', 7_200, 7_000],
])(
	'%s: of %i events, a poll emits %i or a few more, the next one the others',
	async (event, all, most) => {
		const service = serviceWith(all / PER_SECOND);
		const settings = settingsWith({ event, payload: { priorities: ['escalated'] } });
		const now = () => (BEGINNING + 5_000) * 1000;
		const budget = { now, deadline: now() + 45_000, onExhausted: () => undefined };
		let state: TriggerState = { ...emptyState('key'), cursor: BEGINNING - 10, matching: '' };
		const emitted: string[] = [];
		const behind: unknown[] = [];
		for (let polls = 0; polls < 2; polls++) {
			const outcome = await findEvents(service, settings, state, budget);
			for (const { found } of outcome.events) emitted.push(caseKey(found));
			if (polls === 0) {
				// A poll ends with the page that brings it to the limit.
				expect(emitted.length).toBeGreaterThanOrEqual(most);
				expect(emitted.length).toBeLessThan(most + 100);
			}
			({ state } = outcome);
			behind.push(outcome.behindSeconds);
			expect(JSON.stringify(state).length).toBeLessThan(200_000);
		}
		expect(emitted).toHaveLength(all);
		expect(new Set(emitted).size).toBe(all);
		expect(behind).toEqual([expect.any(Number), 0]);
		expect(behind[0]).toBeGreaterThan(3_000);
		expect(behind[0]).toBeLessThan(5_000);
	},
);

describe('A state with many events that may be read again', () => {
	/** The events of a poll that reads 150 cases page by page. */
	async function eventsWith(known: number, secondsAgo: number): Promise<number> {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseCreated' });
		await trigger.poll();
		if (trigger.state === undefined) throw new Error('no state');
		scenario.advance(60 + secondsAgo);
		const hashes = Array.from({ length: known }, (_, index) => `${index}`.padStart(8, '0'));
		trigger.state.seen = { [scenario.now + 5_000]: hashes.join('') };
		const creation_time = scenario.now - secondsAgo;
		for (let index = 0; index < 150; index++) {
			scenario.add(`case-${index}`, { creation_time, alerts: [] });
		}
		scenario.latency = 9.5;
		return (await trigger.poll()).length;
	}

	test.each([
		['has room for more', 10_899, 150],
		['gets full while a poll reads', 10_900, 100],
		['is full', 11_000, 0],
	])('that %s', async (_which, known, expected) => {
		expect(await eventsWith(known, 0)).toBe(expected);
	});

	test('always has room for those that have settled', async () => {
		expect(await eventsWith(11_000, 600)).toBe(150);
	});
});

describe('More cases match than a state can hold', () => {
	test.each<[EventName, number]>([
		['caseMatched', 15_000],
		['caseEscalated', 15_001],
	])('%s: %i are accepted', (event, count) => {
		expect(() => {
			refuseTooManyMatching(event, count);
		}).not.toThrow();
	});

	test('caseMatched: 15,001 are refused', () => {
		const error = new TooManyMatching(15_001);
		expect(() => {
			refuseTooManyMatching('caseMatched', 15_001);
		}).toThrow(error);
		expect([error.name, error.count]).toEqual(['TooManyMatching', 15_001]);
		expect(error.message).toContain('15001');
	});

	/** @param counts how many cases match in all, and since `createdFrom` */
	async function start(event: EventName, createdFrom: number, counts: [number, number?]) {
		const scenario = new Scenario();
		const queries: unknown[] = [];
		scenario.searchPage = async (query) => {
			queries.push(query.payload);
			return await Promise.resolve({ cases: [], casesCount: counts[1], serverTime: undefined });
		};
		const budget = { now: () => 0, deadline: Infinity, onExhausted: () => undefined };
		const window = { payload: {}, field: 'modification_time' } as const;
		const page = { cases: [], casesCount: counts[0], serverTime: undefined };
		const clocks = { slow: 0, last: 0 };
		const all = { window, page, clocks, durationMs: 0, offset: 0 };
		const settings = settingsWith({ event, payload: { free_text: 'x' } });
		await refuseTooManyAtStart(scenario, settings, createdFrom, all, budget);
		return queries;
	}

	test('at the start: all are counted by the first response', async () => {
		expect(await start('caseMatched', 0, [15_000])).toEqual([]);
		await expect(start('caseMatched', 0, [15_001])).rejects.toThrow(TooManyMatching);
	});

	test('at the start: those created recently are counted by another search', async () => {
		const payload = { free_text: 'x', time_range_start: 99, time_range_field: 'creation_time' };
		expect(await start('caseMatched', 100, [20_000, 15_000])).toEqual([payload]);
		expect(await start('caseMatched', 100, [20_000, undefined])).toEqual([payload]);
		await expect(start('caseMatched', 100, [20_000, 15_001])).rejects.toThrow(TooManyMatching);
	});

	test('at the start: escalated ones need no count', async () => {
		expect(await start('caseEscalated', 100, [20_000, 20_000])).toEqual([]);
		expect(await start('caseEscalated', 0, [20_000, 20_000])).toEqual([]);
	});
});

test('a first poll that can read only some of the last minutes emits nothing from before', async () => {
	const scenario = new Scenario();
	for (let index = 0; index < 150; index++) scenario.add(`old-${index}`, { alerts: [] });
	scenario.advance(300);
	const trigger = new Trigger(scenario, { event: 'caseCreated' });
	// There is time for the first response only.
	scenario.latency = 30;
	expect(await trigger.poll()).toEqual([]);
	scenario.latency = 0;
	scenario.add('new');
	scenario.advance(60);
	expect(ids(await trigger.poll())).toEqual(['new']);
});
