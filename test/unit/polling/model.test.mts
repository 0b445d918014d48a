import assert from 'node:assert/strict';

import fc from 'fast-check';
import { afterAll, describe, expect, test } from '@jest/globals';

import { ChangeLog, anySteps, type Step } from './changeLog.mts';
import { RESPONSE_FORMATS, ids, Trigger, Scenario } from './scenario.mts';
import { runs } from '../../propertyRuns.mts';
import type { SearchPayload } from '../../../tools/simulator/filters.mts';
import {
	makeCase,
	SORT_FIELDS,
	type SimulatedCase,
} from '../../../tools/simulator/simulatedCase.mts';
import { TIME_FORMATS, type TimeFormat } from '../../../tools/simulator/wire.mts';

const DOWN = new Error('the service is down');
const RUNS = runs(100);

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

/** The ways in which services and the connections to them differ. */
const circumstances = fc.record({
	timeFormat: fc.constantFrom(...TIME_FORMATS),
	responseFormat: fc.constantFrom(...Object.keys(RESPONSE_FORMATS)),
	pageCap: fc.constantFrom(2, 7, 100),
	skew: fc.constantFrom(0, -600, 600, 37),
	hasDate: fc.boolean(),
	shuffleTies: fc.boolean(),
	ascending: fc.boolean(),
});

type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

function scenarioOf({ shuffleTies, ascending, responseFormat, ...rest }: Circumstances): Scenario {
	const scenario = Object.assign(new Scenario(), rest, {
		responseFormat: RESPONSE_FORMATS[responseFormat],
	});
	const order = { shuffleTies, ascending: ascending ? SORT_FIELDS : [] };
	Object.assign(scenario.cases.settings, order);
	for (let index = 0; index < 8; index++) {
		const case_priority = index % 2 === 0 ? 'escalated' : 'low';
		const case_status = index % 3 === 0 ? 'closed' : 'new';
		const old = { case_id: `old-${index}`, case_priority, case_status } as const;
		scenario.cases.addComplete(makeCase(old, scenario.now - 5000 - index * 100));
	}
	return scenario;
}

/** What the search shows now: for each case a text that changes when an event of the case happens. */
type Model = (trigger: Trigger, scenario: Scenario) => Map<string, string>;

/** Runs the steps, and compares the events of each poll with those that the model expects. */
async function compare(
	trigger: Trigger,
	scenario: Scenario,
	steps: readonly Step[],
	model: Model,
): Promise<void> {
	const changes = new ChangeLog(scenario, steps.length);
	let seen = new Map<string, string>();
	let saved = seen;
	let isFirst = true;
	const startedAt = scenario.now;
	const lastGiven = new Map<string, string>();
	const versionOf = (id: string) => JSON.stringify(scenario.cases.get(id));
	const mayRepeat = (id: string) =>
		scenario.timeFormat === 'none' &&
		trigger.settings.event === 'caseUpdated' &&
		(scenario.cases.get(id)?.modification_time ?? 0) >= startedAt &&
		lastGiven.get(id) !== versionOf(id);
	const pollAndCompare = async () => {
		const visible = model(trigger, scenario);
		const expected = [...visible].filter(([id, key]) => seen.get(id) !== key).map(([id]) => id);
		const given = await trigger.poll();
		const allowed = new Set<unknown>(expected);
		for (const { found } of given) {
			// Without times, a case that changed and changed back looks as before: its event may come, once.
			const id = found.case_id;
			if (typeof id !== 'string') throw new Error('a case without an id');
			if (mayRepeat(id)) allowed.add(id);
			lastGiven.set(id, versionOf(id));
		}
		const givenIds = ids(given);
		// Not jest's `expect`, which would take a fifth of the time of this file: there are thousands of polls.
		assert.deepEqual(
			{
				unexpected: givenIds.filter((id) => !allowed.has(id)),
				missing: isFirst ? [] : expected.filter((id) => !givenIds.includes(id)),
				fromBaseline: isFirst ? given : [],
				differentEventIds: new Set(given.map(({ eventId }) => eventId)).size,
			},
			{
				unexpected: [],
				missing: [],
				fromBaseline: [],
				differentEventIds: given.length,
			},
		);
		seen = visible;
		if (isFirst || given.length > 0) saved = seen;
		isFirst = false;
	};
	await pollAndCompare();
	scenario.advance(60);
	for (const step of steps) {
		scenario.advance(step.wait);
		if (step.what === 'poll') {
			await pollAndCompare();
		} else if (step.what === 'failingPoll') {
			let answers = step.who % 3;
			scenario.beforeAnswer = () => {
				if (answers-- === 0) throw DOWN;
			};
			const before = JSON.stringify(trigger.state);
			const outcome = await trigger.poll().catch((error: unknown) => error);
			scenario.beforeAnswer = () => undefined;
			// With few pages the poll may be over before the failure.
			if (outcome === DOWN) expect(JSON.stringify(trigger.state)).toBe(before);
			else seen = model(trigger, scenario);
			if (Array.isArray(outcome) && outcome.length > 0) saved = seen;
		} else if (step.what === 'restart') {
			trigger.restart();
			seen = saved;
		} else {
			changes.change(step);
		}
	}
	for (let minute = 0; minute < 8; minute++) {
		scenario.advance(60);
		await pollAndCompare();
	}
}

