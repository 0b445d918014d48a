import { describe, expect, test } from '@jest/globals';

import { ids, Trigger, Scenario } from './scenario.mts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';
import { seedCases } from '../../../tools/simulator/seed.mts';
import { TIME_FORMATS } from '../../../tools/simulator/timeFormats.mts';

function scenarioWith(cases: number): Scenario {
	const scenario = new Scenario();
	for (const each of seedCases(cases, { seed: 7, now: scenario.now }))
		scenario.cases.addComplete(each);
	return scenario;
}

describe.each(TIME_FORMATS)('with times as %s', (timeFormat) => {
	test('a created case fires once', async () => {
		const scenario = scenarioWith(500);
		scenario.timeFormat = timeFormat;
		const trigger = new Trigger(scenario, { event: 'caseCreated' });
		expect(await trigger.poll()).toEqual([]);
		scenario.advance(60);
		const { case_id } = scenario.cases.add();
		expect(ids(await trigger.poll())).toEqual([case_id]);
		for (let minute = 0; minute < 20; minute++) {
			scenario.advance(60);
			expect(await trigger.poll()).toEqual([]);
		}
	});

	test('a case that is escalated fires, again when it falls and rises', async () => {
		const scenario = scenarioWith(500);
		scenario.timeFormat = timeFormat;
		const old = scenario.cases.add(makeCase({ case_priority: 'escalated' }, scenario.now - 100));
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		expect(await trigger.poll()).toEqual([]);
		scenario.advance(60);
		scenario.cases.update(old.case_id, { case_title: 'edited' });
		const { case_id } = scenario.cases.add();
		expect(ids(await trigger.poll())).toEqual([]);
		scenario.advance(60);
		scenario.cases.update(case_id, { case_priority: 'escalated' });
		expect(ids(await trigger.poll())).toEqual([case_id]);
		scenario.advance(60);
		scenario.cases.update(case_id, { case_title: 'again' });
		expect(ids(await trigger.poll())).toEqual([]);
		scenario.cases.update(case_id, { case_priority: 'high' });
		scenario.advance(60);
		expect(ids(await trigger.poll())).toEqual([]);
		scenario.cases.update(case_id, { case_priority: 'escalated' });
		scenario.advance(60);
		expect(ids(await trigger.poll())).toEqual([case_id]);
		for (let minute = 0; minute < 20; minute++) {
			scenario.advance(60);
			expect(await trigger.poll()).toEqual([]);
		}
		expect(new Set(trigger.emitted.map(({ eventId }) => eventId)).size).toBe(2);
	});
});
