import { describe, expect, test } from 'vitest';

import { ids, Trigger, World } from './scenario.mts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';
import { seedCases } from '../../../tools/simulator/seed.mts';

const FORMATS = ['seconds', 'milliseconds', 'iso', 'rfc1123', 'none'] as const;

function worldWith(cases: number): World {
	const world = new World();
	for (const each of seedCases(cases, { seed: 7, now: world.now })) world.cases.addComplete(each);
	return world;
}

describe.each(FORMATS)('with times as %s', (timeFormat) => {
	test('a created case fires once', async () => {
		const world = worldWith(500);
		world.timeFormat = timeFormat;
		const trigger = new Trigger(world, { event: 'caseCreated' });
		expect(await trigger.poll()).toEqual([]);
		world.advance(60);
		const { case_id } = world.cases.add();
		expect(ids(await trigger.poll())).toEqual([case_id]);
		for (let minute = 0; minute < 20; minute++) {
			world.advance(60);
			expect(await trigger.poll()).toEqual([]);
		}
	});

	test('a case that is escalated fires, again when it falls and rises', async () => {
		const world = worldWith(500);
		world.timeFormat = timeFormat;
		const old = world.cases.add(makeCase({ case_priority: 'escalated' }, world.now - 100));
		const trigger = new Trigger(world, { event: 'caseEscalated' });
		expect(await trigger.poll()).toEqual([]);
		world.advance(60);
		world.cases.update(old.case_id, { case_title: 'edited' });
		const { case_id } = world.cases.add();
		expect(ids(await trigger.poll())).toEqual([]);
		world.advance(60);
		world.cases.update(case_id, { case_priority: 'escalated' });
		expect(ids(await trigger.poll())).toEqual([case_id]);
		world.advance(60);
		world.cases.update(case_id, { case_title: 'again' });
		expect(ids(await trigger.poll())).toEqual([]);
		world.cases.update(case_id, { case_priority: 'high' });
		world.advance(60);
		expect(ids(await trigger.poll())).toEqual([]);
		world.cases.update(case_id, { case_priority: 'escalated' });
		world.advance(60);
		expect(ids(await trigger.poll())).toEqual([case_id]);
		for (let minute = 0; minute < 20; minute++) {
			world.advance(60);
			expect(await trigger.poll()).toEqual([]);
		}
		expect(new Set(trigger.emitted.map(({ eventId }) => eventId)).size).toBe(2);
	});
});
