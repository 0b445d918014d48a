import { createHash } from 'node:crypto';

import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { intezerApi } from '../../../tools/n8nEngine/engine.mts';
import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import { makeCase } from '../../../tools/simulator/simulatedCase.mts';
import { ActiveWorkflow, loadTrigger, type Activation } from './host.mts';
import { minutes, recordWarnings, useTriggerService } from './service.mts';

describe('The saved state', () => {
	const service = useTriggerService();

	function workflow(parameters: INodeParameters, more: Partial<Activation> = {}): ActiveWorkflow {
		const { credential } = service;
		return new ActiveWorkflow({ credential, nodes: { Trigger: parameters }, ...more });
	}

	/** An active workflow whose first poll is over, as n8n saves it then. */
	async function started(
		parameters: INodeParameters,
		more: Partial<Activation> = {},
	): Promise<ActiveWorkflow> {
		const active = workflow(parameters, more);
		expect(await active.poll()).toBeNull();
		active.save();
		minutes(1);
		return active;
	}

	function published(active: ActiveWorkflow, changes: Partial<Activation> = {}): ActiveWorkflow {
		return active.again({ activation: 'update', ...changes });
	}

	const raise = () => service.simulator.cases.escalateOne().case_id;

	function setPriority(id: string, case_priority: 'low' | 'escalated'): void {
		service.simulator.cases.update(id, { case_priority });
	}

	async function idlePolls(active: ActiveWorkflow, count: number): Promise<void> {
		for (let poll = 0; poll < count; poll++) {
			expect(await active.poll()).toBeNull();
			minutes(1);
		}
	}

	/** The ids of the cases and of the events that a poll emitted. */
	const caseIds = (items: IDataObject[] | null) => (items ?? []).map(({ case_id }) => case_id);
	const eventIds = (items: IDataObject[] | null) => (items ?? []).map(({ event_id }) => event_id);

	describe('A new publication', () => {
		test.each([0, 1, 2, 5])(
			'sends a second escalation %i idle polls after the priority was lowered',
			async (idle) => {
				const active = await started({ event: 'caseEscalated' });
				const id = raise();
				expect(caseIds(await active.poll())).toEqual([id]);
				minutes(1);
				setPriority(id, 'low');
				await idlePolls(active, 1 + idle);
				setPriority(id, 'escalated');
				minutes(1);
				const again = published(published(active));
				expect(caseIds(await again.poll())).toEqual([id]);
				minutes(1);
				await idlePolls(again, 2);
			},
		);

		test.each(['caseCreated', 'alertAttached'])(
			'alone causes no event of cases that started to match later (%s)',
			async (event) => {
				const active = await started({ event, filters: { caseStatuses: ['closed'] } });
				const early = Array.from({ length: 5 }, () =>
					service.simulator.cases.add({ case_status: 'new' }),
				);
				await idlePolls(active, 20);
				for (const { case_id } of early) {
					service.simulator.cases.update(case_id, { case_status: 'closed' });
				}
				await idlePolls(active, 3);
				await idlePolls(published(active), 2);
			},
		);

		test('after days in which the workflow was not published sends their events', async () => {
			const active = await started({ event: 'caseEscalated' });
			const id = raise();
			minutes(3 * 24 * 60);
			expect(caseIds(await active.again().poll())).toEqual([id]);
		});

		test('that gives the trigger its earlier name back continues from the state of that time', async () => {
			const parameters = { event: 'caseEscalated' };
			const active = await started(parameters);
			const renamed = published(active, { nodes: { Renamed: parameters } });
			expect(await renamed.poll('Renamed')).toBeNull();
			renamed.save();
			minutes(60);
			const id = raise();
			const sent = await renamed.poll('Renamed');
			minutes(1);
			const back = await published(renamed, { nodes: { Trigger: parameters } }).poll();
			expect([sent, back].map(caseIds)).toEqual([[id], [id]]);
		});

		test('takes over from a poll in progress, whose result n8n 2 discards and n8n 1 does not', async () => {
			const active = await started({ event: 'caseEscalated' });
			const id = raise();
			const overtaken = active.poll();
			const again = published(active);
			const given = await again.poll();
			expect(await overtaken).toBeNull();
			expect(caseIds(given)).toEqual([id]);
			minutes(1);
			await idlePolls(again, 2);
		});

		test('sends the events of a poll that n8n discarded, also after failed polls', async () => {
			const active = await started({ event: 'caseEscalated' });
			await idlePolls(active, 2);
			raise();
			const again = published(active);
			const discarded = await active.poll();
			expect(discarded).toHaveLength(1);
			service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
			await expect(again.poll()).rejects.toThrow();
			service.simulator.clearFaults();
			expect(await published(again).poll()).toEqual(discarded);
		});
	});

	describe('A change of settings that fails at first', () => {
		const refuseSearches = () => {
			service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
		};
		/** Publishes a change whose first poll fails. n8n 2 saves the state then, n8n 1 does not. */
		async function failedChange(active: ActiveWorkflow, isSaved: boolean): Promise<ActiveWorkflow> {
			refuseSearches();
			const changed = published(active, { credentialId: 'mistake' });
			await expect(changed.poll()).rejects.toThrow();
			service.simulator.clearFaults();
			if (isSaved) changed.save();
			minutes(1);
			return isSaved ? changed : active;
		}
		const changedBack = (active: ActiveWorkflow) => published(active, { credentialId: 'intezer' });

		test.each([true, false])(
			'and is undone repeats and loses nothing (saved: %s)',
			async (isSaved) => {
				const active = await started({ event: 'caseEscalated' });
				const [lowered, kept] = [raise(), raise()];
				expect(caseIds(await active.poll()).sort()).toEqual([lowered, kept].sort());
				minutes(1);
				setPriority(lowered, 'low');
				await idlePolls(active, 3);
				const failed = await failedChange(active, isSaved);
				setPriority(lowered, 'escalated');
				const created = raise();
				minutes(1);
				const again = changedBack(failed);
				expect(caseIds(await again.poll()).sort()).toEqual([created, lowered].sort());
				minutes(1);
				await idlePolls(again, 2);
			},
		);

		test('and is undone is no change after a restart either', async () => {
			const active = await started({ event: 'caseCreated' });
			await idlePolls(active, 2);
			service.simulator.cases.add();
			expect(await active.poll()).toHaveLength(1);
			const failed = await failedChange(active, true);
			const { case_id } = service.simulator.cases.add();
			const restarted = failed.again({
				activation: 'init',
				credentialId: 'intezer',
				trigger: loadTrigger(),
			});
			expect(caseIds(await restarted.poll())).toEqual([case_id]);
		});

		test('in the credential, without a publication, repeats nothing when it is corrected', async () => {
			const credential = new StoredCredential(intezerApi, { ...service.credential.stored });
			const active = await started({ event: 'caseCreated' }, { credential });
			service.simulator.cases.add();
			expect(await active.poll()).toHaveLength(1);
			minutes(1);
			const { url } = service.simulator;
			refuseSearches();
			credential.stored.baseUrl = url.replace('127.0.0.1', 'localhost');
			await expect(active.poll()).rejects.toThrow();
			service.simulator.clearFaults();
			credential.stored.baseUrl = url;
			await idlePolls(active, 2);
		});
	});

	describe('Two triggers in one workflow', () => {
		test('both poll, even if n8n 1 has stored them with the same id', async () => {
			const parameters = { event: 'caseEscalated' };
			const active = workflow(parameters, {
				nodes: { Trigger: parameters, Second: parameters },
				nodeId: 'same',
			});
			for (const name of ['Trigger', 'Second']) expect(await active.poll(name)).toBeNull();
			minutes(1);
			const id = raise();
			const given = await Promise.all([active.poll('Trigger'), active.poll('Second')]);
			expect(given.map(caseIds)).toEqual([[id], [id]]);
		});
	});

	describe('A state that can not be read', () => {
		test('is replaced by a new baseline, and a warning says so', async () => {
			const active = await started({ event: 'caseEscalated' });
			raise();
			const staticData = structuredClone(active.saved);
			Object.assign(staticData['node:Trigger'] ?? {}, { state: { version: 1, seen: 'damaged' } });
			const { warn, onContext } = recordWarnings();
			const restarted = active.again({ staticData, activation: 'init', onContext });
			expect(await restarted.poll()).toBeNull();
			const expected = [
				'The saved state of the trigger is damaged, so the trigger starts over',
				{ workflowId: expect.any(String) as unknown, nodeName: 'Trigger' },
			];
			expect(warn.mock.calls).toEqual([expected]);
			minutes(1);
			const id = raise();
			expect(caseIds(await restarted.poll())).toEqual([id]);
			expect(warn.mock.calls).toEqual([expected]);
		});

		test('that n8n does not provide fails one poll, not those after it', async () => {
			let isBroken = false;
			const active = await started(
				{ event: 'caseEscalated' },
				{
					onContext: (context) => {
						const provide = context.getWorkflowStaticData.bind(context);
						const value = (type: string) => {
							if (isBroken) throw new Error('no static data');
							return provide(type);
						};
						Object.defineProperty(context, 'getWorkflowStaticData', { value });
					},
				},
			);
			const id = raise();
			isBroken = true;
			await expect(active.poll()).rejects.toThrow('no static data');
			isBroken = false;
			expect(caseIds(await active.poll())).toEqual([id]);
		});
	});

	describe('event_id', () => {
		test('of a new event is never that of an old one, after the node was renamed', async () => {
			const parameters = { event: 'caseEscalated' };
			const active = await started(parameters);
			const id = raise();
			const [before] = eventIds(await active.poll());
			minutes(1);
			setPriority(id, 'low');
			const renamed = published(active, { nodes: { Renamed: parameters } });
			expect(await renamed.poll('Renamed')).toBeNull();
			minutes(1);
			setPriority(id, 'escalated');
			const [after] = eventIds(await renamed.poll('Renamed'));
			expect(after).toMatch(new RegExp(`^${id}:caseEscalated:`));
			expect(after).not.toBe(before);
		});

		test('of a case that changes back is different if cases have no times', async () => {
			service.simulator.timeFormat = 'none';
			const { case_id } = service.simulator.cases.add({ case_title: 'A' });
			minutes(30);
			const active = await started({ event: 'caseUpdated', filters: { caseIds: case_id } });
			const given: unknown[] = [];
			for (const case_title of ['B', 'A', 'B', 'A']) {
				service.simulator.cases.update(case_id, { case_title });
				given.push(...eventIds(await active.poll()));
				minutes(10);
			}
			expect(given).toHaveLength(4);
			expect(new Set(given).size).toBe(4);
		});

		test('of an alert that replaces a removed one is different if cases have no times', async () => {
			service.simulator.timeFormat = 'none';
			const { case_id } = service.simulator.cases.add({ alerts_count: 1 });
			minutes(30);
			const active = await started({ event: 'alertAttached', filters: { caseIds: case_id } });
			const given: unknown[] = [];
			for (const alerts_count of [2, 3, 2]) {
				service.simulator.cases.update(case_id, { alerts_count });
				service.simulator.cases.attachAlert(case_id);
				given.push(...eventIds(await active.poll()));
				minutes(10);
			}
			expect(given).toHaveLength(3);
			expect(new Set(given).size).toBe(3);
		});

		test('is the same when n8n is killed before it saves what a poll found', async () => {
			for (const event of ['caseEscalated', 'caseUpdated', 'alertAttached', 'caseCreated']) {
				const active = await started({ event });
				await idlePolls(active, 2);
				const restarted = active.restarted();
				if (event === 'caseEscalated') raise();
				else service.simulator.cases.add();
				const lost = await active.poll();
				expect(lost).toHaveLength(1);
				minutes(1);
				expect(eventIds(await restarted.poll())).toEqual(eventIds(lost));
				minutes(30);
			}
		});

		test.each(['iso', 'none'] as const)(
			'of a later escalation is a new one if the state from before the first is restored (times: %s)',
			async (timeFormat) => {
				service.simulator.timeFormat = timeFormat;
				const active = await started({ event: 'caseEscalated' });
				const restarted = active.restarted();
				const id = raise();
				const [before] = eventIds(await active.poll());
				minutes(1);
				setPriority(id, 'low');
				await idlePolls(active, 1);
				await idlePolls(restarted, 1);
				setPriority(id, 'escalated');
				const [after] = eventIds(await restarted.poll());
				expect(before).toMatch(new RegExp(`^${id}:caseEscalated:`));
				expect(after).toMatch(new RegExp(`^${id}:caseEscalated:`));
				expect(after).not.toBe(before);
			},
		);

		test('of a test event is never that of an event', async () => {
			const active = await started({ event: 'caseCreated' });
			service.simulator.cases.add();
			const manual = { mode: 'manual', activation: 'manual' } as const;
			const [shown] = eventIds(await workflow({ event: 'caseCreated' }, manual).poll());
			const [given] = eventIds(await active.poll());
			expect(shown).not.toBe(given);
		});
	});

	describe('The credential', () => {
		/** The state that a version without the credential's id saved: it contains no escalated case. */
		function olderState(): IDataObject {
			const address = `${service.simulator.url}/api/v2-0`;
			const text = JSON.stringify(['caseEscalated', {}, address]);
			const key = createHash('sha256').update(text).digest('base64url').slice(0, 22);
			const cursor = Math.floor(Date.now() / 1000) - 360;
			return {
				'node:Trigger': { state: { version: 1, key, epoch: 0, seen: {}, cursor, matching: '' } },
			};
		}

		test('belongs to the state: a different one for the same address records a new baseline', async () => {
			const active = await started({ event: 'caseEscalated' }, { credentialId: 'first' });
			// The other credential is of another tenant, with an old case that the first can't see.
			const lastYear = Date.now() / 1000 - 365 * 86_400;
			const old = makeCase({ case_priority: 'escalated' }, lastYear);
			service.simulator.cases.addComplete(old);
			const other = published(active, { credentialId: 'second' });
			expect(await other.poll()).toBeNull();
			minutes(1);
			service.simulator.cases.update(old.case_id, { case_title: 'edited' });
			await idlePolls(other, 2);
		});

		test('adopts a state that was saved without it, once', async () => {
			const active = workflow(
				{ event: 'caseEscalated' },
				{ staticData: olderState(), credentialId: 'first', activation: 'init' },
			);
			const id = raise();
			const taken = await active.poll();
			expect(taken).toEqual([expect.objectContaining({ case_id: id })]);
			minutes(1);
			setPriority(id, 'low');
			await idlePolls(active, 1);
			setPriority(id, 'escalated');
			const again = await active.poll();
			expect(again).toEqual([expect.objectContaining({ case_id: id })]);
			expect(eventIds(again)).not.toEqual(eventIds(taken));
		});

		test('does not adopt a state that another credential has adopted', async () => {
			const staticData = olderState();
			const active = workflow(
				{ event: 'caseEscalated' },
				{ staticData, credentialId: 'first', activation: 'init' },
			);
			await idlePolls(active, 1);
			raise();
			const other = published(active, { credentialId: 'second' });
			expect(await other.poll()).toBeNull();
		});
	});
});
