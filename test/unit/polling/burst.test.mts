import { afterAll, describe, expect, test } from 'vitest';

import { deadlineExceeded } from '../../../nodes/intezer/http/errors.ts';
import { ids, Trigger, World } from './scenario.mts';
import { makeCase, type SimulatedCase } from '../../../tools/simulator/simulatedCase.mts';

const DAY = 24 * 3600;
const LARGEST_STATE = 200_000;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

/** A service that takes its time, and a poll that ends with its budget. */
function slowWorld(latency: number): World {
	const world = new World();
	world.latency = latency;
	return world;
}

function addCases(world: World, count: number, more: (index: number) => Partial<SimulatedCase>) {
	const added: string[] = [];
	for (let index = 0; index < count; index++) {
		const each = makeCase(
			{ alerts: [], devices: [], users: [], ...more(index) },
			Math.floor(world.now),
		);
		added.push(world.cases.addComplete(each).case_id);
	}
	return added;
}

/** Polls every minute until the trigger has nothing more to give; as n8n does, it goes on after a failure. */
async function drain(trigger: Trigger, mostPolls: number): Promise<void> {
	const { world } = trigger;
	for (let quiet = 0, polls = 0; quiet < 8; polls++) {
		expect(polls).toBeLessThan(mostPolls);
		const began = world.now;
		const before = trigger.state?.from;
		const given = await trigger.poll();
		const moved = (trigger.state?.from ?? 0) - (before ?? 0);
		quiet = given.length === 0 && moved < 120 ? quiet + 1 : 0;
		world.advance(Math.max(1, 60 - (world.now - began)));
	}
}

function expectOnceEach(trigger: Trigger, expected: string[]): void {
	const given = ids(trigger.emitted);
	expect(given).toHaveLength(expected.length);
	expect(new Set(given)).toEqual(new Set(expected));
	expect(trigger.largest).toBeLessThan(LARGEST_STATE);
}

describe.each(['caseCreated', 'caseEscalated', 'caseUpdated', 'alertAttached'] as const)(
	'%s',
	(event) => {
		const priority = { case_priority: event === 'caseEscalated' ? 'escalated' : 'low' } as const;

		test.each([0, 300])('230 cases in a minute (shown %i s late)', async (late) => {
			const world = slowWorld(0.01);
			const trigger = new Trigger(world, { event });
			await trigger.poll();
			world.advance(60);
			const started = Math.floor(world.now);
			const expected: string[] = [];
			for (let index = 0; index < 230; index++) {
				const made = makeCase(priority, started + Math.floor(index / 4));
				expected.push(made.case_id);
				world.schedule(made.creation_time + late, () => world.cases.addComplete(made));
			}
			world.advance(60);
			await drain(trigger, 60);
			expectOnceEach(trigger, expected);
		});

		test('1,000 in the same second, while the pages are read', async () => {
			const world = slowWorld(0.05);
			world.cases.shuffleTies = true;
			const trigger = new Trigger(world, { event });
			await trigger.poll();
			world.advance(60.3);
			const first = addCases(world, 1000, () => priority);
			const later: string[] = [];
			world.beforeAnswer = () => {
				if (later.length < 5) later.push(...addCases(world, 1, () => priority));
			};
			await drain(trigger, 60);
			expectOnceEach(trigger, [...first, ...later]);
		});

		test('1,000 a minute for fifteen minutes', async () => {
			const world = slowWorld(0.02);
			const trigger = new Trigger(world, { event });
			await trigger.poll();
			const expected: string[] = [];
			for (let minute = 0; minute < 15; minute++) {
				world.advance(60);
				const now = Math.floor(world.now);
				expected.push(
					...addCases(world, 1000, (index) => ({
						...priority,
						...times(now - (index % 60)),
					})),
				);
				await trigger.poll();
			}
			await drain(trigger, 60);
			expectOnceEach(trigger, expected);
		});

		test('50,000 after a week off, at half a second an answer', async () => {
			const world = slowWorld(0.5);
			const trigger = new Trigger(world, { event });
			await trigger.poll();
			const began = Math.floor(world.now) + 1;
			world.advance(7 * DAY);
			const expected = addCases(world, 50_000, (index) => ({
				...priority,
				...times(began + Math.floor((index / 50_000) * 7 * DAY)),
				...(index % 5 === 0 ? priority : { case_priority: 'low' }),
			})).filter((_id, index) => event !== 'caseEscalated' || index % 5 === 0);
			limitTime(world);
			await drain(trigger, 200);
			expectOnceEach(trigger, expected);
		});
	},
);

function times(second: number): Partial<SimulatedCase> {
	return {
		creation_time: second,
		modification_time: second,
		last_attached_alert_time: second,
	};
}

/** What the client does: no request starts after a poll's time. */
function limitTime(world: World): void {
	let began = world.now;
	let last = world.now;
	world.beforeAnswer = () => {
		// Between two polls the clock jumps; within one, by the time of an answer.
		if (world.now - last > 5) began = world.now;
		last = world.now;
		if (world.now - began > 45) throw deadlineExceeded();
	};
}

test('a storm of 6,000 a minute lags, and nothing is lost', async () => {
	const world = slowWorld(0.005);
	const trigger = new Trigger(world, { event: 'caseCreated' });
	await trigger.poll();
	const expected: string[] = [];
	for (let minute = 0; minute < 5; minute++) {
		world.advance(60);
		const now = Math.floor(world.now);
		expected.push(...addCases(world, 6000, (index) => times(now - (index % 60))));
		await trigger.poll();
	}
	await drain(trigger, 100);
	expectOnceEach(trigger, expected);
});
