import assert from 'node:assert/strict';

import fc from 'fast-check';
import { test } from '@jest/globals';

import { caseIdOf } from '../../../nodes/intezer/caseId.ts';
import type { CaseEvent } from '../../../nodes/IntezerCases/polling/events.ts';
import { makeCase, type SimulatedCase } from '../../../tools/simulator/simulatedCase.mts';
import { TIME_FORMATS } from '../../../tools/simulator/timeFormats.mts';
import { runs } from '../../propertyRuns.mts';
import { Scenario, Trigger } from './scenario.mts';

const CASES = ['first', 'second'];

/** Each change can be undone, so that a case looks the same again. */
const CHANGES: Readonly<Record<string, Partial<SimulatedCase>>> = {
	rise: { case_priority: 'escalated' },
	fall: { case_priority: 'low' },
	attach: { alerts_count: 2 },
	detach: { alerts_count: 1 },
};

const steps = fc.array(
	fc.record({
		what: fc.oneof(
			{ weight: 4, arbitrary: fc.constantFrom(...Object.keys(CHANGES)) },
			{ weight: 3, arbitrary: fc.constant('poll') },
			{ weight: 2, arbitrary: fc.constantFrom('pollThatIsNotSaved', 'kill') },
		),
		seconds: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(400)),
		who: fc.constantFrom(...CASES),
	}),
	{ minLength: 10, maxLength: 60 },
);

/** The changes that are events. */
const EVENT_CHANGES = {
	alertAttached: ['attach'],
	caseEscalated: ['rise'],
	caseMatched: ['rise'],
	caseUpdated: Object.keys(CHANGES),
};

/** How often the event happened to each case: what is emitted is its last occurrence. */
class Occurrences {
	private readonly byEventId = new Map<string, string>();
	private readonly counts = new Map<string, number>();

	add(id: string): void {
		this.counts.set(id, (this.counts.get(id) ?? 0) + 1);
	}

	/** Checks that no event has the id of another one. */
	check(events: readonly CaseEvent[]): void {
		for (const { found, eventId } of events) {
			const id = caseIdOf(found) ?? '';
			const occurrence = `${id} ${this.counts.get(id) ?? 0}`;
			// Not jest's `expect`: this runs for every event of thousands of polls.
			assert.equal(this.byEventId.get(eventId) ?? occurrence, occurrence);
			this.byEventId.set(eventId, occurrence);
		}
	}
}

test.each(['alertAttached', 'caseEscalated', 'caseMatched', 'caseUpdated'] as const)(
	'%s: no event has the id of another one, however often n8n is killed before it saves',
	async (event) => {
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...TIME_FORMATS), steps, async (timeFormat, given) => {
				const scenario = Object.assign(new Scenario(), { timeFormat });
				for (const case_id of CASES) {
					const old = makeCase({ case_id, alerts_count: 1 }, scenario.now - 5000);
					scenario.cases.addComplete(old);
				}
				const payload = event === 'caseMatched' ? { priorities: ['escalated'] } : {};
				const trigger = new Trigger(scenario, { event, payload });
				await trigger.poll();
				const occurrences = new Occurrences();
				for (const { what, seconds, who } of given) {
					scenario.advance(seconds);
					const change = CHANGES[what];
					const { saved } = trigger;
					if (change !== undefined) {
						const before = scenario.cases.get(who);
						const isSame = Object.entries(change).every(
							([field, value]) => Reflect.get(before ?? {}, field) === value,
						);
						if (isSame) continue;
						const isAlert = change.alerts_count === 2;
						scenario.cases.update(who, {
							...change,
							...(isAlert ? { last_attached_alert_time: Math.floor(scenario.now) } : {}),
						});
						if (EVENT_CHANGES[event].includes(what)) occurrences.add(who);
					} else if (what === 'kill') {
						trigger.restart();
					} else {
						occurrences.check(await trigger.poll());
						if (what === 'pollThatIsNotSaved') trigger.saved = saved;
					}
				}
			}),
			{ numRuns: runs(200) },
		);
	},
);
