import type { IDataObject } from 'n8n-workflow';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { runs } from '../../propertyRuns.mts';
import { ActiveWorkflow } from './host.mts';
import { failure, minutes, useTriggerService } from './service.mts';

const RUNS = runs(20);
const TRACKED = 3;

/** What may happen between two changes of a case, and ends with a successful poll unless it says otherwise. */
const STEPS = [
	'poll',
	'poll fails',
	'publish',
	'publish during a poll that ends first',
	'publish during a poll that ends later',
	'publish, which fails at first',
	'publish a change that fails, and undo it',
	'publish again after days',
] as const;

interface Step {
	kind: (typeof STEPS)[number];
	/** Whether the priority of each case changes before. */
	changes: boolean[];
	minutes: number;
}

const step: fc.Arbitrary<Step> = fc.record({
	kind: fc.constantFrom(...STEPS),
	changes: fc.array(fc.boolean(), { minLength: TRACKED, maxLength: TRACKED }),
	minutes: fc.integer({ min: 1, max: 5 }),
});

describe('Publications', () => {
	const service = useTriggerService();

	/** Cases whose priority changes, and how often each was escalated and sent. */
	class Escalations {
		private readonly cases = Array.from({ length: TRACKED }, () => ({
			id: service.simulator.cases.add({ case_priority: 'low' }).case_id,
			isEscalated: false,
			/** Changed since the last successful poll: the trigger can't see two changes between polls. */
			isChanged: false,
			escalated: 0,
		}));
		private readonly sent: IDataObject[] = [];

		change(which: readonly boolean[]): void {
			for (const [index, each] of this.cases.entries()) {
				if (which[index] !== true || each.isChanged) continue;
				each.isChanged = true;
				each.isEscalated = !each.isEscalated;
				if (each.isEscalated) each.escalated++;
				service.simulator.cases.update(each.id, {
					case_priority: each.isEscalated ? 'escalated' : 'low',
				});
			}
		}

		/** Polls successfully, and counts what n8n accepts. */
		async poll(active: ActiveWorkflow): Promise<void> {
			this.sent.push(...((await active.poll()) ?? []));
			for (const each of this.cases) each.isChanged = false;
		}

		check(): void {
			const counts = this.cases.map(
				({ id }) => this.sent.filter(({ case_id }) => case_id === id).length,
			);
			expect(counts).toEqual(this.cases.map(({ escalated }) => escalated));
			expect(new Set(this.sent.map(({ event_id }) => event_id)).size).toBe(this.sent.length);
		}
	}

	/** Polls while the service refuses everything. */
	async function pollInVain(active: ActiveWorkflow): Promise<void> {
		service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
		expect(await failure(active.poll())).toBeInstanceOf(Error);
		service.simulator.clearFaults();
	}

	const published = (active: ActiveWorkflow, credentialId = 'intezer') =>
		active.again({ activation: 'update', credentialId });

	/** @returns the workflow that is active afterwards */
	async function take(
		{ kind, minutes: passed }: Step,
		active: ActiveWorkflow,
		escalations: Escalations,
		savesFailures: boolean,
	): Promise<ActiveWorkflow> {
		/** A publication whose first poll failed: n8n 2 saves the state then, n8n 1 does not. */
		const failed = async (attempt: ActiveWorkflow) => {
			await pollInVain(attempt);
			if (!savesFailures) return active;
			attempt.save();
			return attempt;
		};
		if (kind === 'poll' || kind === 'poll fails') {
			await (kind === 'poll' ? escalations.poll(active) : pollInVain(active));
			return active;
		}
		let next = published(active);
		switch (kind) {
			case 'publish during a poll that ends first':
				// n8n 2 discards its result.
				await active.poll();
				break;
			case 'publish during a poll that ends later': {
				const overtaken = active.poll();
				await escalations.poll(next);
				expect(await overtaken).toBeNull();
				break;
			}
			case 'publish, which fails at first':
				next = published(await failed(await failed(next)));
				break;
			case 'publish a change that fails, and undo it': {
				const attempt = await failed(published(active, 'mistake'));
				minutes(passed);
				next = published(attempt);
				break;
			}
			case 'publish again after days':
				minutes(3 * 24 * 60);
				break;
			case 'publish':
				break;
		}
		await escalations.poll(next);
		next.save();
		return next;
	}

	test(
		'send each escalation once, whatever they overtake',
		async () => {
			const heartbeatMinutes = fc.constantFrom(0, 5);
			const steps = fc.array(step, { minLength: 5, maxLength: 25 });
			await fc.assert(
				fc.asyncProperty(
					steps,
					fc.boolean(),
					heartbeatMinutes,
					async (all, savesFailures, heartbeat) => {
						const escalations = new Escalations();
						minutes(30);
						const parameters = {
							event: 'caseEscalated',
							options: { heartbeatMinutes: heartbeat },
						};
						let active = new ActiveWorkflow({
							credential: service.credential,
							nodes: { Trigger: parameters },
						});
						await active.poll();
						active.save();
						for (const each of all) {
							minutes(1);
							escalations.change(each.changes);
							minutes(each.minutes);
							active = await take(each, active, escalations, savesFailures);
						}
						minutes(1);
						await escalations.poll(active);
						escalations.check();
						// The cases of one run must not be modified in the next.
						minutes(30);
					},
				),
				{ numRuns: RUNS },
			);
		},
		60_000 * Math.max(1, RUNS / 20),
	);
});
