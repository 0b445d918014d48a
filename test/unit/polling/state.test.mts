import fc from 'fast-check';
import { afterAll, expect, test } from '@jest/globals';

import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { findEvents } from '../../../nodes/IntezerCases/polling/findEvents.ts';
import { runs } from '../../propertyRuns.mts';
import { ChangeLog, anySteps } from './changeLog.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated' } as const;

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

test.each(EVENTS)(
	'%s: a poll whose outcome was lost gives the same events again',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(anySteps, async (steps) => {
				const scenario = new Scenario();
				scenario.add('old');
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

test('polling changes nothing that it is given', async () => {
	const scenario = new Scenario();
	const trigger = new Trigger(scenario, { event: 'caseEscalated' });
	await trigger.poll();
	scenario.add('new', escalated);
	const state = Object.freeze(trigger.state);
	if (state === undefined) throw new Error('no state');
	Object.freeze(state.seen);
	const now = () => scenario.now * 1000;
	const budget = { now, deadline: now() + 45_000, onExhausted: () => undefined };
	const { events } = await findEvents(scenario, trigger.settings, state, budget);
	expect(ids(events)).toEqual(['new']);
});
