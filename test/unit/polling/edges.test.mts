import { afterAll, describe, expect, test } from '@jest/globals';

import { emptyState, withStartTime } from '../../../nodes/IntezerCases/polling/state.ts';
import { EVENTS, type EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import { makeCase, type SimulatedCase } from '../../../tools/simulator/simulatedCase.mts';
import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated' } as const;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

function add(scenario: Scenario, id: string, more: Partial<SimulatedCase> = {}): string {
	const given = { case_id: id, alerts: [], alerts_count: 1, ...more };
	return scenario.cases.addComplete(makeCase(given, Math.floor(scenario.now))).case_id;
}

/** @param secondOf in which second, counted from now, a case is created */
function addMany(
	scenario: Scenario,
	count: number,
	secondOf: (index: number) => number = () => 0,
): string[] {
	const now = Math.floor(scenario.now);
	return Array.from({ length: count }, (_, index) =>
		add(scenario, `case-${index}`, { ...escalated, ...timesAt(now + secondOf(index)) }),
	);
}

function timesAt(second: number): Partial<SimulatedCase> {
	return {
		creation_time: second,
		modification_time: second,
		last_attached_alert_time: second,
	};
}

/** Filters that only the service can evaluate: the field is not documented. */
const ASSIGNED = { assigned_account_ids: ['me'] };

describe('More than one poll can read', () => {
	test.each([
		['caseCreated', 6_500],
		['caseEscalated', 6_500],
		['caseMatched', 2_400],
	] as const)('%s: %i cases in one second at 60 requests a minute', async (event, count) => {
		const scenario = new Scenario();
		scenario.quota = 60;
		const trigger = new Trigger(scenario, { event, payload: { free_text: 'suspicious' } });
		await pollEveryMinute(trigger, 1);
		const expected = addMany(scenario, count);
		await pollEveryMinute(trigger, 25);
		expectOnceEach(trigger, expected);
	});

	test.each([
		['15 requests a minute', { quota: 15 }],
		['8 seconds a response', { latency: 8 }],
	])('a backlog of 3,000 cases of one minute, at %s', async (_how, limits) => {
		for (const event of ['caseCreated', 'caseEscalated', 'caseUpdated'] as const) {
			const scenario = Object.assign(new Scenario(), limits);
			const trigger = new Trigger(scenario, { event });
			await pollEveryMinute(trigger, 1);
			scenario.advance(60);
			const expected = addMany(scenario, 3_000, (index) => -(index % 60));
			await pollEveryMinute(trigger, 30);
			expectOnceEach(trigger, expected);
		}
	});

	test.each([
		['15 requests a minute', { quota: 15 }],
		['8 seconds a response', { latency: 8 }],
	])('a baseline of 12,000 escalated cases, at %s', async (_how, limits) => {
		const scenario = Object.assign(new Scenario(), limits);
		addMany(scenario, 12_000, (index) => -10_000 - 10 * index);
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		await pollEveryMinute(trigger, 45);
		expect(trigger.state?.unreadBaseline).toBeUndefined();
		for (const id of ['case-0', 'case-6000', 'case-11999']) {
			scenario.cases.update(id, { case_title: 'edited' });
		}
		add(scenario, 'new', escalated);
		await pollEveryMinute(trigger, 2);
		expectOnceEach(trigger, ['new']);
	});

	test('25,000 escalated cases at the start', async () => {
		const scenario = new Scenario();
		addMany(scenario, 25_000, (index) => -10_000 - 10 * index);
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		await pollEveryMinute(trigger, 3);
		for (const id of ['case-0', 'case-9000']) scenario.cases.update(id, { case_title: 'edited' });
		add(scenario, 'new', escalated);
		await pollEveryMinute(trigger, 10);
		expectOnceEach(trigger, ['new']);
	});

	test('22,000 cases in a minute come late rather than twice', async () => {
		const scenario = new Scenario();
		scenario.latency = 0.05;
		const trigger = new Trigger(scenario, { event: 'caseCreated' });
		await pollEveryMinute(trigger, 1);
		const expected = addMany(scenario, 22_000, (index) => -(index % 60));
		await pollEveryMinute(trigger, 40);
		expectOnceEach(trigger, expected);
	});
});

describe('Clocks', () => {
	test.each(EVENTS)('%s: a clock corrected after a failed first poll', async (event) => {
		for (const [before, after] of [
			[590, 0],
			[-590, 0],
			[0, 590],
			[0, -590],
			[120, 0],
		] as const) {
			const scenario = new Scenario();
			add(scenario, 'old', escalated);
			scenario.advance(3600);
			scenario.skew = before;
			const trigger = new Trigger(scenario, { event });
			trigger.state = withStartTime(emptyState('key', 0), (scenario.now + before) * 1000);
			scenario.advance(60);
			scenario.skew = after;
			const expected = [add(scenario, 'new', escalated)];
			scenario.advance(1800);
			await pollEveryMinute(trigger, 3);
			expectOnceEach(trigger, expected);
		}
	});

	test.each([
		['no Date header and 3 s a response', { hasDate: false, latency: 3 }],
		['a Date header 400 s ahead', { dateSkew: 400 }],
	])('4,000 cases with %s', async (_how, settings) => {
		const scenario = Object.assign(new Scenario(), settings);
		const trigger = new Trigger(scenario, { event: 'caseCreated' });
		await pollEveryMinute(trigger, 1);
		const expected: string[] = [];
		for (let minute = 0; minute < 20; minute++) {
			for (let index = 0; index < 200; index++) {
				const made = makeCase({ case_id: `${minute}-${index}` }, Math.floor(scenario.now));
				expected.push(made.case_id);
				// It appears in the search up to five minutes late.
				const shownAt = scenario.now + (index % 300);
				scenario.schedule(shownAt, () => scenario.cases.addComplete(made));
			}
			await pollEveryMinute(trigger, 1);
		}
		await pollEveryMinute(trigger, 40);
		expectOnceEach(trigger, expected);
	});
});

describe('What is no event', () => {
	test('an alert is removed', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'alertAttached' });
		await pollEveryMinute(trigger, 1);
		add(scenario, 'case', { alerts_count: 2 });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', { alerts_count: 1 });
		await pollEveryMinute(trigger, 3);
		expectOnceEach(trigger, ['case']);
		scenario.cases.update('case', {
			alerts_count: 2,
			last_attached_alert_time: Math.floor(scenario.now),
		});
		await pollEveryMinute(trigger, 3);
		expectOnceEach(trigger, ['case', 'case']);
	});

	test.each([60, 300, 361, 400, 420, 500])(
		'a created case leaves the filters and enters them again after %i s',
		async (seconds) => {
			const scenario = new Scenario();
			scenario.skew = -600;
			const payload = { case_statuses: ['new'] };
			const trigger = new Trigger(scenario, { event: 'caseCreated', payload });
			await pollEveryMinute(trigger, 1);
			add(scenario, 'case');
			await trigger.poll();
			scenario.cases.update('case', { case_status: 'closed' });
			scenario.advance(seconds);
			scenario.cases.update('case', { case_status: 'new' });
			await pollEveryMinute(trigger, 3);
			expectOnceEach(trigger, ['case']);
		},
	);

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: an edit of a case that was escalated before the start, with Look Back',
		async (event) => {
			const scenario = new Scenario();
			add(scenario, 'old', escalated);
			scenario.advance(10 * 3600);
			const payload = { priorities: ['escalated'] };
			const trigger = new Trigger(scenario, { event, payload, lookBackHours: 2 });
			scenario.cases.update('old', { case_title: 'edited' });
			add(scenario, 'new', escalated);
			await pollEveryMinute(trigger, 2);
			expectOnceEach(trigger, ['new']);
		},
	);
});

