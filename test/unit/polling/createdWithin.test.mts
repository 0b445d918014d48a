import fc from 'fast-check';
import { afterAll, describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { emptyState, withStartTime } from '../../../nodes/IntezerCases/polling/state.ts';
import { TooManyMatching } from '../../../nodes/IntezerCases/polling/matching/tooManyMatching.ts';
import type { SearchPayload } from '../../../tools/simulator/filters.mts';
import {
	makeCase,
	SORT_FIELDS,
	type SimulatedCase,
} from '../../../tools/simulator/simulatedCase.mts';
import { TIME_FORMATS } from '../../../tools/simulator/wire.mts';
import { runs } from '../../propertyRuns.mts';
import { anySteps, ChangeLog } from './changeLog.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** With this, no case comes close to an age of one or three days when a poll looks at it: clocks may differ. */
const JUMP = 13 * HOUR;

const escalated = { case_priority: 'escalated' } as const;
const closed = { case_status: 'closed' } as const;

/** An event, its filters, and a filter that only the service can evaluate. */
const TRIGGERS = [
	['caseEscalated', { priorities: ['escalated'] }],
	['caseMatched', { case_statuses: ['closed'] }],
	['caseMatched', { free_text: 'edited' }],
] as const satisfies Array<[string, SearchPayload]>;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

/** Adds a case that is this many seconds old. */
function add(scenario: Scenario, id: string, age: number, more: Partial<SimulatedCase> = {}): void {
	const made = makeCase({ case_id: id, alerts: [], ...more }, Math.floor(scenario.now - age));
	scenario.cases.addComplete(made);
}

function triggerOf(
	scenario: Scenario,
	onlyCreatedWithinDays: number,
	[event, payload]: readonly [(typeof TRIGGERS)[number][0], SearchPayload] = TRIGGERS[0],
): Trigger {
	return new Trigger(scenario, { event, payload: { ...payload }, onlyCreatedWithinDays });
}

async function pollEveryMinute(trigger: Trigger, polls: number): Promise<unknown[]> {
	const given: unknown[] = [];
	for (let count = 0; count < polls; count++) {
		const startedAt = trigger.scenario.now;
		given.push(...ids(await trigger.poll()));
		trigger.scenario.advance(Math.max(1, 60 - (trigger.scenario.now - startedAt)));
	}
	return given;
}

/** What the option changes: computed from the simulator's cases alone. */
class Expectation {
	/** The cases that matched and were young enough at the last poll. */
	private known = new Set<string>();
	/** Cases created before this second have not been watched. */
	private watchedFrom = Infinity;

	constructor(
		private readonly scenario: Scenario,
		private readonly payload: SearchPayload,
	) {}

	/** The cases whose events a poll must emit now. */
	atPoll(days: number): string[] {
		const { cases, now } = this.scenario;
		const from = days === 0 ? 0 : now - days * DAY;
		const matching = cases
			.search({ payload: this.payload, limit: 1e6 })
			.cases.filter(({ creation_time }) => creation_time >= from);
		const expected = matching
			.filter(({ case_id, creation_time }) => {
				return creation_time >= this.watchedFrom && !this.known.has(case_id);
			})
			.map(({ case_id }) => case_id);
		this.known = new Set(matching.map(({ case_id }) => case_id));
		this.watchedFrom = from;
		return expected;
	}
}

const circumstances = fc.record({
	timeFormat: fc.constantFrom(...TIME_FORMATS),
	pageCap: fc.constantFrom(2, 7, 100),
	skew: fc.constantFrom(0, -600, 600, 37),
	hasDate: fc.boolean(),
	settings: fc.record({
		shuffleTies: fc.boolean(),
		ascending: fc.constantFrom([], [...SORT_FIELDS]),
		rangeStart: fc.constantFrom('inclusive', 'exclusive'),
		rangeEnd: fc.constantFrom('inclusive', 'exclusive'),
		timeFraction: fc.constantFrom('none', 'shown', 'hidden'),
	}),
});

describe.each(TRIGGERS)('%s %j, limited to recently created cases', (event, payload) => {
	test('emits each event of a young case once, and none of an older one', async () => {
		await fc.assert(
			fc.asyncProperty(
				circumstances,
				anySteps,
				fc.array(fc.record({ at: fc.nat({ max: 69 }), days: fc.constantFrom(0, 1, 3) })),
				async ({ settings, ...given }, steps, changes) => {
					const scenario = Object.assign(new Scenario(), given);
					Object.assign(scenario.cases.settings, settings);
					for (let index = 0; index < 12; index++) {
						const age = [0.1, 1, 40, 241][index % 4] ?? 0;
						const case_title = index % 5 === 0 ? 'edited' : 'old';
						const more = index % 2 === 0 ? { ...escalated, ...closed } : {};
						add(scenario, `old-${index}`, age * HOUR + 900 + index, { ...more, case_title });
					}
					let days = 1;
					let trigger = triggerOf(scenario, days, [event, payload]);
					const expectation = new Expectation(scenario, payload);
					const changeLog = new ChangeLog(scenario, steps.length);
					const pollAndCompare = async (isFirst = false): Promise<void> => {
						const expected = expectation.atPoll(days);
						const events = await trigger.poll();
						expect(ids(events).sort()).toEqual(isFirst ? [] : expected.sort());
					};
					await pollAndCompare(true);
					scenario.advance(60);
					for (const [index, step] of steps.entries()) {
						scenario.advance(step.who % 7 === 0 ? JUMP : step.wait);
						for (const change of changes.filter(({ at }) => at === index)) {
							({ days } = change);
							const { state } = trigger;
							trigger = triggerOf(scenario, days, [event, payload]);
							trigger.state = state;
						}
						if (step.what === 'poll') await pollAndCompare();
						else changeLog.change({ ...step, late: 0 });
					}
					for (let minute = 0; minute < 8; minute++) {
						scenario.advance(60);
						await pollAndCompare();
					}
				},
			),
			{ numRuns: runs(100) },
		);
	});
});

describe('A case', () => {
	test.each(TRIGGERS)('%s %j: that grows too old leaves silently', async (...given) => {
		const scenario = new Scenario();
		const trigger = triggerOf(scenario, 7, given);
		await pollEveryMinute(trigger, 1);
		const matching = { ...escalated, ...closed, case_title: 'edited' };
		add(scenario, 'case', 0, matching);
		expect(await pollEveryMinute(trigger, 8)).toEqual(['case']);
		scenario.advance(8 * DAY);
		for (let round = 0; round < 3; round++) {
			scenario.cases.update('case', { case_priority: 'low', case_status: 'new', case_title: 'x' });
			expect(await pollEveryMinute(trigger, 8)).toEqual([]);
			scenario.cases.update('case', matching);
			expect(await pollEveryMinute(trigger, 8)).toEqual([]);
		}
	});

	test('that grew too old fires again if the limit is lowered and raised', async () => {
		const scenario = new Scenario();
		const trigger = triggerOf(scenario, 7);
		await pollEveryMinute(trigger, 1);
		add(scenario, 'case', 0, escalated);
		add(scenario, 'other', 0, escalated);
		expect((await pollEveryMinute(trigger, 8)).sort()).toEqual(['case', 'other']);
		scenario.advance(8 * DAY);
		scenario.cases.update('case', { case_priority: 'low' });
		expect(await pollEveryMinute(trigger, 8)).toEqual([]);
		const raised = triggerOf(scenario, 30);
		raised.state = trigger.state;
		expect(await pollEveryMinute(raised, 2)).toEqual([]);
		scenario.cases.update('case', escalated);
		scenario.cases.update('other', { case_title: 'edited' });
		expect(await pollEveryMinute(raised, 8)).toEqual(['case']);
		const eventIds = [...trigger.emitted, ...raised.emitted].map(({ eventId }) => eventId);
		expect(new Set(eventIds).size).toBe(3);
	});
});

test('while the limit is raised, no event of a case that was watched already is lost', async () => {
	const scenario = new Scenario();
	scenario.quota = 15;
	for (let index = 0; index < 2_000; index++) add(scenario, `old-${index}`, index * 600, escalated);
	const trigger = triggerOf(scenario, 1);
	await pollEveryMinute(trigger, 10);
	expect(trigger.state?.unreadBaseline).toBeUndefined();
	const raised = triggerOf(scenario, 0);
	raised.state = trigger.state;
	add(scenario, 'before', HOUR);
	scenario.cases.update('before', escalated);
	const given = await pollEveryMinute(raised, 1);
	add(scenario, 'during', 5 * DAY);
	scenario.cases.update('during', escalated);
	given.push(...(await pollEveryMinute(raised, 25)));
	expect(given.sort()).toEqual(['before', 'during']);
	scenario.cases.update('old-1999', { case_title: 'edited' });
	scenario.cases.update('old-500', { case_title: 'edited' });
	expect(await pollEveryMinute(raised, 8)).toEqual([]);
});

test('a case that started to match before the first successful poll is an event, unless it is too old', async () => {
	const scenario = new Scenario();
	add(scenario, 'known', 5 * HOUR, closed);
	add(scenario, 'young', 5 * HOUR);
	add(scenario, 'old', 40 * HOUR);
	const trigger = triggerOf(scenario, 1, TRIGGERS[1]);
	trigger.state = withStartTime(emptyState('key', 0), scenario.now * 1000);
	scenario.advance(60);
	for (const id of ['young', 'old']) scenario.cases.update(id, closed);
	scenario.advance(2 * HOUR);
	expect(await pollEveryMinute(trigger, 8)).toEqual(['young']);
});

test('Look Back sends what was created in both ranges', async () => {
	for (const [days, expected] of [
		[1, ['recent']],
		[3, ['earlier', 'recent']],
		[30, ['earlier', 'recent']],
	] as const) {
		const scenario = new Scenario();
		add(scenario, 'recent', 5 * HOUR, closed);
		add(scenario, 'earlier', 40 * HOUR, closed);
		add(scenario, 'oldest', 90 * HOUR, closed);
		const trigger = new Trigger(scenario, {
			event: 'caseMatched',
			payload: { ...closed, case_statuses: ['closed'] },
			onlyCreatedWithinDays: days,
			lookBackHours: 48,
		});
		expect((await pollEveryMinute(trigger, 8)).sort()).toEqual(expected);
	}
});

describe('In a tenant with many closed cases', () => {
	/** Closed cases, the newest 200 of them created in the last seven days. */
	function tenantWith(count: number): Scenario {
		const scenario = new Scenario();
		for (let index = 0; index < count; index++) {
			const age = index < 200 ? HOUR + index * 3000 : 8 * DAY + index * 100;
			add(scenario, `closed-${index}`, age, closed);
		}
		return scenario;
	}

	/** How many requests each of some polls takes while a case is closed now and then. */
	async function requestsOf(scenario: Scenario): Promise<number[]> {
		const trigger = triggerOf(scenario, 7, TRIGGERS[1]);
		const requests: number[] = [];
		for (let minute = 0; minute < 20; minute++) {
			if (minute % 5 === 2) {
				add(scenario, `new-${minute}`, 60);
				scenario.cases.update(`new-${minute}`, closed);
				scenario.cases.update(`closed-${300 + minute}`, { case_title: 'edited' });
			}
			const before = scenario.requests;
			await pollEveryMinute(trigger, 1);
			requests.push(scenario.requests - before);
		}
		expect(ids(trigger.emitted)).toEqual(['new-2', 'new-7', 'new-12', 'new-17']);
		return requests;
	}

	test('the older ones need no request', async () => {
		const few = await requestsOf(tenantWith(500));
		const many = await requestsOf(tenantWith(40_000));
		expect(many).toEqual(few);
		expect(many[1]).toBe(1);
	});

	test('all of them are refused, those of seven days are not', async () => {
		const scenario = tenantWith(40_000);
		await expect(triggerOf(scenario, 0, TRIGGERS[1]).poll()).rejects.toThrow(TooManyMatching);
		await expect(triggerOf(scenario, 900, TRIGGERS[1]).poll()).rejects.toThrow(TooManyMatching);
		const trigger = triggerOf(scenario, 7, TRIGGERS[1]);
		expect(await trigger.poll()).toEqual([]);
		const raised = triggerOf(scenario, 900, TRIGGERS[1]);
		raised.state = trigger.state;
		await expect(raised.poll()).rejects.toThrow(TooManyMatching);
	});

	test.each([
		['15 requests a minute', { quota: 15 }],
		['8 seconds a response', { latency: 8 }],
	])('a baseline of 6,000 young ones takes several polls, at %s', async (_how, limits) => {
		const scenario = Object.assign(new Scenario(), limits);
		for (let index = 0; index < 6_000; index++)
			add(scenario, `young-${index}`, 90 + index * 90, closed);
		for (let index = 0; index < 500; index++) {
			add(scenario, `old-${index}`, 9 * DAY, { ...closed, modification_time: scenario.now - 60 });
		}
		const trigger = triggerOf(scenario, 7, TRIGGERS[1]);
		expect(await pollEveryMinute(trigger, 5)).toEqual([]);
		add(scenario, 'new', 60);
		scenario.cases.update('new', closed);
		expect(await pollEveryMinute(trigger, 60)).toEqual(['new']);
		for (const id of ['young-0', 'young-3000', 'young-5999', 'old-0']) {
			scenario.cases.update(id, { case_title: 'edited' });
		}
		expect(await pollEveryMinute(trigger, 8)).toEqual([]);
	});
});

test.each(['inclusive', 'exclusive'] as const)(
	'if the limit is raised, cases of the second at the limit are recorded, with ranges that are %s',
	async (rangeEnd) => {
		const scenario = new Scenario();
		const settings = { timeFraction: 'shown', rangeStart: rangeEnd, rangeEnd };
		Object.assign(scenario.cases.settings, settings);
		const trigger = triggerOf(scenario, 1);
		const names: string[] = [];
		for (let quarters = -12; quarters <= 12; quarters++) {
			const creation_time = scenario.now - DAY + quarters / 4;
			names.push(scenario.add(`case ${quarters}`, { ...escalated, alerts: [], creation_time }));
		}
		await pollEveryMinute(trigger, 1);
		const raised = triggerOf(scenario, 2);
		raised.state = trigger.state;
		expect(await pollEveryMinute(raised, 2)).toEqual([]);
		for (const name of names) scenario.cases.update(name, { case_title: 'edited' });
		expect(await pollEveryMinute(raised, 8)).toEqual([]);
	},
);

describe('If the limit is raised when the trigger remembers nearly as many cases as it can', () => {
	/** The trigger with another limit. */
	function withLimit(trigger: Trigger, days: number): Trigger {
		const { scenario, settings, state } = trigger;
		const changed = new Trigger(scenario, { ...settings, onlyCreatedWithinDays: days });
		changed.state = state;
		return changed;
	}

	test('cases that are gone do not count', async () => {
		const scenario = new Scenario();
		add(scenario, 'young', HOUR, closed);
		for (let index = 0; index < 300; index++) add(scenario, `old-${index}`, 9 * DAY, closed);
		const trigger = triggerOf(scenario, 7, TRIGGERS[1]);
		expect(await pollEveryMinute(trigger, 1)).toEqual([]);
		if (trigger.state === undefined) throw new Error('no state');
		const gone = Array.from({ length: 14_900 }, (_, index) => `${index}`.padStart(8, '0'));
		trigger.state.matching = gone.join('') + (trigger.state.matching ?? '');
		const raised = withLimit(trigger, 14);
		expect(await pollEveryMinute(raised, 8)).toEqual([]);
		for (const id of ['young', 'old-7']) scenario.cases.update(id, { case_title: 'edited' });
		add(scenario, 'new', 60, closed);
		expect(await pollEveryMinute(raised, 8)).toEqual(['new']);
	});

	test('it remembers the 10,000 that were modified most recently', async () => {
		const scenario = new Scenario();
		for (let index = 0; index < 14_000; index++) {
			add(scenario, `young-${index}`, HOUR + index * 30, escalated);
		}
		for (let index = 0; index < 6_000; index++) {
			add(scenario, `old-${index}`, 9 * DAY + index, escalated);
		}
		const trigger = triggerOf(scenario, 7);
		expect(await pollEveryMinute(trigger, 1)).toEqual([]);
		const raised = withLimit(trigger, 14);
		expect(await pollEveryMinute(raised, 8)).toEqual([]);
		for (let index = 0; index < 10_000; index += 100) {
			scenario.cases.update(`young-${index}`, { case_title: 'edited' });
		}
		expect(await pollEveryMinute(raised, 8)).toEqual([]);
	});

	test('a case that started to match again when it was too old is none', async () => {
		const scenario = new Scenario();
		add(scenario, 'case', 6 * DAY, escalated);
		const trigger = triggerOf(scenario, 7);
		await pollEveryMinute(trigger, 1);
		scenario.advance(2 * DAY);
		scenario.cases.update('case', { case_priority: 'low' });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', escalated);
		expect(await pollEveryMinute(withLimit(trigger, 14), 8)).toEqual([]);
	});

	test('a case that stops and starts to match meanwhile is an event', async () => {
		const scenario = new Scenario();
		add(scenario, 'young', HOUR, escalated);
		const trigger = triggerOf(scenario, 7);
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('young', { case_priority: 'low' });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('young', escalated);
		expect(await pollEveryMinute(withLimit(trigger, 14), 8)).toEqual(['young']);
	});
});

test('no event is lost if the service refuses long lists of ids', async () => {
	const scenario = new Scenario();
	scenario.beforeAnswer = ({ payload: { case_ids: list } }) => {
		if (Array.isArray(list) && list.length > 30) throw refusal(400, { error: 'too long' });
	};
	for (let index = 0; index < 250; index++) add(scenario, `young-${index}`, HOUR + index, closed);
	const trigger = triggerOf(scenario, 1, TRIGGERS[1]);
	expect(await pollEveryMinute(trigger, 1)).toEqual([]);
	const expected = Array.from({ length: 250 }, (_, index) => `new-${index}`);
	for (const id of expected) add(scenario, id, 60, closed);
	scenario.cases.update('young-9', { case_title: 'edited' });
	expect((await pollEveryMinute(trigger, 8)).sort()).toEqual(expected.sort());
});
