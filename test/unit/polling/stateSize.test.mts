import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { afterAll, expect, test } from '@jest/globals';

import { deadlineExceeded } from '../../../nodes/intezer/http/errors.ts';
import {
	EVENTS,
	type EventName,
	isMatchingEvent,
} from '../../../nodes/IntezerCases/polling/events.ts';
import { emptyState } from '../../../nodes/IntezerCases/polling/state.ts';
import { newPart } from '../../../nodes/IntezerCases/polling/window/windowPart.ts';
import { runs } from '../../propertyRuns.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const DAY = 24 * 3600;
const BEGINNING = 1_790_000_000;
const LARGEST_STATE = 200_000;
/** Within five seconds, the trigger promises each event of this many cases. */
const MOST_IN_SECONDS = 7_000;
/** Within six minutes, it promises each event of this many matching cases. */
const MOST_MATCHING = 15_000;

/** Many cases that are created in the same second. */
interface Burst {
	/** Counted from the beginning. */
	second: number;
	cases: number;
}

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

function idsOf({ cases }: Burst, burst: number): string[] {
	return Array.from({ length: cases }, (_, index) => `${burst}-${index}`);
}

/** A service with these bursts. A case is made when a page shows it, so that there can be many. */
function scenarioWith(bursts: readonly Burst[], latency: number): Scenario {
	const scenario = Object.assign(new Scenario(), { latency });
	const all = bursts
		.flatMap((burst, index) =>
			idsOf(burst, index).map((id) => ({ id, time: BEGINNING + burst.second })),
		)
		.sort((a, b) => b.time - a.time);
	scenario.searchPage = async ({ payload }, offset, limit) => {
		scenario.advance(scenario.latency);
		if (scenario.now > scenario.deadline) throw deadlineExceeded();
		const { time_range_start: start = 0, time_range_end: end = Infinity } = payload;
		const until = Math.min(Number(end), scenario.now);
		const inRange = all.slice(
			indexOf(all, ({ time }) => time <= until),
			indexOf(all, ({ time }) => time < Number(start)),
		);
		const isMatch = matchIds(payload);
		const matching = isMatch === undefined ? inRange : inRange.filter(({ id }) => isMatch(id));
		const cases = matching.slice(offset, offset + limit).map(({ time, id }) => ({
			case_id: id,
			case_priority: 'escalated',
			creation_time: time,
			modification_time: time,
			last_attached_alert_time: time,
		}));
		const serverTime = Math.floor(scenario.now);
		return await Promise.resolve({ cases, casesCount: matching.length, serverTime });
	};
	return scenario;
}

/** The first index from which on a condition holds. */
function indexOf<T>(all: readonly T[], holds: (each: T) => boolean): number {
	let low = 0;
	for (let high = all.length; low < high;) {
		const middle = Math.floor((low + high) / 2);
		const each = all[middle];
		if (each === undefined || holds(each)) high = middle;
		else low = middle + 1;
	}
	return low;
}

function matchIds({ case_ids: listed, exclude_case_ids: excluded }: IDataObject) {
	if (Array.isArray(listed)) {
		const ids = new Set<unknown>(listed);
		return (id: string) => ids.has(id);
	}
	if (!Array.isArray(excluded)) return undefined;
	const ids = new Set<unknown>(excluded);
	return (id: string) => !ids.has(id);
}

/** Polls every minute until all was read. */
async function pollUntilIdle(trigger: Trigger): Promise<void> {
	const { scenario } = trigger;
	for (let idlePolls = 0, polls = 0; idlePolls < 9; polls++) {
		expect(polls).toBeLessThan(1_000);
		const startedAt = scenario.now;
		const sent = await trigger.poll();
		idlePolls = sent.length === 0 && trigger.behindSeconds === 0 ? idlePolls + 1 : 0;
		scenario.advance(60 - (scenario.now - startedAt));
	}
}

/** Whether the trigger promises the events of a burst. */
function isPromised(event: EventName, { second }: Burst, bursts: readonly Burst[]): boolean {
	const casesIn = (from: number, until: number) =>
		bursts
			.filter((other) => other.second >= from && other.second <= until)
			.reduce((sum, { cases }) => sum + cases, 0);
	const starts = [second - 4, second - 3, second - 2, second - 1, second];
	if (starts.some((from) => casesIn(from, from + 4) > MOST_IN_SECONDS)) return false;
	return !isMatchingEvent(event) || casesIn(0, Infinity) <= MOST_MATCHING;
}

/** Polls while these cases are created. Expects small states, and each event that is promised. */
async function expectSmallStates(
	event: EventName,
	bursts: readonly Burst[],
	latency: number,
): Promise<void> {
	const payload = event === 'caseMatched' ? { priorities: ['escalated'] } : {};
	const trigger = new Trigger(scenarioWith(bursts, latency), { event, payload });
	await trigger.poll();
	trigger.scenario.advance(60);
	await pollUntilIdle(trigger);
	expect(trigger.largestState).toBeLessThan(LARGEST_STATE);
	const sent = new Map<unknown, number>();
	for (const id of ids(trigger.emitted)) sent.set(id, (sent.get(id) ?? 0) + 1);
	for (const [index, burst] of bursts.entries()) {
		if (!isPromised(event, burst, bursts)) continue;
		const wrong = idsOf(burst, index).filter((id) => sent.get(id) !== 1);
		expect(wrong.slice(0, 5).map((id) => [id, sent.get(id)])).toEqual([]);
	}
}

test('A state stays below 200 kB if older cases count before a backlog was read', async () => {
	const scenario = scenarioWith([{ second: -2 * DAY, cases: 9_000 }], 0.23);
	const trigger = new Trigger(scenario, { event: 'caseEscalated', onlyCreatedWithinDays: 3 });
	trigger.state = {
		...emptyState('key'),
		cursor: BEGINNING - 3_000,
		createdFrom: BEGINNING - DAY,
		part: {
			...newPart(BEGINNING - 2_000),
			offset: 8_000,
			added: 7_000,
			shown: 'shown.'.repeat(7_000),
		},
		matching: Array.from({ length: 15_000 }, (_, index) => `${index}`.padStart(8, '0')).join(''),
	};
	await trigger.poll();
	expect(trigger.state.unreadBaseline?.part?.offset).toBeGreaterThan(7_000);
	expect(trigger.largestState).toBeLessThan(LARGEST_STATE);
});

test('A state stays below 200 kB, whatever the bursts', async () => {
	const anyBurst = fc.record({
		second: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 400 })),
		cases: fc.oneof(fc.nat(200), fc.nat(7_000), fc.nat(20_000)),
	});
	const anyBursts = fc.array(anyBurst, { minLength: 1, maxLength: 4 });
	const anyLatency = fc.constantFrom(0.01, 0.1, 0.5);
	const largest = [150, 17_000, 150].map((cases, index) => ({ second: 10 + 100 * index, cases }));
	await fc.assert(
		fc.asyncProperty(fc.constantFrom(...EVENTS), anyBursts, anyLatency, expectSmallStates),
		{
			numRuns: runs(3),
			examples: [
				['caseUpdated', largest, 0.01],
				['caseEscalated', largest, 0.01],
			],
			endOnFailure: true,
		},
	);
}, 600_000);
