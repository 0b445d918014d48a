import { describe, expect, test } from '@jest/globals';

import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { TooManyMatching } from '../../../nodes/IntezerCases/polling/matching/tooManyMatching.ts';
import { makeCase, type SimulatedCase } from '../../../tools/simulator/simulatedCase.mts';
import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated', alerts: [] } as const;
const ESCALATED = { priorities: ['escalated'] };

function timesAt(second: number): Partial<SimulatedCase> {
	return {
		creation_time: second,
		modification_time: second,
		last_attached_alert_time: second,
	};
}

/** @param secondOf in which second, counted from now, a case is created */
function addMany(scenario: Scenario, count: number, secondOf: (index: number) => number): string[] {
	const now = Math.floor(scenario.now);
	return Array.from({ length: count }, (_, index) =>
		scenario.add(`case-${index}`, { ...escalated, ...timesAt(now + secondOf(index)) }),
	);
}

describe('A service that pages to 10,000', () => {
	test.each([
		['caseCreated', undefined],
		['caseCreated', 10_000],
		['caseEscalated', 10_000],
	] as const)('%s: a backlog of 12,000 cases, with a count up to %j', async (event, countCap) => {
		const scenario = new Scenario();
		Object.assign(scenario.cases.settings, { offsetWindow: 10_000, countCap });
		scenario.latency = 0.05;
		const trigger = new Trigger(scenario, { event });
		await pollEveryMinute(trigger, 1);
		scenario.advance(7_200);
		const expected = addMany(scenario, 12_000, (index) => -(index % 6_000));
		await pollEveryMinute(trigger, 20);
		expectOnceEach(trigger, expected);
	});

	test.each([
		['caseEscalated', {}, undefined],
		['caseMatched', {}, undefined],
		['caseMatched', {}, 10_000],
		['caseMatched', { quota: 15 }, 10_000],
		['caseMatched', { latency: 8 }, 10_000],
	] as const)(
		'%s: a baseline of 12,000 cases with %j, with a count up to %j',
		async (event, limits, countCap) => {
			const scenario = Object.assign(new Scenario(), limits);
			Object.assign(scenario.cases.settings, { offsetWindow: 10_000, countCap });
			addMany(scenario, 12_000, (index) => -10_000 - 10 * index);
			const trigger = new Trigger(scenario, { event, payload: ESCALATED });
			await pollEveryMinute(trigger, Object.keys(limits).length === 0 ? 3 : 50);
			expect(trigger.state?.unreadBaseline).toBeUndefined();
			for (const id of ['case-0', 'case-6000', 'case-11999']) {
				scenario.cases.update(id, { case_title: 'edited' });
			}
			scenario.add('new', escalated);
			await pollEveryMinute(trigger, 2);
			expectOnceEach(trigger, ['new']);
		},
	);
});

test('A burst of 20,000 cases, where the service counts to 10,000', async () => {
	const scenario = new Scenario();
	Object.assign(scenario.cases.settings, { offsetWindow: 10_000, countCap: 10_000 });
	scenario.latency = 0.02;
	const trigger = new Trigger(scenario, { event: 'caseCreated' });
	await pollEveryMinute(trigger, 1);
	scenario.advance(300);
	const expected = addMany(scenario, 20_000, (index) => -(index % 250));
	await pollEveryMinute(trigger, 12);
	expectOnceEach(trigger, expected);
});

test('More matching cases than the trigger can remember are refused where the service counts to 10,000', async () => {
	const scenario = new Scenario();
	Object.assign(scenario.cases.settings, { offsetWindow: 10_000, countCap: 10_000 });
	addMany(scenario, 16_000, (index) => -10_000 - 10 * index);
	const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ESCALATED });
	const polls = async () => {
		for (let count = 0; count < 3; count++) await pollEveryMinute(trigger, 1);
	};
	await expect(polls()).rejects.toBeInstanceOf(TooManyMatching);
});

