import { describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import { keyHash } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import { emptyState, withStartTime } from '../../../nodes/IntezerCases/polling/state.ts';
import { TIME_FORMATS } from '../../../tools/simulator/timeFormats.mts';
import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const escalated = { case_priority: 'escalated' } as const;
const low = { case_priority: 'low' } as const;
const EVENTS = ['caseEscalated', 'caseMatched'] as const;

/** Adds escalated cases of these ages in seconds. */
function add(scenario: Scenario, name: string, count: number, ageOf: (index: number) => number) {
	return Array.from({ length: count }, (_, index) => {
		const creation_time = scenario.now - ageOf(index);
		return scenario.add(`${name}-${index}`, { creation_time, ...escalated, alerts: [] });
	});
}

function triggerOf(scenario: Scenario, settings: Partial<Trigger['settings']> = {}): Trigger {
	return new Trigger(scenario, {
		event: 'caseMatched',
		payload: { priorities: ['escalated'] },
		...settings,
	});
}

/** Polls a service that has time for two or three responses, until the baseline is recorded. */
async function startSlowly(trigger: Trigger): Promise<number> {
	trigger.scenario.latency = 14;
	let polls = 0;
	do {
		await pollEveryMinute(trigger, 1);
		polls++;
	} while (trigger.state?.unreadBaseline !== undefined && polls < 30);
	expect(trigger.state?.unreadBaseline).toBeUndefined();
	trigger.scenario.latency = 0;
	return polls;
}

/** Edits cases, and returns the events of the polls after it. */
async function eventsAfterEdit(trigger: Trigger, edited: readonly string[]): Promise<unknown[]> {
	const before = trigger.emitted.length;
	for (const id of edited) trigger.scenario.cases.update(id, { case_title: 'edited' });
	await pollEveryMinute(trigger, 8);
	return ids(trigger.emitted.slice(before));
}

describe.each(EVENTS)('%s: while the baseline is recorded over several polls', (event) => {
	test('what matches already is no event, and what starts to match is one', async () => {
		const scenario = new Scenario();
		const old = add(scenario, 'old', 250, (index) => HOUR + index * 60);
		scenario.add('edited', escalated);
		scenario.add('raised', { ...low, creation_time: scenario.now - 2 * HOUR });
		scenario.schedule(scenario.now + 30, () => scenario.cases.update('raised', escalated));
		scenario.schedule(scenario.now + 70, () => scenario.add('new', escalated));
		const trigger = triggerOf(scenario, { event });
		expect(await startSlowly(trigger)).toBeGreaterThan(1);
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['raised', 'new']);
		expect(await eventsAfterEdit(trigger, [...old, 'edited', 'raised', 'new'])).toEqual([]);
	});

	test('the trigger does not say how far it lags', async () => {
		const scenario = new Scenario();
		add(scenario, 'old', 250, (index) => HOUR + index * 60);
		const trigger = triggerOf(scenario, { event });
		scenario.latency = 14;
		await pollEveryMinute(trigger, 1);
		expect(trigger.behindSeconds).toBeUndefined();
	});

	test('only recently created cases count, if the user wants that', async () => {
		const scenario = new Scenario();
		const old = add(scenario, 'old', 250, (index) => 5 * DAY + index * 60);
		const young = add(scenario, 'young', 120, (index) => HOUR + index * 60);
		const trigger = triggerOf(scenario, { event, onlyCreatedWithinDays: 2 });
		expect(await startSlowly(trigger)).toBeLessThan(6);
		expect(await eventsAfterEdit(trigger, [...old, ...young])).toEqual([]);
		scenario.add('new', escalated);
		await pollEveryMinute(trigger, 2);
		expectOnceEach(trigger, ['new']);
	});
});

test('a case that exists at the start and matches later is an event', async () => {
	const scenario = new Scenario();
	scenario.add('case', low);
	scenario.advance(DAY);
	for (const onlyCreatedWithinDays of [0, 7]) {
		const trigger = triggerOf(scenario, { onlyCreatedWithinDays });
		await pollEveryMinute(trigger, 2);
		scenario.cases.update('case', escalated);
		await pollEveryMinute(trigger, 2);
		expectOnceEach(trigger, ['case']);
		scenario.cases.update('case', low);
	}
});

test('a baseline begins with the case that was not modified for the longest time', async () => {
	const scenario = new Scenario();
	add(scenario, 'case', 3, (index) => HOUR + index * 60);
	const trigger = triggerOf(scenario);
	await trigger.poll();
	const hashes = ['case-2', 'case-1', 'case-0'].map((case_id) => keyHash({ case_id }));
	expect(trigger.state?.matching).toBe(hashes.join(''));
});

