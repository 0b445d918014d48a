import { afterAll, describe, expect, test } from '@jest/globals';

import { deadlineExceeded } from '../../../nodes/intezer/http/errors.ts';
import { ids, Trigger, Scenario } from './scenario.mts';
import { makeCase, type SimulatedCase } from '../../../tools/simulator/simulatedCase.mts';

const DAY = 24 * 3600;
const LARGEST_STATE = 200_000;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

/** @param latency seconds that a response takes */
function slowScenario(latency: number): Scenario {
	const scenario = new Scenario();
	scenario.latency = latency;
	return scenario;
}

function addCases(
	scenario: Scenario,
	count: number,
	more: (index: number) => Partial<SimulatedCase>,
) {
	const added: string[] = [];
	for (let index = 0; index < count; index++) {
		const each = makeCase(
			{ alerts: [], devices: [], users: [], ...more(index) },
			Math.floor(scenario.now),
		);
		added.push(scenario.cases.addComplete(each).case_id);
	}
	return added;
}

/** Polls every minute until the trigger has nothing more to emit. */
async function drain(trigger: Trigger, mostPolls: number): Promise<void> {
	const { scenario } = trigger;
	for (let idlePolls = 0, polls = 0; idlePolls < 8; polls++) {
		expect(polls).toBeLessThan(mostPolls);
		const startedAt = scenario.now;
		const before = trigger.state?.cursor;
		const given = await trigger.poll();
		const moved = (trigger.state?.cursor ?? 0) - (before ?? 0);
		idlePolls = given.length === 0 && moved < 120 ? idlePolls + 1 : 0;
		scenario.advance(Math.max(1, 60 - (scenario.now - startedAt)));
	}
}

function expectOnceEach(trigger: Trigger, expected: string[]): void {
	const given = ids(trigger.emitted);
	expect(given).toHaveLength(expected.length);
	expect(new Set(given)).toEqual(new Set(expected));
	expect(trigger.largestState).toBeLessThan(LARGEST_STATE);
}

describe.each(['caseCreated', 'caseEscalated', 'caseUpdated', 'alertAttached'] as const)(
	'%s',
	(event) => {
		const priority = { case_priority: event === 'caseEscalated' ? 'escalated' : 'low' } as const;

		test.each([0, 300])('230 cases in a minute (shown %i s late)', async (late) => {
			const scenario = slowScenario(0.01);
			const trigger = new Trigger(scenario, { event });
			await trigger.poll();
			scenario.advance(60);
			const started = Math.floor(scenario.now);
			const expected: string[] = [];
			for (let index = 0; index < 230; index++) {
				const made = makeCase(priority, started + Math.floor(index / 4));
				expected.push(made.case_id);
				scenario.schedule(made.creation_time + late, () => scenario.cases.addComplete(made));
			}
			scenario.advance(60);
			await drain(trigger, 60);
			expectOnceEach(trigger, expected);
		});

		test('1,000 in the same second, while the pages are read', async () => {
			const scenario = slowScenario(0.05);
			scenario.cases.settings.shuffleTies = true;
			const trigger = new Trigger(scenario, { event });
			await trigger.poll();
			scenario.advance(60.3);
			const first = addCases(scenario, 1000, () => priority);
			const later: string[] = [];
			scenario.beforeAnswer = () => {
				if (later.length < 5) later.push(...addCases(scenario, 1, () => priority));
			};
			await drain(trigger, 60);
			expectOnceEach(trigger, [...first, ...later]);
		});

		test('1,000 a minute for ten minutes', async () => {
			const scenario = slowScenario(0.02);
			const trigger = new Trigger(scenario, { event });
			await trigger.poll();
			const expected: string[] = [];
			for (let minute = 0; minute < 10; minute++) {
				scenario.advance(60);
				const now = Math.floor(scenario.now);
				expected.push(
					...addCases(scenario, 1000, (index) => ({
						...priority,
						...times(now - (index % 60)),
					})),
				);
				await trigger.poll();
			}
			await drain(trigger, 60);
			expectOnceEach(trigger, expected);
		});

		test('20,000 after a week off, at half a second an answer', async () => {
			const scenario = slowScenario(0.5);
			const trigger = new Trigger(scenario, { event });
			await trigger.poll();
			const startedAt = Math.floor(scenario.now) + 1;
			scenario.advance(7 * DAY);
			const expected = addCases(scenario, 20_000, (index) => ({
				...priority,
				...times(startedAt + Math.floor((index / 20_000) * 7 * DAY)),
				...(index % 5 === 0 ? priority : { case_priority: 'low' }),
			})).filter((_id, index) => event !== 'caseEscalated' || index % 5 === 0);
			limitTime(scenario);
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

/** Fails requests after a poll's deadline, as the client does. */
function limitTime(scenario: Scenario): void {
	let startedAt = scenario.now;
	let last = scenario.now;
	scenario.beforeAnswer = () => {
		// Between two polls the clock jumps; within one it moves by a response's latency.
		if (scenario.now - last > 5) startedAt = scenario.now;
		last = scenario.now;
		if (scenario.now - startedAt > 45) throw deadlineExceeded();
	};
}

test('a burst of 6,000 a minute makes the trigger lag, and nothing is lost', async () => {
	const scenario = slowScenario(0.005);
	const trigger = new Trigger(scenario, { event: 'caseCreated' });
	await trigger.poll();
	const expected: string[] = [];
	for (let minute = 0; minute < 5; minute++) {
		scenario.advance(60);
		const now = Math.floor(scenario.now);
		expected.push(...addCases(scenario, 6000, (index) => times(now - (index % 60))));
		await trigger.poll();
	}
	await drain(trigger, 100);
	expectOnceEach(trigger, expected);
});
