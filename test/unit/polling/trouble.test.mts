import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { deadlineExceeded, refusal } from '../../../nodes/intezer/http/errors.ts';
import { afterTrouble, poll } from '../../../nodes/IntezerCases/polling/poll.ts';
import {
	begun,
	fresh,
	readState,
	type TriggerState,
} from '../../../nodes/IntezerCases/polling/state.ts';
import { TooManyMatching } from '../../../nodes/IntezerCases/polling/tooManyMatching.ts';
import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { History, steps } from './changeLog.mts';
import { ids, Trigger, World } from './scenario.mts';
import { runs } from '../../randomRuns.mts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';

const HOUR = 3600;
/** How far behind the service's search may be, in seconds. */
const MOST_LATE = 300;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

function add(world: World, id: string, more: Parameters<typeof makeCase>[0] = {}): string {
	return world.cases.addComplete(makeCase({ case_id: id, ...more }, Math.floor(world.now))).case_id;
}

const escalated = { case_priority: 'escalated' } as const;

test.each(EVENTS)(
	'%s: a poll whose outcome was lost gives the same events again',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(steps, async (history) => {
				const world = new World();
				add(world, 'old');
				world.advance(1000);
				const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
				const trigger = new Trigger(world, { event, payload });
				await trigger.poll();
				const changes = new History(world);
				for (const step of history) {
					world.advance(step.wait);
					changes.change({ ...step, late: 0 });
					if (step.what !== 'poll') continue;
					const before = trigger.state;
					const first = await trigger.poll();
					trigger.state = before;
					world.advance(3);
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

test.each(EVENTS)('%s: an answer older than one already seen is no news', async (event) => {
	await fc.assert(
		fc.asyncProperty(steps, fc.nat({ max: 3 }), async (history, behind) => {
			const world = new World();
			add(world, 'old');
			world.advance(1000);
			const payload = event === 'caseMatched' ? { free_text: 'edited' } : {};
			const trigger = new Trigger(world, { event, payload });
			await trigger.poll();
			const changes = new History(world);
			const answers: Array<{ at: number; searchPage: World['searchPage'] }> = [];
			const current = world.searchPage.bind(world);
			for (const step of history) {
				world.advance(step.wait);
				if (step.what !== 'delete') changes.change({ ...step, late: 0 });
				if (step.what !== 'poll') continue;
				await trigger.poll();
				const copy = new World();
				for (const each of world.cases.all) copy.cases.addComplete(each);
				answers.push({
					at: world.now,
					searchPage: (query, offset, limit) => {
						copy.now = world.now;
						return copy.searchPage(query, offset, limit);
					},
				});
				// A copy of the data that is a few polls behind, but no more than is promised, answers one poll.
				const old = answers.at(-1 - behind);
				if (old === undefined || old.at < world.now - MOST_LATE || trigger.polls % 3 !== 0)
					continue;
				world.searchPage = old.searchPage;
				expect(await trigger.poll()).toEqual([]);
				world.searchPage = current;
				expect(await trigger.poll()).toEqual([]);
			}
		}),
		{ numRuns: runs(60) },
	);
});

describe('While a poll reads its pages', () => {
	test.each(EVENTS)(
		'%s: cases that come, leave and move cost no other its event',
		async (event) => {
			await fc.assert(
				fc.asyncProperty(
					fc.array(fc.constantFrom('add', 'remove', 'modify', 'nothing'), { maxLength: 40 }),
					fc.constantFrom(2, 5, 20),
					async (changes, pageCap) => {
						const world = new World();
						world.pageCap = pageCap;
						world.cases.shuffleTies = true;
						const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
						const trigger = new Trigger(world, { event, payload });
						await trigger.poll();
						world.advance(60);
						const stable: string[] = [];
						for (let index = 0; index < 60; index++) {
							world.advance(0.2);
							if (index % 2 === 0) stable.push(add(world, `stable-${index}`, escalated));
							else add(world, `moving-${index}`, escalated);
						}
						let next = 0;
						world.beforeAnswer = () => {
							const change = changes[next++];
							const moving = world.cases.all.filter(({ case_id }) => case_id.startsWith('moving'));
							const chosen = moving[(next * 7) % Math.max(1, moving.length)];
							if (change === 'add') add(world, `added-${next}`, escalated);
							if (chosen === undefined) return;
							if (change === 'remove') world.cases.remove(chosen.case_id);
							if (change === 'modify')
								world.cases.update(chosen.case_id, { case_title: `${next}` });
						};
						await trigger.poll();
						world.beforeAnswer = () => undefined;
						for (let minute = 0; minute < 8; minute++) {
							world.advance(60);
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
		const world = new World();
		world.countsPage = true;
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(world, { event, payload });
		await trigger.poll();
		world.advance(60);
		const expected: string[] = [];
		for (let index = 0; index < 350; index++) expected.push(add(world, `case-${index}`, escalated));
		expect(ids(await trigger.poll()).sort()).toEqual(expected.sort());
	},
);

describe('At the start', () => {
	test.each(EVENTS)('%s: looks back as far as asked, and no further', async (event) => {
		const world = new World();
		add(world, 'before', escalated);
		world.advance(3 * HOUR);
		add(world, 'after', escalated);
		world.advance(HOUR);
		const trigger = new Trigger(world, { event, lookBackHours: 2 });
		expect(ids(await trigger.poll())).toEqual(['after']);
		world.advance(60);
		expect(await trigger.poll()).toEqual([]);
	});

	test.each(EVENTS)('%s: does not look back again when the filters change', async (event) => {
		const world = new World();
		add(world, 'before', escalated);
		world.advance(HOUR);
		const trigger = new Trigger(world, { event, lookBackHours: 2 });
		trigger.state = fresh('another key', Math.floor(world.now));
		expect(await trigger.poll()).toEqual([]);
		world.advance(60);
		expect(await trigger.poll()).toEqual([]);
	});

	test.each(EVENTS)('%s: without an answer, what happens from then on counts', async (event) => {
		for (const skew of [-600, 0, 600]) {
			const world = new World();
			world.skew = skew;
			add(world, 'before', escalated);
			world.advance(HOUR);
			const trigger = new Trigger(world, { event });
			trigger.state = begun(fresh('key', 0), (world.now + skew) * 1000);
			world.advance(60);
			add(world, 'after', escalated);
			world.advance(2 * HOUR);
			expect(ids(await trigger.poll())).toEqual(['after']);
		}
	});

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: stock that a restless history does not let read at once is read on',
		async (event) => {
			const world = new World();
			world.pageCap = 10;
			world.cases.shuffleTies = true;
			const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
			for (let index = 0; index < 300; index++) {
				world.advance(0.01);
				add(world, `case-${index}`, escalated);
			}
			world.advance(HOUR);
			const restless = new Set<unknown>();
			let next = 0;
			const stir = () => {
				const id = `case-${(next++ * 6) % 300}`;
				restless.add(id);
				world.cases.update(id, { case_title: `${next}` });
				const came = add(world, `came-${next}`, escalated);
				restless.add(came);
			};
			world.latency = 0.1;
			const end = world.now + 45;
			world.beforeAnswer = ({ payload: asked }) => {
				if (world.now > end) throw deadlineExceeded();
				stir();
				if (Array.isArray(asked.exclude_case_ids)) throw refusal(400, { error: 'too long' });
			};
			const trigger = new Trigger(world, { event, payload });
			await trigger.poll();
			world.beforeAnswer = () => undefined;
			for (let minute = 0; minute < 8; minute++) {
				world.advance(60);
				await trigger.poll();
			}
			for (let index = 0; index < 300; index++) {
				world.cases.update(`case-${index}`, { case_title: 'edited' });
			}
			await trigger.poll();
			const quiet = ids(trigger.emitted).filter((id) => !restless.has(id));
			expect(quiet).toEqual([]);
		},
	);

	test('more than 15,000 matching cases are refused, more escalated ones are not', async () => {
		const world = new World();
		for (let index = 0; index < 15_500; index++) {
			world.advance(1);
			add(world, `case-${index}`, { ...escalated, alerts: [] });
		}
		world.advance(HOUR);
		const payload = { priorities: ['escalated'] };
		const matched = new Trigger(world, { event: 'caseMatched', payload });
		await expect(matched.poll()).rejects.toBeInstanceOf(TooManyMatching);

		const trigger = new Trigger(world, { event: 'caseEscalated' });
		expect(await trigger.poll()).toEqual([]);
		world.advance(60);
		world.cases.update('case-15000', { case_title: 'edited' });
		world.cases.update('case-600', { case_title: 'edited' });
		add(world, 'new', escalated);
		expect(ids(await trigger.poll())).toEqual(['new']);
		world.advance(60);
		expect(await trigger.poll()).toEqual([]);
		expect(trigger.largest).toBeLessThan(200_000);
	});

	test('stock that takes more than a poll is taken over several, and nothing fires for it', async () => {
		const world = new World();
		for (let index = 0; index < 3000; index++) {
			world.advance(10);
			add(world, `case-${index}`, escalated);
		}
		world.advance(HOUR);
		world.latency = 2;
		const trigger = new Trigger(world, { event: 'caseEscalated' });
		let polls = 0;
		do {
			await trigger.poll();
			if (polls++ === 1) add(world, 'new', escalated);
			world.advance(60);
		} while (trigger.state?.stock !== undefined && polls < 20);
		expect(polls).toBeGreaterThan(2);
		await trigger.poll();
		world.advance(60);
		await trigger.poll();
		expect(ids(trigger.emitted)).toEqual(['new']);
	});
});

test.each(EVENTS)('%s: a backlog older than the user wants is dropped', async (event) => {
	const world = new World();
	const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
	const trigger = new Trigger(world, { event, payload, ignoreOlderThanHours: 2 });
	await trigger.poll();
	world.advance(HOUR);
	add(world, 'old', escalated);
	world.advance(4 * HOUR);
	add(world, 'young', escalated);
	world.advance(HOUR);
	expect(ids(await trigger.poll())).toEqual(['young']);
	world.advance(60);
	expect(await trigger.poll()).toEqual([]);
});

test('a service that refuses long exclusions costs no event', async () => {
	for (const event of EVENTS) {
		const world = new World();
		const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
		const trigger = new Trigger(world, { event, payload });
		await trigger.poll();
		const expected: string[] = [];
		for (let index = 0; index < 900; index++) {
			world.advance(0.5);
			expected.push(add(world, `case-${index}`, escalated));
		}
		world.beforeAnswer = ({ payload: asked }) => {
			if (Array.isArray(asked.exclude_case_ids)) throw refusal(400, { error: 'too long' });
		};
		for (let minute = 0; minute < 15; minute++) {
			await trigger.poll().catch(() => undefined);
			world.advance(60);
		}
		expect(ids(trigger.emitted).sort()).toEqual(expected.sort());
	}
});

describe.each([
	['time', deadlineExceeded()],
	['requests', refusal(429, { error: 'Too many requests' })],
])('Where a poll has too little %s for all at once', (_what, end) => {
	/** Lets a trigger poll until it has nothing left to do; each poll gets so many answers. */
	async function pollOn(trigger: Trigger, most: number): Promise<TriggerState['slice'][]> {
		const { world } = trigger;
		let answers = 0;
		// Quick at first and then slow, so that the pace of the first answer says nothing.
		world.beforeAnswer = () => {
			if (++answers > most) throw end;
		};
		const sizes: TriggerState['slice'][] = [];
		for (let polls = 0; polls < 60; polls++) {
			answers = 0;
			const before = trigger.state ?? fresh('key', 0);
			const outcome = await trigger.poll().catch((error: unknown) => error);
			if (outcome instanceof Error) trigger.state = afterTrouble(before, outcome, world.now * 1000);
			sizes.push(trigger.state?.slice);
			world.advance(60);
		}
		world.beforeAnswer = () => undefined;
		return sizes;
	}

	test.each(EVENTS)(
		'%s: a backlog is read over several polls, and each event given',
		async (event) => {
			const world = new World();
			const payload = event === 'caseMatched' ? { free_text: 'fresh' } : {};
			const trigger = new Trigger(world, { event, payload });
			await trigger.poll();
			const expected: string[] = [];
			for (let index = 0; index < 3000; index++) {
				world.advance(10);
				const more = { ...escalated, case_title: 'fresh', alerts: [] };
				expected.push(add(world, `case-${index}`, more));
			}
			world.advance(HOUR);
			const sizes = await pollOn(trigger, 30);
			expect(sizes[0]).toBe(2000);
			expect(sizes.at(-1)).toBeUndefined();
			expect(ids(trigger.emitted).sort()).toEqual(expected.sort());
		},
	);

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: stock is taken over several polls, and nothing fires for it',
		async (event) => {
			const world = new World();
			const payload = event === 'caseMatched' ? { case_statuses: ['new'] } : {};
			for (let index = 0; index < 4000; index++) {
				world.advance(10);
				add(world, `case-${index}`, { ...escalated, alerts: [] });
			}
			world.advance(HOUR);
			const trigger = new Trigger(world, { event, payload });
			await pollOn(trigger, 30);
			for (const index of [0, 2000, 3999]) {
				world.cases.update(`case-${index}`, { case_title: 'edited' });
			}
			add(world, 'new', escalated);
			await trigger.poll();
			expect(ids(trigger.emitted)).toEqual(['new']);
		},
	);
});

test('a state that cannot be read is none', () => {
	for (const stored of [undefined, null, 'x', {}, { version: 2 }, { version: 1, key: 1 }]) {
		expect(readState(stored)).toBeUndefined();
	}
	const state = { ...fresh('key', 3), from: 5, inside: 'abcdefgh' };
	expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
	expect(readState({ ...state, from: 'soon' })).toBeUndefined();
});

test('polling changes nothing that it is given', async () => {
	const world = new World();
	const trigger = new Trigger(world, { event: 'caseEscalated' });
	await trigger.poll();
	add(world, 'new', escalated);
	const state = Object.freeze(trigger.state);
	if (state === undefined) throw new Error('no state');
	Object.freeze(state.known);
	const budget = { now: () => world.now * 1000, deadline: (world.now + 45) * 1000 };
	const { events } = await poll(world, trigger.watch, state, budget);
	expect(ids(events)).toEqual(['new']);
});