describe('A baseline that takes several polls, at 8 s a response', () => {
	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: with Look Back, an old case that is escalated meanwhile is an event',
		async (event) => {
			const scenario = new Scenario();
			scenario.latency = 8;
			addMany(scenario, 1_500, (index) => -8_000 - index);
			const old = makeCase({ case_id: 'old' }, scenario.now - 40_000);
			scenario.cases.addComplete(old);
			const trigger = new Trigger(scenario, { event, payload: ESCALATED, lookBackHours: 1 });
			scenario.schedule(scenario.now + 65, () =>
				scenario.cases.update('old', { case_priority: 'escalated' }),
			);
			await pollEveryMinute(trigger, 20);
			expectOnceEach(trigger, ['old']);
		},
	);

	test.each(['caseCreated', 'caseEscalated', 'caseMatched'] as const)(
		'%s: a case of the first minute is an event, though the clocks are a minute ahead of its time',
		async (event) => {
			const scenario = Object.assign(new Scenario(), { latency: 8, dateSkew: 60, skew: 60 });
			addMany(scenario, 900, (index) => -100 - index);
			const trigger = new Trigger(scenario, { event, payload: ESCALATED });
			scenario.schedule(scenario.now + 50, () => scenario.add('new', escalated));
			await pollEveryMinute(trigger, 20);
			expectOnceEach(trigger, ['new']);
		},
	);
});

describe('A service that refuses an offset beyond the last match', () => {
	const eventsAndStatuses = EVENTS.flatMap((event) =>
		(['400', '404'] as const).map((endRefusal) => ({ event, endRefusal })),
	);

	test.each(eventsAndStatuses)(
		'$event, $endRefusal: 1,000 cases within five minutes, at 8 s a response',
		async ({ event, endRefusal }) => {
			const scenario = new Scenario();
			Object.assign(scenario.cases.settings, { refuseOffsetBeyondEnd: true, endRefusal });
			scenario.latency = 8;
			const trigger = new Trigger(scenario, { event, payload: ESCALATED });
			await pollEveryMinute(trigger, 1);
			const expected = addMany(scenario, 1_000, (index) => -(index % 300));
			await pollEveryMinute(trigger, 40);
			expectOnceEach(trigger, expected);
		},
	);

	test('a part of the backlog that becomes shorter between two polls', async () => {
		const scenario = new Scenario();
		scenario.cases.settings.refuseOffsetBeyondEnd = true;
		const trigger = new Trigger(scenario, { event: 'caseUpdated' });
		await pollEveryMinute(trigger, 1);
		scenario.advance(3_600);
		const added = addMany(scenario, 2_000, (index) => -2_000 - (index % 60));
		scenario.latency = 6;
		await pollEveryMinute(trigger, 2);
		for (const id of added.slice(100)) scenario.cases.remove(id);
		await pollEveryMinute(trigger, 40);
		expect(ids(trigger.emitted)).toEqual(expect.arrayContaining(added.slice(0, 100)));
		expect(trigger.state?.part).toBeUndefined();
	});
});

