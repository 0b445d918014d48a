import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { caseKey, eventHash } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import type { EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import { History, steps, type Step } from './changeLog.mts';
import { DRESSES, ids, Trigger, World } from './scenario.mts';
import { runs } from '../../randomRuns.mts';
import type { SearchPayload } from '../../../tools/simulator/filters.mts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';
import { caseOnTheWire, TIME_FORMATS } from '../../../tools/simulator/wire.mts';

const DOWN = new Error('the service is down');
const RUNS = runs(150);

afterAll(() => {
	console.log(`${Trigger.allPolls} simulated polls`);
});

/** What can be different about a service and the way to it. */
const circumstances = fc.record({
	timeFormat: fc.constantFrom(...TIME_FORMATS),
	dress: fc.constantFrom(...Object.keys(DRESSES)),
	pageCap: fc.constantFrom(2, 7, 100),
	skew: fc.constantFrom(0, -600, 600, 37),
	hasDate: fc.boolean(),
	shuffleTies: fc.boolean(),
	ascending: fc.boolean(),
});

type Circumstances = typeof circumstances extends fc.Arbitrary<infer T> ? T : never;

function worldOf({ shuffleTies, ascending, dress, ...rest }: Circumstances): World {
	const world = Object.assign(new World(), rest, { dress: DRESSES[dress] });
	Object.assign(world.cases, { shuffleTies, ascending });
	for (let index = 0; index < 8; index++) {
		const case_priority = index % 2 === 0 ? 'escalated' : 'low';
		const case_status = index % 3 === 0 ? 'closed' : 'new';
		const old = { case_id: `old-${index}`, case_priority, case_status } as const;
		world.cases.addComplete(makeCase(old, world.now - 5000 - index * 100));
	}
	return world;
}

/** By what the model knows an event of a case; undefined for one that is none. */
type Model = (trigger: Trigger, world: World) => Map<string, string>;

/** Runs a history, and compares each poll with what the model says of it. */
async function compare(
	trigger: Trigger,
	world: World,
	history: readonly Step[],
	model: Model,
): Promise<void> {
	const changes = new History(world);
	let seen = new Map<string, string>();
	let saved = seen;
	let isFirst = true;
	const began = world.now;
	const lastGiven = new Map<string, string>();
	const versionOf = (id: string) => JSON.stringify(world.cases.get(id));
	const mayRepeat = (id: string) =>
		world.timeFormat === 'none' &&
		trigger.watch.event === 'caseUpdated' &&
		(world.cases.get(id)?.modification_time ?? 0) >= began &&
		lastGiven.get(id) !== versionOf(id);
	const pollAndCompare = async () => {
		const visible = model(trigger, world);
		const expected = [...visible].filter(([id, key]) => seen.get(id) !== key).map(([id]) => id);
		const given = await trigger.poll();
		const allowed = new Set(expected);
		for (const { found } of given) {
			// Without times, a change that leaves a case as it was tells nothing apart: it may come, once.
			const id = caseKey(found);
			if (mayRepeat(id)) allowed.add(id);
			lastGiven.set(id, versionOf(id));
		}
		expect(given.map(({ found }) => caseKey(found)).filter((id) => !allowed.has(id))).toEqual([]);
		expect(isFirst ? [] : expected.filter((id) => !ids(given).includes(id))).toEqual([]);
		if (isFirst) expect(given).toEqual([]);
		expect(new Set(given.map(({ eventId }) => eventId)).size).toBe(given.length);
		seen = visible;
		if (isFirst || given.length > 0) saved = seen;
		isFirst = false;
	};
	await pollAndCompare();
	world.advance(60);
	for (const step of history) {
		world.advance(step.wait);
		if (step.what === 'poll') {
			await pollAndCompare();
		} else if (step.what === 'failingPoll') {
			let answers = step.who % 3;
			world.beforeAnswer = () => {
				if (answers-- === 0) throw DOWN;
			};
			const before = JSON.stringify(trigger.state);
			const outcome = await trigger.poll().catch((error: unknown) => error);
			world.beforeAnswer = () => undefined;
			// With few pages the poll may be over before the failure.
			if (outcome === DOWN) expect(JSON.stringify(trigger.state)).toBe(before);
			else seen = model(trigger, world);
			if (Array.isArray(outcome) && outcome.length > 0) saved = seen;
		} else if (step.what === 'restart') {
			trigger.restart();
			seen = saved;
		} else {
			changes.change(step);
		}
	}
	for (let minute = 0; minute < 8; minute++) {
		world.advance(60);
		await pollAndCompare();
	}
}

/** Everything visible, as the event knows it; an event of a time window remembers also what left. */
function remembering(event: EventName): Model {
	const known = new Map<string, string>();
	return (_trigger, world) => {
		for (const each of world.cases.all) {
			const sent = caseOnTheWire(each, world.timeFormat) as never;
			known.set(each.case_id, eventHash(event, sent));
		}
		return new Map(known);
	};
}

/** The cases that match. */
function matching(payload: SearchPayload): Model {
	return (_trigger, world) => {
		const { cases } = world.cases.search({ payload, limit: 1e6 });
		return new Map(cases.map(({ case_id }) => [case_id, 'inside']));
	};
}

describe('Every event comes exactly once', () => {
	test.each(['caseCreated', 'caseUpdated', 'alertAttached'] as const)('%s', async (event) => {
		await fc.assert(
			fc.asyncProperty(circumstances, steps, async (given, history) => {
				const world = worldOf(given);
				await compare(new Trigger(world, { event }), world, history, remembering(event));
			}),
			{ numRuns: RUNS },
		);
	});

	test('caseEscalated', async () => {
		await fc.assert(
			fc.asyncProperty(circumstances, steps, async (given, history) => {
				const world = worldOf(given);
				const trigger = new Trigger(world, { event: 'caseEscalated' });
				await compare(trigger, world, history, matching({ priorities: ['escalated'] }));
			}),
			{ numRuns: RUNS },
		);
	});

	test.each<SearchPayload>([
		{ case_statuses: ['new'], priorities: ['escalated'] },
		{ free_text: 'edited' },
		{ case_verdicts: ['suspicious'], case_statuses: ['new'] },
	])('caseMatched with %j', async (payload) => {
		await fc.assert(
			fc.asyncProperty(circumstances, steps, async (given, history) => {
				const world = worldOf(given);
				const trigger = new Trigger(world, {
					event: 'caseMatched',
					payload: { ...payload },
				});
				await compare(trigger, world, history, matching(payload));
			}),
			{ numRuns: RUNS },
		);
	});
});
