import { afterAll, describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const HOUR = 3600;
const escalated = { case_priority: 'escalated' } as const;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

describe.each([
	['time', deadlineExceeded()],
	['requests', refusal(429, { error: 'Too many requests' })],
])('If a poll has too little %s to read everything at once', (_what, end) => {
	/** Polls for an hour; each poll gets at most `most` responses. */
	async function pollOn(trigger: Trigger, most: number): Promise<void> {
		const { scenario } = trigger;
		let answers = 0;
		// The limit comes suddenly, so the duration of the first response does not announce it.
		scenario.beforeAnswer = () => {
			if (++answers > most) throw end;
		};
		for (let polls = 0; polls < 60; polls++) {
			answers = 0;
			await trigger.poll();
			scenario.advance(60);
		}
		scenario.beforeAnswer = () => undefined;
	}

	test.each(EVENTS)(
		'%s: a backlog is read over several polls, and each event is emitted',
		async (event) => {
			const scenario = new Scenario();
			const payload = event === 'caseMatched' ? { free_text: 'fresh' } : {};
			const trigger = new Trigger(scenario, { event, payload });
			await trigger.poll();
			const expected: string[] = [];
			for (let index = 0; index < 3000; index++) {
				scenario.advance(10);
				const more = { ...escalated, case_title: 'fresh', alerts: [] };
				expected.push(scenario.add(`case-${index}`, more));
			}
			scenario.advance(HOUR);
			await pollOn(trigger, 30);
			expect(new Set(trigger.shortages)).toEqual(new Set([end.kind]));
			expect(ids(trigger.emitted).sort()).toEqual(expected.sort());
		},
	);

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: a baseline is recorded over several polls, without events',
		async (event) => {
			const scenario = new Scenario();
			const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
			for (let index = 0; index < 4000; index++) {
				scenario.advance(10);
				scenario.add(`case-${index}`, { ...escalated, alerts: [] });
			}
			scenario.advance(HOUR);
			const trigger = new Trigger(scenario, { event, payload });
			await pollOn(trigger, 30);
			for (const index of [0, 2000, 3999]) {
				scenario.cases.update(`case-${index}`, { case_title: 'edited' });
			}
			scenario.add('new', escalated);
			await trigger.poll();
			expect(ids(trigger.emitted)).toEqual(['new']);
		},
	);
});

test.each(EVENTS)('%s: a backlog older than the user wants is dropped', async (event) => {
	const scenario = new Scenario();
	const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
	const trigger = new Trigger(scenario, { event, payload, ignoreOlderThanHours: 2 });
	await trigger.poll();
	scenario.advance(HOUR);
	scenario.add('old', escalated);
	scenario.advance(4 * HOUR);
	scenario.add('young', escalated);
	scenario.advance(HOUR);
	expect(ids(await trigger.poll())).toEqual(['young']);
	scenario.advance(60);
	expect(await trigger.poll()).toEqual([]);
});

describe.each(EVENTS)('%s: a backlog of which some is older than the user wants', (event) => {
	/** Sixty cases of a week, a poll every minute from then on, and the cases that it should send. */
	async function pollAfterAWeek(limit: (scenario: Scenario) => void): Promise<void> {
		const scenario = new Scenario();
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(scenario, { event, payload, ignoreOlderThanHours: 24 });
		await trigger.poll();
		const added: string[] = [];
		for (let index = 0; index < 60; index++) {
			scenario.advance(2.9 * HOUR);
			added.push(scenario.add(`${index}`.padStart(36, '0'), escalated));
		}
		limit(scenario);
		await pollEveryMinute(trigger, 40);
		expectOnceEach(trigger, added.slice(-9));
	}

	test.each([1, 2, 3])(
		'is sent without the older events if a poll gets %i responses',
		async (most) => {
			await pollAfterAWeek((scenario) => {
				const start = scenario.now;
				let answers = 0;
				let minute = 0;
				scenario.beforeAnswer = () => {
					const now = Math.floor((scenario.now - start) / 60);
					if (now !== minute) answers = 0;
					minute = now;
					if (now < 10 && ++answers > most) throw refusal(429, { error: 'Too many requests' });
				};
			});
		},
	);

	test('is sent without the older events, though only short lists of ids are accepted', async () => {
		await pollAfterAWeek((scenario) => {
			scenario.latency = 8;
			Object.assign(scenario.cases.settings, { maxListLength: 4, longRefusal: '403' });
		});
	});
});
