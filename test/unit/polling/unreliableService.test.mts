import fc from 'fast-check';
import { afterAll, describe, expect, test } from '@jest/globals';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import { poll } from '../../../nodes/IntezerCases/polling/findEvents.ts';
import { withStartTime, emptyState, readState } from '../../../nodes/IntezerCases/polling/state.ts';
import { TooManyMatching } from '../../../nodes/IntezerCases/polling/tooManyMatching.ts';
import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { ChangeLog, anySteps } from './changeLog.mts';
import { ids, Trigger, Scenario } from './scenario.mts';
import { runs } from '../../propertyRuns.mts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';

const HOUR = 3600;
/** How old the data of a response may be, in seconds. */
const MOST_LATE = 300;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

function add(scenario: Scenario, id: string, more: Parameters<typeof makeCase>[0] = {}): string {
	return scenario.cases.addComplete(makeCase({ case_id: id, ...more }, Math.floor(scenario.now)))
		.case_id;
}

const escalated = { case_priority: 'escalated' } as const;

test.each(EVENTS)(
	'%s: a poll whose outcome was lost gives the same events again',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(anySteps, async (steps) => {
				const scenario = new Scenario();
				add(scenario, 'old');
				scenario.advance(1000);
				const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
				const trigger = new Trigger(scenario, { event, payload });
				await trigger.poll();
				const changes = new ChangeLog(scenario);
				for (const step of steps) {
					scenario.advance(step.wait);
					changes.change({ ...step, late: 0 });
					if (step.what !== 'poll') continue;
					const before = trigger.state;
					const first = await trigger.poll();
					trigger.state = before;
					scenario.advance(3);
					const again = await trigger.poll();
					expect(again.map(({ eventId }) => eventId).sort()).toEqual(
						first.map(({ eventId }) => eventId).sort(),
					);
				}
			}),
			{ numRuns: runs(40) },
		);
	},
);

test.each(EVENTS)('%s: a response older than one already seen gives no events', async (event) => {
	await fc.assert(
		fc.asyncProperty(anySteps, fc.nat({ max: 3 }), async (steps, behind) => {
			const scenario = new Scenario();
			add(scenario, 'old');
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
		'%s: cases that are added, removed and moved cost no other case its event',
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
							if (index % 2 === 0) stable.push(add(scenario, `stable-${index}`, escalated));
							else add(scenario, `moving-${index}`, escalated);
						}
						let next = 0;
						scenario.beforeAnswer = () => {
							const change = changes[next++];
							const moving = scenario.cases.all.filter(({ case_id }) =>
								case_id.startsWith('moving'),
							);
							const chosen = moving[(next * 7) % Math.max(1, moving.length)];
							if (change === 'add') add(scenario, `added-${next}`, escalated);
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
						for (const id of stable) expect(given.filter((each) => each === id)).toEqual([id]);
						const eventIds = trigger.emitted.map(({ eventId }) => eventId);
						expect(new Set(eventIds).size).toBe(eventIds.length);
					},
				),
				{ numRuns: runs(60) },
			);
		},
	);
});

test.each(EVENTS)(
	'%s: a service that counts a page instead of what matches costs no event',
	async (event) => {
		const scenario = new Scenario();
		scenario.countsPage = true;
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(scenario, { event, payload });
		await trigger.poll();
		scenario.advance(60);
		const expected: string[] = [];
		for (let index = 0; index < 350; index++)
			expected.push(add(scenario, `case-${index}`, escalated));
		expect(ids(await trigger.poll()).sort()).toEqual(expected.sort());
	},
);