describe('Copies of the data that are apart', () => {
	test.each(EVENTS)('%s: an event is never taken for older than wanted', async (event) => {
		for (const copyLags of [75, 200, 300].flatMap((lag) => [
			[0, lag],
			[lag, 0],
		])) {
			const lag = Math.max(...copyLags);
			const scenario = new Scenario();
			Object.assign(scenario.cases.settings, { copyLags });
			scenario.cases.addComplete(makeCase({ case_id: 'old' }, scenario.now - 20_000));
			const trigger = new Trigger(scenario, {
				event,
				payload: ESCALATED,
				ignoreOlderThanHours: 1,
			});
			await pollEveryMinute(trigger, 3);
			scenario.advance(7_200);
			const expected = [scenario.add('new', escalated)];
			scenario.advance(lag - 20);
			scenario.cases.update('old', {
				case_priority: 'escalated',
				last_attached_alert_time: Math.floor(scenario.now),
			});
			if (event !== 'caseCreated') expected.push('old');
			await pollEveryMinute(trigger, 12);
			expect(new Set(ids(trigger.emitted))).toEqual(new Set(expected));
		}
	});

	test.each(['caseUpdated', 'alertAttached'] as const)(
		'%s: a poll never sends an older state of a case instead of the latest',
		async (event) => {
			for (let seed = 0; seed < 6; seed++) {
				const scenario = new Scenario(seed);
				const copies = { copyLags: [0, 300], copyOrder: 'random', maxExcludedIds: 0 };
				Object.assign(scenario.cases.settings, copies);
				scenario.pageCap = 7;
				scenario.latency = 0.2;
				const names = addMany(scenario, 60, (index) => -50_000 - index);
				const trigger = new Trigger(scenario, { event });
				await pollEveryMinute(trigger, 2);
				scenario.advance(1_200);
				for (const [alerts_count, wait] of [
					[1, 380],
					[2, 200],
				] as const) {
					const last_attached_alert_time = scenario.now;
					for (const name of names) {
						scenario.cases.update(name, { alerts_count, last_attached_alert_time });
					}
					scenario.advance(wait);
				}
				await pollEveryMinute(trigger, 10);
				const latest = trigger.emitted.filter(({ found }) => found.alerts_count === 2);
				expect(ids(latest).sort()).toEqual(names.toSorted());
			}
		},
	);

	test.each([0, 1, 2, 3, 4, 5, 6, 7])(
		'a return to filters that only the service can evaluate is an event (seed %i)',
		async (seed) => {
			const scenario = new Scenario(seed);
			Object.assign(scenario.cases.settings, { copyLags: [0, 200], copyOrder: 'random' });
			const payload = { assigned_account_ids: ['me'] };
			const trigger = new Trigger(scenario, { event: 'caseMatched', payload });
			await pollEveryMinute(trigger, 3);
			const assign = (assigned_account_id: string) =>
				scenario.cases.update('case', { assigned_account_id });
			scenario.add('case', { assigned_account_id: 'me' });
			await pollEveryMinute(trigger, 8);
			assign('another');
			await pollEveryMinute(trigger, 6);
			scenario.advance(41);
			assign('me');
			await pollEveryMinute(trigger, 20);
			expect(ids(trigger.emitted)).toEqual(['case', 'case']);
		},
	);

	test('a case that matches for one poll only is an event, though the lookup is behind what was read', async () => {
		const scenario = new Scenario();
		// One request here, one for the baseline, and two for the next poll: the second one is behind.
		scenario.cases.settings.copyLags = [0, 0, 0, 270];
		const payload = { assigned_account_ids: ['me'] };
		scenario.add('case', { assigned_account_id: 'another' });
		scenario.advance(1_000);
		await scenario.searchPage({ payload, search_mode: 'and', sort_by: 'creation_time' }, 0, 1);
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', { assigned_account_id: 'me' });
		scenario.advance(600);
		scenario.cases.update('case', { case_title: 'edited' });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', { assigned_account_id: 'another' });
		scenario.advance(600);
		await pollEveryMinute(trigger, 12);
		expect(ids(trigger.emitted)).toEqual(['case']);
	});

	test.each([75, 120, 200, 300])(
		'%i s: Case Escalated and Case Starts Matching Filters come once per entry',
		async (lag) => {
			for (const event of ['caseEscalated', 'caseMatched'] as const) {
				for (const copyOrder of ['alternate', 'random'] as const) {
					const scenario = new Scenario(lag);
					Object.assign(scenario.cases.settings, { copyLags: [0, lag], copyOrder });
					const names = Array.from({ length: 20 }, (_, index) => `case-${index}`);
					for (const name of names) {
						scenario.cases.addComplete(
							makeCase({ case_id: name, case_priority: 'low' }, scenario.now - 5_000),
						);
					}
					const trigger = new Trigger(scenario, { event, payload: ESCALATED });
					await pollEveryMinute(trigger, 3);
					const expected: string[] = [];
					for (let round = 0; round < 3; round++) {
						for (const [index, name] of names.entries()) {
							scenario.cases.update(name, { case_priority: 'escalated' });
							expected.push(name);
							if (index % 3 === 0) await pollEveryMinute(trigger, 1);
						}
						await pollEveryMinute(trigger, 12);
						for (const [index, name] of names.entries()) {
							scenario.cases.update(name, { case_title: `edited ${round}` });
							if (index % 2 === 0) scenario.advance(7);
							scenario.cases.update(name, { case_priority: 'low' });
						}
						await pollEveryMinute(trigger, 14);
					}
					expectOnceEach(trigger, expected);
					const eventIds = trigger.emitted.map(({ eventId }) => eventId);
					expect(new Set(eventIds).size).toBe(eventIds.length);
				}
			}
		},
	);
});