/** The cases that polls of a time window can have seen; those deleted since stay. */
function remembering(event: WindowEvent): Model {
	const visible = new Map<string, string>();
	return (_trigger, scenario) => {
		for (const each of scenario.cases.all) {
			const version = versionFor(event, each, scenario.timeFormat);
			visible.set(each.case_id, JSON.stringify(version));
		}
		return new Map(visible);
	};
}

type WindowEvent = 'caseCreated' | 'caseUpdated' | 'alertAttached';

/**
 * What makes an event of a case a new one, as the documentation says. It is computed from the simulator's case alone: if
 * it used the product's hash, a field missing there would be missing here too.
 */
function versionFor(event: WindowEvent, each: SimulatedCase, timeFormat: TimeFormat): unknown[] {
	const { creation_time, modification_time, last_attached_alert_time, alerts_count } = each;
	const hasTimes = timeFormat !== 'none';
	switch (event) {
		case 'caseCreated':
			return [];
		case 'alertAttached':
			return [alerts_count, hasTimes && last_attached_alert_time];
		case 'caseUpdated':
			return [
				each.case_title,
				each.case_status,
				each.case_priority,
				alerts_count,
				[...each.case_sources].sort(),
				[...each.case_tags].sort(),
				each.analyst_verdict,
				each.case_triage?.risk_category,
				each.case_triage?.case_verdict,
				each.case_triage?.response_status,
				hasTimes && [creation_time, modification_time, last_attached_alert_time],
			];
	}
}

/** The cases that match. */
function matching(payload: SearchPayload): Model {
	return (_trigger, scenario) => {
		const { cases } = scenario.cases.search({ payload, limit: 1e6 });
		return new Map(cases.map(({ case_id }) => [case_id, 'matches']));
	};
}

describe('Every event comes exactly once', () => {
	test.each(['caseCreated', 'caseUpdated', 'alertAttached'] as const)('%s', async (event) => {
		await fc.assert(
			fc.asyncProperty(circumstances, anySteps, async (given, steps) => {
				const scenario = scenarioOf(given);
				await compare(new Trigger(scenario, { event }), scenario, steps, remembering(event));
			}),
			{ numRuns: RUNS },
		);
	});

	test('caseEscalated', async () => {
		await fc.assert(
			fc.asyncProperty(circumstances, anySteps, async (given, steps) => {
				const scenario = scenarioOf(given);
				const trigger = new Trigger(scenario, { event: 'caseEscalated' });
				await compare(trigger, scenario, steps, matching({ priorities: ['escalated'] }));
			}),
			{ numRuns: RUNS },
		);
	});

	test.each<SearchPayload>([
		{ case_statuses: ['new'], priorities: ['escalated'] },
		{ free_text: 'edited' },
		{ case_verdicts: ['suspicious'], case_statuses: ['new'] },
	])('caseMatched with %j', async (payload) => {
		await fc.assert(
			fc.asyncProperty(circumstances, anySteps, async (given, steps) => {
				const scenario = scenarioOf(given);
				const trigger = new Trigger(scenario, {
					event: 'caseMatched',
					payload: { ...payload },
				});
				await compare(trigger, scenario, steps, matching(payload));
			}),
			{ numRuns: RUNS },
		);
	});
});