describe('With Look Back', () => {
	test.each(['caseCreated', ...EVENTS] as const)(
		'%s: the first poll emits the recent events of matching cases',
		async (event) => {
			const scenario = new Scenario();
			add(scenario, 'old', 1, () => DAY);
			const recent = add(scenario, 'recent', 3, (index) => HOUR + index);
			scenario.add('other', low);
			const trigger = triggerOf(scenario, { event, lookBackHours: 2 });
			expect(ids(await trigger.poll()).sort()).toEqual(recent);
		},
	);

	test('the next poll emits them if there are not enough requests after the baseline', async () => {
		const scenario = new Scenario();
		const recent = add(scenario, 'recent', 3, (index) => HOUR + index);
		const trigger = triggerOf(scenario, { event: 'caseEscalated', lookBackHours: 2 });
		scenario.quota = 2;
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.shortages).toEqual(['rateLimited']);
		scenario.quota = Infinity;
		expect(ids(await trigger.poll()).sort()).toEqual(recent);
	});

	test('a case created in its first second is an event, one from before is not', async () => {
		const scenario = new Scenario();
		for (const age of [2, 1, 0]) {
			scenario.add(`${age}`, { creation_time: scenario.now - 2 * HOUR - age, ...escalated });
		}
		const trigger = triggerOf(scenario, { lookBackHours: 2 });
		await pollEveryMinute(trigger, 8);
		expect(ids(trigger.emitted)).toContain('0');
		expect(ids(trigger.emitted)).not.toContain('2');
	});

	test.each(TIME_FORMATS.filter((format) => format !== 'none'))(
		'an older case that matches before the start is no event, one that matches later is (times: %s)',
		async (timeFormat) => {
			const scenario = Object.assign(new Scenario(), { timeFormat });
			const old = add(scenario, 'old', 250, (index) => DAY + index * 60);
			for (const id of old) {
				// Some of them just before the start.
				const seconds = id === 'old-0' || id === 'old-249' ? 0 : HOUR;
				const modification_time = scenario.now - seconds;
				scenario.cases.update(id, { case_title: 'edited', modification_time });
			}
			scenario.add('raised', { ...low, creation_time: scenario.now - 5 * DAY });
			scenario.schedule(scenario.now + 30, () => scenario.cases.update('raised', escalated));
			const recent = add(scenario, 'recent', 3, (index) => HOUR + index);
			const trigger = triggerOf(scenario, { lookBackHours: 2 });
			expect(await startSlowly(trigger)).toBeGreaterThan(1);
			await pollEveryMinute(trigger, 8);
			expectOnceEach(trigger, ['raised', ...recent]);
			expect(await eventsAfterEdit(trigger, [...old, 'raised', ...recent])).toEqual([]);
		},
	);
});

test('after a first poll that failed, an older case that has matched since is an event', async () => {
	const scenario = new Scenario();
	const old = add(scenario, 'old', 250, (index) => DAY + index * 60);
	scenario.add('raised', { ...low, creation_time: scenario.now - 5 * DAY });
	const trigger = triggerOf(scenario);
	trigger.state = withStartTime(emptyState('key', 0), scenario.now * 1000);
	scenario.advance(60);
	scenario.cases.update('raised', escalated);
	scenario.advance(2 * HOUR);
	expect(await startSlowly(trigger)).toBeGreaterThan(1);
	await pollEveryMinute(trigger, 2);
	expectOnceEach(trigger, ['raised']);
	expect(await eventsAfterEdit(trigger, old)).toEqual([]);
});

test('with Look Back, a recent event is not lost because the service sends no ids', async () => {
	const scenario = new Scenario();
	scenario.responseFormat = ({ case_id: _hidden, ...others }) => others;
	add(scenario, 'old', 150, (index) => DAY + index * 60);
	scenario.add('recent', { ...escalated, case_title: 'recent' });
	const trigger = triggerOf(scenario, { lookBackHours: 2 });
	await pollEveryMinute(trigger, 8);
	expect(trigger.emitted.map(({ found }) => found.case_title)).toContain('recent');
});