describe('At the start', () => {
	test.each(EVENTS)('%s: looks back as far as asked, and no further', async (event) => {
		const scenario = new Scenario();
		add(scenario, 'before', escalated);
		scenario.advance(3 * HOUR);
		add(scenario, 'after', escalated);
		scenario.advance(HOUR);
		const trigger = new Trigger(scenario, { event, lookBackHours: 2 });
		expect(ids(await trigger.poll())).toEqual(['after']);
		scenario.advance(60);
		expect(await trigger.poll()).toEqual([]);
	});

	test.each(EVENTS)('%s: does not look back again when the filters change', async (event) => {
		const scenario = new Scenario();
		add(scenario, 'before', escalated);
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
			add(scenario, 'before', escalated);
			scenario.advance(HOUR);
			const trigger = new Trigger(scenario, { event });
			trigger.state = withStartTime(emptyState('key', 0), (scenario.now + skew) * 1000);
			scenario.advance(60);
			add(scenario, 'after', escalated);
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
				add(scenario, `case-${index}`, escalated);
			}
			scenario.advance(HOUR);
			const changed = new Set<unknown>();
			let next = 0;
			const changeCase = () => {
				const id = `case-${(next++ * 6) % 300}`;
				changed.add(id);
				scenario.cases.update(id, { case_title: `${next}` });
				const came = add(scenario, `came-${next}`, escalated);
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

	test('more than 15,000 matching cases are refused, more escalated ones are not', async () => {
		const scenario = new Scenario();
		for (let index = 0; index < 15_500; index++) {
			scenario.advance(1);
			add(scenario, `case-${index}`, { ...escalated, alerts: [] });
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
		add(scenario, 'new', escalated);
		expect(ids(await trigger.poll())).toEqual(['new']);
		scenario.advance(60);
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.largestState).toBeLessThan(200_000);
	});

	test('a baseline that takes more than a poll is recorded over several, without events', async () => {
		const scenario = new Scenario();
		for (let index = 0; index < 3000; index++) {
			scenario.advance(10);
			add(scenario, `case-${index}`, escalated);
		}
		scenario.advance(HOUR);
		scenario.latency = 4;
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		let polls = 0;
		do {
			await trigger.poll();
			if (polls++ === 1) add(scenario, 'new', escalated);
			scenario.advance(60);
		} while (trigger.state?.unreadBaseline !== undefined && polls < 20);
		expect(polls).toBeGreaterThan(2);
		await trigger.poll();
		scenario.advance(60);
		await trigger.poll();
		expect(ids(trigger.emitted)).toEqual(['new']);
	});
});

test.each(EVENTS)('%s: a backlog older than the user wants is dropped', async (event) => {
	const scenario = new Scenario();
	const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
	const trigger = new Trigger(scenario, { event, payload, ignoreOlderThanHours: 2 });
	await trigger.poll();
	scenario.advance(HOUR);
	add(scenario, 'old', escalated);
	scenario.advance(4 * HOUR);
	add(scenario, 'young', escalated);
	scenario.advance(HOUR);
	expect(ids(await trigger.poll())).toEqual(['young']);
	scenario.advance(60);
	expect(await trigger.poll()).toEqual([]);
});

test('a service that refuses long exclusions costs no event', async () => {
	for (const event of EVENTS) {
		const scenario = new Scenario();
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(scenario, { event, payload });
		await trigger.poll();
		const expected: string[] = [];
		for (let index = 0; index < 900; index++) {
			scenario.advance(0.5);
			expected.push(add(scenario, `case-${index}`, escalated));
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

describe.each([
	['time', deadlineExceeded()],
	['requests', refusal(429, { error: 'Too many requests' })],
])('Where a poll has too little %s for all at once', (_what, end) => {
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
				expected.push(add(scenario, `case-${index}`, more));
			}
			scenario.advance(HOUR);
			await pollOn(trigger, 30);
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
				add(scenario, `case-${index}`, { ...escalated, alerts: [] });
			}
			scenario.advance(HOUR);
			const trigger = new Trigger(scenario, { event, payload });
			await pollOn(trigger, 30);
			for (const index of [0, 2000, 3999]) {
				scenario.cases.update(`case-${index}`, { case_title: 'edited' });
			}
			add(scenario, 'new', escalated);
			await trigger.poll();
			expect(ids(trigger.emitted)).toEqual(['new']);
		},
	);
});

test('a state that cannot be read is ignored', () => {
	for (const stored of [undefined, null, 'x', {}, { version: 2 }, { version: 1, key: 1 }]) {
		expect(readState(stored)).toBeUndefined();
	}
	const state = { ...emptyState('key', 3), cursor: 5, matching: 'abcdefgh' };
	expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
	expect(readState({ ...state, cursor: 'soon' })).toBeUndefined();
});

test('polling changes nothing that it is given', async () => {
	const scenario = new Scenario();
	const trigger = new Trigger(scenario, { event: 'caseEscalated' });
	await trigger.poll();
	add(scenario, 'new', escalated);
	const state = Object.freeze(trigger.state);
	if (state === undefined) throw new Error('no state');
	Object.freeze(state.seen);
	const budget = { now: () => scenario.now * 1000, deadline: (scenario.now + 45) * 1000 };
	const { events } = await poll(scenario, trigger.settings, state, budget);
	expect(ids(events)).toEqual(['new']);
});
