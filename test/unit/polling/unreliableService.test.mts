import fc from 'fast-check';
import { afterAll, describe, expect, test } from '@jest/globals';

import { refusal } from '../../../nodes/intezer/http/errors.ts';
import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { runs } from '../../propertyRuns.mts';
import { ChangeLog, anySteps } from './changeLog.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated' } as const;
/** How old the data of a response may be, in seconds. */
const MOST_LATE = 300;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

test.each(EVENTS)('%s: a response older than one already seen gives no events', async (event) => {
	await fc.assert(
		fc.asyncProperty(anySteps, fc.nat({ max: 3 }), async (steps, behind) => {
			const scenario = new Scenario();
			scenario.add('old');
			scenario.advance(1000);
			const payload = event === 'caseMatched' ? { free_text: 'edited' } : {};
			const trigger = new Trigger(scenario, { event, payload });
			await trigger.poll();
			const changes = new ChangeLog(scenario);
			const answers: Array<{ at: number; searchPage: Scenario['searchPage'] }> = [];
			const current = scenario.searchPage.bind(scenario);
			for (const step of steps) {
				scenario.advance(step.wait);
				if (step.what !== 'delete') changes.change({ ...step, late: 0 });
				if (step.what !== 'poll') continue;
				await trigger.poll();
				const copy = new Scenario();
				for (const each of scenario.cases.all) copy.cases.addComplete(each);
				answers.push({
					at: scenario.now,
					searchPage: (query, offset, limit) => {
						copy.now = scenario.now;
						return copy.searchPage(query, offset, limit);
					},
				});
				// One poll gets its responses from a copy of the data that is a few polls old, but not older than allowed.
				const old = answers.at(-1 - behind);
				if (old === undefined || old.at < scenario.now - MOST_LATE || trigger.polls % 3 !== 0)
					continue;
				scenario.searchPage = old.searchPage;
				expect(await trigger.poll()).toEqual([]);
				scenario.searchPage = current;
				expect(await trigger.poll()).toEqual([]);
			}
		}),
		{ numRuns: runs(60) },
	);
});

describe('While a poll reads its pages', () => {
	test.each(EVENTS)(
		'%s: no case loses its event because others are added, removed and moved',
		async (event) => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(fc.constantFrom('add', 'remove', 'modify', 'nothing'), { maxLength: 40 }),
					fc.constantFrom(2, 5, 20),
					async (changes, pageCap) => {
						const scenario = new Scenario();
						scenario.pageCap = pageCap;
						scenario.cases.settings.shuffleTies = true;
						const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
						const trigger = new Trigger(scenario, { event, payload });
						await trigger.poll();
						scenario.advance(60);
						const stable: string[] = [];
						for (let index = 0; index < 60; index++) {
							scenario.advance(0.2);
							if (index % 2 === 0) stable.push(scenario.add(`stable-${index}`, escalated));
							else scenario.add(`moving-${index}`, escalated);
						}
						let next = 0;
						scenario.beforeAnswer = () => {
							const change = changes[next++];
							const moving = scenario.cases.all.filter(({ case_id }) =>
								case_id.startsWith('moving'),
							);
							const chosen = moving[(next * 7) % Math.max(1, moving.length)];
							if (change === 'add') scenario.add(`added-${next}`, escalated);
							if (chosen === undefined) return;
							if (change === 'remove') scenario.cases.remove(chosen.case_id);
							if (change === 'modify')
								scenario.cases.update(chosen.case_id, { case_title: `${next}` });
						};
						await trigger.poll();
						scenario.beforeAnswer = () => undefined;
						for (let minute = 0; minute < 8; minute++) {
							scenario.advance(60);
							await trigger.poll();
						}
						const given = ids(trigger.emitted);
						const isStable = new Set<unknown>(stable);
						expect(given.filter((id) => isStable.has(id)).sort()).toEqual(stable.sort());
						const eventIds = trigger.emitted.map(({ eventId }) => eventId);
						expect(new Set(eventIds).size).toBe(eventIds.length);
					},
				),
				{ numRuns: runs(40) },
			);
		},
	);
});

test.each(EVENTS)(
	'%s: no event is lost if the service counts a page instead of what matches',
	async (event) => {
		const scenario = new Scenario();
		scenario.countsPage = true;
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(scenario, { event, payload });
		await trigger.poll();
		scenario.advance(60);
		const expected: string[] = [];
		for (let index = 0; index < 350; index++)
			expected.push(scenario.add(`case-${index}`, escalated));
		expect(ids(await trigger.poll()).sort()).toEqual(expected.sort());
	},
);

test('no event is lost if the service refuses long exclusions', async () => {
	for (const event of EVENTS) {
		const scenario = new Scenario();
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(scenario, { event, payload });
		await trigger.poll();
		const expected: string[] = [];
		for (let index = 0; index < 900; index++) {
			scenario.advance(0.5);
			expected.push(scenario.add(`case-${index}`, escalated));
		}
		scenario.beforeAnswer = ({ payload: asked }) => {
			if (Array.isArray(asked.exclude_case_ids)) throw refusal(400, { error: 'too long' });
		};
		for (let minute = 0; minute < 15; minute++) {
			await trigger.poll().catch(() => undefined);
			scenario.advance(60);
		}
		expect(ids(trigger.emitted).sort()).toEqual(expected.sort());
	}
});