test.each<[EventName, number]>([
	['caseEscalated', 1],
	['caseCreated', 0],
	['alertAttached', 0],
])(
	'%s: a case that starts to match the filters ten minutes later gives %i events',
	async (event, count) => {
		const scenario = new Scenario();
		const payload =
			event === 'caseEscalated' ? { ...ASSIGNED, priorities: ['escalated'] } : ASSIGNED;
		const trigger = new Trigger(scenario, { event, payload });
		await pollEveryMinute(trigger, 1);
		add(scenario, 'case', escalated);
		await pollEveryMinute(trigger, 10);
		scenario.cases.update('case', { assigned_account_id: 'me' });
		await pollEveryMinute(trigger, 8);
		expectOnceEach(
			trigger,
			Array.from({ length: count }, () => 'case'),
		);
	},
);

test('without times, a case that enters by a field that is not documented', async () => {
	const scenario = new Scenario();
	scenario.timeFormat = 'none';
	const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
	await pollEveryMinute(trigger, 1);
	add(scenario, 'case');
	await pollEveryMinute(trigger, 3);
	scenario.cases.update('case', { assigned_account_id: 'me' });
	await pollEveryMinute(trigger, 3);
	expectOnceEach(trigger, ['case']);
});

test.each<[EventName, number]>(
	EVENTS.flatMap((event) => [0, 0.01, 0.1, 24].map((hours): [EventName, number] => [event, hours])),
)('%s: an idle poll is one request, with Ignore Older Than %d hours', async (event, hours) => {
	const scenario = new Scenario();
	for (const payload of [{}, ASSIGNED]) {
		addMany(scenario, 300, (index) => -10_000 - index);
		const trigger = new Trigger(scenario, { event, payload, ignoreOlderThanHours: hours });
		await pollEveryMinute(trigger, 8);
		const before = scenario.requests;
		await pollEveryMinute(trigger, 5);
		expect(scenario.requests - before).toBe(5);
		for (const { case_id } of scenario.cases.all) scenario.cases.remove(case_id);
	}
});
