import { describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { newPart } from '../../../nodes/IntezerCases/polling/window/windowPart.ts';
import { pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const escalated = { case_priority: 'escalated' } as const;

/** Polls, and returns how many requests that took. */
async function requestsOf(trigger: Trigger): Promise<number> {
	const before = trigger.scenario.requests;
	await pollEveryMinute(trigger, 1);
	return trigger.scenario.requests - before;
}

/** Adds cases of these ages in seconds. */
function add(scenario: Scenario, count: number, ageOf: (index: number) => number): string[] {
	const first = scenario.cases.all.length;
	return Array.from({ length: count }, (_, index) => {
		const creation_time = scenario.now - ageOf(index);
		return scenario.add(`case-${first + index}`, { creation_time, ...escalated, alerts: [] });
	});
}

describe('One request is enough', () => {
	test.each(EVENTS)('%s: for the first poll, and for one that finds nothing', async (event) => {
		const scenario = new Scenario();
		add(scenario, 50, (index) => DAY + index);
		const payload = { priorities: ['escalated'] };
		const trigger = new Trigger(scenario, { event, payload });
		expect(await requestsOf(trigger)).toBe(1);
		expect(trigger.state).not.toHaveProperty('createdFrom');
		expect(await requestsOf(trigger)).toBe(1);
		expect(trigger.behindSeconds).toBe(0);
		expect(trigger.state).not.toHaveProperty('createdFrom');
		expect(trigger.state).not.toHaveProperty('emissions');
	});

	test('for a poll that finds nothing, if the user wants only the last minute', async () => {
		const scenario = new Scenario();
		add(scenario, 50, (index) => 120 + index);
		const trigger = new Trigger(scenario, { event: 'caseCreated', ignoreOlderThanHours: 1 / 60 });
		await requestsOf(trigger);
		expect(await requestsOf(trigger)).toBe(1);
		expect(trigger.emitted).toEqual([]);
	});

	test('for cases whose own fields show whether they match', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		await requestsOf(trigger);
		scenario.add('low');
		add(scenario, 3, () => 0);
		expect(await requestsOf(trigger)).toBe(1);
		expect(trigger.emitted).toHaveLength(3);
	});

	test('for cases that can have no event, if only recently created ones count', async () => {
		const scenario = new Scenario();
		const [known = ''] = add(scenario, 1, () => HOUR);
		scenario.add('low');
		const trigger = new Trigger(scenario, { event: 'caseEscalated', onlyCreatedWithinDays: 1 });
		await requestsOf(trigger);
		for (const id of [known, 'low']) scenario.cases.update(id, { case_title: 'edited' });
		expect(await requestsOf(trigger)).toBe(1);
		scenario.cases.update('low', escalated);
		expect(await requestsOf(trigger)).toBe(2);
		expect(ids(trigger.emitted)).toEqual(['low']);
	});
});

describe('A backlog that is mostly too old for the user', () => {
	test.each(['caseCreated', 'caseUpdated', 'alertAttached'] as const)(
		'%s: is not read',
		async (event) => {
			const scenario = new Scenario();
			const trigger = new Trigger(scenario, { event, ignoreOlderThanHours: 1 });
			await requestsOf(trigger);
			scenario.advance(5 * HOUR);
			add(scenario, 300, (index) => HOUR + 10 + index * 30);
			const young = add(scenario, 3, (index) => index * 100);
			expect(await requestsOf(trigger)).toBe(2);
			expect(ids(trigger.emitted).sort()).toEqual(young);
			expect(await requestsOf(trigger)).toBe(1);
			expect(trigger.emitted).toHaveLength(3);
		},
	);

	test('is not read further, if the last poll stopped in it', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseCreated', ignoreOlderThanHours: 1 });
		await requestsOf(trigger);
		if (trigger.state === undefined) throw new Error('no state');
		scenario.advance(5 * HOUR);
		trigger.state.part = newPart(scenario.now - 4 * HOUR);
		add(scenario, 20, (index) => 4 * HOUR + 10 + index);
		add(scenario, 150, (index) => 3 * HOUR + index);
		const young = add(scenario, 3, (index) => index * 100);
		expect(await requestsOf(trigger)).toBe(2);
		expect(ids(trigger.emitted).sort()).toEqual(young);
	});
});

test.each(['caseCreated', 'caseUpdated'] as const)(
	'%s: a poll continues at the page where the last one stopped',
	async (event) => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event });
		await pollEveryMinute(trigger, 1);
		scenario.advance(2 * HOUR);
		const settled = add(scenario, 150, (index) => HOUR + index);
		add(scenario, 150, () => 0);
		// There is time for two responses.
		scenario.latency = 20;
		await pollEveryMinute(trigger, 2);
		expect(ids(trigger.emitted)).toEqual(expect.arrayContaining(settled));
		expect(trigger.emitted).toHaveLength(150);
	},
);

test('each poll leaves the next one less to do, with few requests a minute', async () => {
	const scenario = new Scenario();
	const trigger = new Trigger(scenario, {
		event: 'caseMatched',
		payload: { assigned_account_ids: ['me'] },
	});
	await pollEveryMinute(trigger, 1);
	const creation_time = scenario.now;
	scenario.advance(HOUR);
	for (let index = 0; index < 450; index++) {
		scenario.add(`case-${index}`, { assigned_account_id: 'me', creation_time, alerts: [] });
	}
	scenario.quota = 5;
	await pollEveryMinute(trigger, 6);
	expect(trigger.emitted).toHaveLength(450);
});

test.each([
	['in what has settled', 350, 6, 1_000, 1],
	['in what has not settled', 120, 7, 0, 2],
] as const)(
	'the number of ids that a service accepts in a request is known while a poll stops %s',
	async (_where, count, latency, age, polls) => {
		const scenario = new Scenario();
		const payload = { assigned_account_ids: ['me'] };
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload });
		await pollEveryMinute(trigger, 1);
		scenario.advance(HOUR);
		const creation_time = scenario.now - age;
		for (let index = 0; index < count; index++) {
			scenario.add(`case-${index}`, { assigned_account_id: 'me', creation_time, alerts: [] });
		}
		scenario.latency = latency;
		scenario.beforeAnswer = ({ payload: { case_ids: list } }) => {
			if (Array.isArray(list) && list.length > 50) throw refusal(403, { error: 'no' });
		};
		await pollEveryMinute(trigger, polls);
		expect(trigger.state?.maxIds).toBe(50);
		await pollEveryMinute(trigger, 8);
		expect(trigger.emitted).toHaveLength(count);
		expect(trigger.state?.maxIds).toBeUndefined();
	},
);

test('the polls that emitted events are counted, because their number is a part of event ids', async () => {
	const scenario = new Scenario();
	const trigger = new Trigger(scenario, { event: 'caseCreated' });
	const counts: unknown[] = [];
	for (let minute = 0; minute < 5; minute++) {
		if (minute === 1 || minute === 3) add(scenario, 2, () => 0);
		await pollEveryMinute(trigger, 1);
		counts.push(trigger.state?.emissions);
	}
	expect(counts).toEqual([undefined, 1, 1, 2, 2]);
});
