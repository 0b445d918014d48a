import { expect, test } from '@jest/globals';

import { EVENTS } from '../../../nodes/IntezerCases/polling/events.ts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';
import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated' } as const;

test.each(EVENTS)(
	'%s: a case that the search shows five minutes late comes once',
	async (event) => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event });
		await pollEveryMinute(trigger, 2);
		const late = makeCase({ case_id: 'late', ...escalated }, scenario.now);
		scenario.add('other', escalated);
		scenario.schedule(scenario.now + 300, () => scenario.cases.addComplete(late));
		await pollEveryMinute(trigger, 14);
		expectOnceEach(trigger, ['late', 'other']);
	},
);

test.each(EVENTS)(
	'%s: so does one from just before the start that the search shows after it',
	async (event) => {
		const scenario = new Scenario();
		scenario.add('old', escalated);
		scenario.advance(100);
		const late = makeCase({ case_id: 'late', ...escalated }, scenario.now);
		scenario.advance(100);
		const trigger = new Trigger(scenario, { event });
		await pollEveryMinute(trigger, 1);
		scenario.cases.addComplete(late);
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['late']);
	},
);

test.each(EVENTS)(
	'%s: an event comes though a clock was hours ahead for a while',
	async (event) => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event });
		Object.assign(scenario, { skew: 7_200, dateSkew: 7_200 });
		await pollEveryMinute(trigger, 2);
		Object.assign(scenario, { skew: 0, dateSkew: 0 });
		scenario.add('new', escalated);
		expect(ids(await trigger.poll())).toEqual(['new']);
		scenario.advance(60);
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['new']);
	},
);
