import { afterAll, describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { emptyState, withStartTime } from '../../../nodes/IntezerCases/polling/state.ts';
import { TooManyMatching } from '../../../nodes/IntezerCases/polling/matching/tooManyMatching.ts';
import { pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const HOUR = 3600;
const escalated = { case_priority: 'escalated' } as const;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

describe('At the start', () => {
	test.each(EVENTS)('%s: looks back as far as asked, and no further', async (event) => {
		const scenario = new Scenario();
		scenario.add('before', escalated);
		scenario.advance(3 * HOUR);
		scenario.add('after', escalated);
		scenario.advance(HOUR);
		const trigger = new Trigger(scenario, { event, lookBackHours: 2 });
		expect(ids(await trigger.poll())).toEqual(['after']);
		scenario.advance(60);
		expect(await trigger.poll()).toEqual([]);
	});

	test.each(EVENTS)('%s: does not look back again when the filters change', async (event) => {
		const scenario = new Scenario();
		scenario.add('before', escalated);
		scenario.advance(HOUR);
		const trigger = new Trigger(scenario, { event, lookBackHours: 2 });
		trigger.state = emptyState('another key', Math.floor(scenario.now));
		expect(await trigger.poll()).toEqual([]);
		scenario.advance(60);
		expect(await trigger.poll()).toEqual([]);
	});

	test.each(EVENTS)('%s: without a response, events from then on are not lost', async (event) => {
		for (const skew of [-600, 0, 600]) {
			const scenario = new Scenario();
			scenario.skew = skew;
			scenario.add('before', escalated);
			scenario.advance(HOUR);
			const trigger = new Trigger(scenario, { event });
			trigger.state = withStartTime(emptyState('key', 0), (scenario.now + skew) * 1000);
			scenario.advance(60);
			scenario.add('after', escalated);
			scenario.advance(2 * HOUR);
			expect(ids(await trigger.poll())).toEqual(['after']);
		}
	});

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: a baseline that changes too fast to be read in one poll is continued',
		async (event) => {
			const scenario = new Scenario();
			scenario.pageCap = 10;
			scenario.cases.settings.shuffleTies = true;
			const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
			for (let index = 0; index < 300; index++) {
				scenario.advance(0.01);
				scenario.add(`case-${index}`, escalated);
			}
			scenario.advance(HOUR);
			const changed = new Set<unknown>();
			let next = 0;
			const changeCase = () => {
				const id = `case-${(next++ * 6) % 300}`;
				changed.add(id);
				scenario.cases.update(id, { case_title: `${next}` });
				const came = scenario.add(`came-${next}`, escalated);
				changed.add(came);
			};
			scenario.latency = 0.1;
			const end = scenario.now + 45;
			scenario.beforeAnswer = ({ payload: asked }) => {
				if (scenario.now > end) throw deadlineExceeded();
				changeCase();
				if (Array.isArray(asked.exclude_case_ids)) throw refusal(400, { error: 'too long' });
			};
			const trigger = new Trigger(scenario, { event, payload });
			await trigger.poll();
			scenario.beforeAnswer = () => undefined;
			for (let minute = 0; minute < 8; minute++) {
				scenario.advance(60);
				await trigger.poll();
			}
			for (let index = 0; index < 300; index++) {
				scenario.cases.update(`case-${index}`, { case_title: 'edited' });
			}
			await trigger.poll();
			const unchanged = ids(trigger.emitted).filter((id) => !changed.has(id));
			expect(unchanged).toEqual([]);
		},
	);

	test.each([
		['baseline', 0],
		['baseline', 1],
		['raised limit', 0],
		['raised limit', 30],
	] as const)(
		'a case that matches already is no event if it is modified in the meantime: %s, %i days',
		async (start, onlyCreatedWithinDays) => {
			for (const rangeEnd of ['inclusive', 'exclusive'] as const) {
				for (const latency of [0, 1]) {
					const scenario = Object.assign(new Scenario(), {
						skew: -600,
						hasDate: false,
						pageCap: 2,
					});
					scenario.cases.settings.rangeEnd = rangeEnd;
					for (let index = 0; index < 6; index++) scenario.add(`case-${index}`, escalated);
					scenario.advance((start === 'baseline' ? 2 : 40) * HOUR);
					const settings = {
						event: 'caseMatched',
						payload: { priorities: ['escalated'] },
					} as const;
					const trigger = new Trigger(scenario, { ...settings, onlyCreatedWithinDays });
					if (start === 'raised limit') {
						const limited = new Trigger(scenario, { ...settings, onlyCreatedWithinDays: 1 });
						await limited.poll();
						trigger.state = limited.state;
						scenario.advance(60);
					}
					scenario.latency = latency;
					scenario.cases.update('case-0', { case_title: 'edited' });
					let requests = 0;
					scenario.beforeAnswer = () => {
						const before = latency > 0 && ++requests === 2;
						if (before) scenario.cases.update('case-3', { case_title: 'edited' });
					};
					for (let minute = 0; minute < 4; minute++) {
						expect(ids(await trigger.poll())).toEqual([]);
						scenario.advance(60);
					}
				}
			}
		},
	);

	test('more than 15,000 matching cases are refused, more escalated ones are not', async () => {
		const scenario = new Scenario();
		for (let index = 0; index < 15_500; index++) {
			scenario.advance(1);
			scenario.add(`case-${index}`, { ...escalated, alerts: [] });
		}
		scenario.advance(HOUR);
		const payload = { priorities: ['escalated'] };
		const matched = new Trigger(scenario, { event: 'caseMatched', payload });
		await expect(matched.poll()).rejects.toBeInstanceOf(TooManyMatching);

		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		expect(await trigger.poll()).toEqual([]);
		scenario.advance(60);
		scenario.cases.update('case-15000', { case_title: 'edited' });
		scenario.cases.update('case-600', { case_title: 'edited' });
		scenario.add('new', escalated);
		expect(ids(await trigger.poll())).toEqual(['new']);
		scenario.advance(60);
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.largestState).toBeLessThan(200_000);
	});

	test.each([
		['as it is', {}],
		['with Look Back', { lookBackHours: 1 }],
		['with Only Created Within', { onlyCreatedWithinDays: 30 }],
	])(
		'an edit of the 100 cases modified last is no event, however large the baseline, %s',
		async (_how, options) => {
			const scenario = new Scenario();
			for (let index = 0; index < 16_500; index++) {
				scenario.advance(1);
				scenario.add(`case-${index}`, { ...escalated, alerts: [] });
			}
			scenario.advance(2 * HOUR);
			const latest = Array.from({ length: 100 }, (_, index) => `case-${index * 166}`);
			for (const id of latest) scenario.cases.update(id, { case_title: 'edited before' });
			const trigger = new Trigger(scenario, { event: 'caseEscalated', ...options });
			scenario.latency = 8;
			await pollEveryMinute(trigger, 1);
			for (const id of latest) scenario.cases.update(id, { case_title: 'edited meanwhile' });
			scenario.latency = 0.1;
			await pollEveryMinute(trigger, 6);
			expect(trigger.state?.unreadBaseline).toBeUndefined();
			expect(ids(trigger.emitted)).toEqual([]);
			expect(trigger.largestState).toBeLessThan(200_000);
		},
	);

	test('where the oldest come first, those modified last are remembered for the longest time', async () => {
		const scenario = new Scenario();
		scenario.cases.settings.ascending = ['modification_time'];
		const addMany = (name: string, count: number, ageOf: (index: number) => number) => {
			for (let index = 0; index < count; index++) {
				const creation_time = scenario.now - ageOf(index);
				scenario.add(`${name}-${index}`, { ...escalated, alerts: [], creation_time });
			}
		};
		addMany('old', 14_000, (index) => HOUR + index * 30);
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		await pollEveryMinute(trigger, 1);
		addMany('new', 4_000, () => 0);
		await pollEveryMinute(trigger, 8);
		for (let index = 0; index < 6_000; index += 100) {
			scenario.cases.update(`old-${index}`, { case_title: 'edited' });
		}
		await pollEveryMinute(trigger, 8);
		expect(ids(trigger.emitted).filter((id) => String(id).startsWith('old'))).toEqual([]);
		expect(trigger.emitted).toHaveLength(4_000);
	});

	test('a baseline that takes more than a poll is recorded over several, without events', async () => {
		const scenario = new Scenario();
		for (let index = 0; index < 3000; index++) {
			scenario.advance(10);
			scenario.add(`case-${index}`, escalated);
		}
		scenario.advance(HOUR);
		scenario.latency = 4;
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		let polls = 0;
		do {
			await trigger.poll();
			if (polls++ === 1) scenario.add('new', escalated);
			scenario.advance(60);
		} while (trigger.state?.unreadBaseline !== undefined && polls < 20);
		expect(polls).toBeGreaterThan(2);
		await trigger.poll();
		scenario.advance(60);
		await trigger.poll();
		expect(ids(trigger.emitted)).toEqual(['new']);
	});

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: an edit just before the start, or while the baseline is recorded, is no event',
		async (event) => {
			const scenario = new Scenario();
			const payload = { priorities: ['escalated'] };
			for (let index = 0; index < 900; index++) {
				scenario.advance(1);
				scenario.add(`case-${index}`, { ...escalated, alerts: [] });
			}
			scenario.advance(HOUR);
			scenario.cases.update('case-3', { case_title: 'edited before the start' });
			scenario.advance(20);
			scenario.latency = 8;
			const trigger = new Trigger(scenario, { event, payload });
			scenario.schedule(scenario.now + 12, () => {
				for (const id of ['case-3', 'case-899']) {
					scenario.cases.update(id, { case_title: 'edited meanwhile' });
				}
			});
			await pollEveryMinute(trigger, 6);
			expect(trigger.state?.unreadBaseline).toBeUndefined();
			expect(ids(trigger.emitted)).toEqual([]);
		},
	);
});