describe('When the limit of days is raised', () => {
	test.each([0, 30])('to %i, what starts to match before or after it is an event', async (days) => {
		const scenario = new Scenario();
		scenario.add('old', { ...low, creation_time: scenario.now - 5 * DAY });
		scenario.add('young', { ...low, creation_time: scenario.now - HOUR });
		const limited = triggerOf(scenario, { onlyCreatedWithinDays: 2 });
		await pollEveryMinute(limited, 3);
		const trigger = triggerOf(scenario, { onlyCreatedWithinDays: days });
		trigger.state = limited.state;
		scenario.cases.update('young', escalated);
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('old', escalated);
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['young', 'old']);
	});

	test.each([0, 30])('to %i, cases that count now are no events', async (days) => {
		const scenario = new Scenario();
		const old = add(scenario, 'old', 250, (index) => 5 * DAY + index * 60);
		const young = add(scenario, 'young', 50, (index) => HOUR + index * 60);
		scenario.add('raised', { ...low, creation_time: scenario.now - 10 * DAY });
		for (const id of add(scenario, 'too old', 5, () => 50 * DAY)) {
			scenario.cases.update(id, { case_title: 'edited' });
		}
		scenario.advance(DAY);
		const limited = triggerOf(scenario, { onlyCreatedWithinDays: 2 });
		await pollEveryMinute(limited, 3);
		const trigger = triggerOf(scenario, { onlyCreatedWithinDays: days });
		trigger.state = limited.state;
		scenario.schedule(scenario.now + 30, () => scenario.cases.update('raised', escalated));
		await startSlowly(trigger);
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['raised']);
		expect(await eventsAfterEdit(trigger, [...old, ...young, 'raised'])).toEqual([]);
		if (days === 0) expect(trigger.state).not.toHaveProperty('createdFrom');
		else expect(trigger.state?.createdFrom).toBeGreaterThan(scenario.now - 31 * DAY);
		// A case is known by a hash of eight characters.
		const known = 250 + 50 + 1 + (days === 0 ? 5 : 0);
		expect(trigger.state?.matching).toHaveLength(8 * known);
	});
});

describe('Where a second search shows when cases were created', () => {
	test('a baseline with few requests a minute is recorded over several polls', async () => {
		const scenario = new Scenario();
		const young = add(scenario, 'young', 250, (index) => HOUR + index * 60);
		const trigger = triggerOf(scenario, { onlyCreatedWithinDays: 2 });
		scenario.quota = 6;
		await pollEveryMinute(trigger, 5);
		expect(trigger.shortages).toContain('rateLimited');
		expect(trigger.state?.unreadBaseline).toBeUndefined();
		scenario.quota = Infinity;
		expect(await eventsAfterEdit(trigger, young)).toEqual([]);
	});

	test.each([
		['start', 7],
		['raised limit', 0],
	])(
		'more than 1,000 cases are not read at once, because that search takes many requests: %s',
		async (start, onlyCreatedWithinDays) => {
			const scenario = new Scenario();
			add(scenario, 'case', 1_050, (index) => 2 * DAY + index * 60);
			const trigger = triggerOf(scenario, { onlyCreatedWithinDays });
			if (start === 'raised limit') {
				const limited = triggerOf(scenario, { onlyCreatedWithinDays: 1 });
				await pollEveryMinute(limited, 1);
				trigger.state = limited.state;
			}
			scenario.quota = 20;
			await pollEveryMinute(trigger, 1);
			expect(trigger.state?.unreadBaseline?.part?.offset).toBeGreaterThan(0);
		},
	);

	test('without a limit of days they are', async () => {
		const scenario = new Scenario();
		add(scenario, 'case', 1_050, (index) => 2 * DAY + index * 60);
		scenario.quota = 12;
		const trigger = triggerOf(scenario);
		await pollEveryMinute(trigger, 1);
		expect(trigger.state?.unreadBaseline).toBeUndefined();
	});

	test.each([
		['fails', refusal(500, { error: 'down' })],
		['refuses', refusal(400, { error: 'bad' })],
	])('the poll fails if the service %s', async (_what, error) => {
		const scenario = new Scenario();
		add(scenario, 'young', 50, (index) => HOUR + index * 60);
		const trigger = triggerOf(scenario, { onlyCreatedWithinDays: 7 });
		scenario.beforeAnswer = ({ payload }) => {
			if ('case_ids' in payload) throw error;
		};
		await expect(trigger.poll()).rejects.toThrow();
		scenario.beforeAnswer = ({ payload }) => {
			if ('case_ids' in payload) throw deadlineExceeded();
		};
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.shortages).toEqual(['deadlineExceeded']);
	});
});

test('older cases need no request if only recently created ones count', async () => {
	const requests = [0, 1_000].map(async (count) => {
		const scenario = new Scenario();
		add(scenario, 'old', count, (index) => 9 * DAY + index * 60);
		add(scenario, 'young', 50, (index) => HOUR + index * 60);
		await triggerOf(scenario, { onlyCreatedWithinDays: 7 }).poll();
		return scenario.requests;
	});
	expect(await Promise.all(requests)).toEqual([4, 4]);
});
