import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, jest, test } from '@jest/globals';

import { ActiveWorkflow, type Activation } from './host.mts';
import { failure, minutes, useTriggerService } from './service.mts';

describe('Outages', () => {
	/** Longer than a poll waits, so the throttle, which uses the real clock, does not pause. */
	const TOO_BUSY = { status: 429, headers: { 'retry-after': '90' }, times: Infinity };

	const service = useTriggerService();

	function workflow(parameters: INodeParameters, more: Partial<Activation> = {}): ActiveWorkflow {
		const { credential } = service;
		return new ActiveWorkflow({ credential, nodes: { Trigger: parameters }, ...more });
	}

	/** A trigger with Look Back. */
	function nodesWith(parameters: INodeParameters): Activation['nodes'] {
		return {
			Trigger: { event: 'caseCreated', options: { lookBackHours: 1 }, ...parameters },
		};
	}

	describe('When Intezer is down', () => {
		test('the first poll of an activation by n8n itself does not fail, and events of that time are not lost', async () => {
			for (const event of ['caseEscalated', 'caseCreated']) {
				const active = workflow({ event }, { activation: 'init' });
				service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
				expect(await active.poll()).toBeNull();
				active.save();
				minutes(1);
				const { cases } = service.simulator;
				const { case_id } = event === 'caseEscalated' ? cases.escalateOne() : cases.add();
				const error = await failure(active.poll());
				expect(error?.message).toMatch(/rate-limiting.* \(since \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/);
				minutes(1);
				service.simulator.clearFaults();
				const restarted = active.restarted();
				expect(await restarted.poll()).toEqual([expect.objectContaining({ case_id })]);
			}
		});

		test('it is reported at the first failed poll, then once an hour, and again at once after a success', async () => {
			const active = workflow({ event: 'caseUpdated' });
			await active.poll();
			const reported: number[] = [];
			service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
			for (let minute = 1; minute <= 130; minute++) {
				minutes(1);
				if ((await failure(active.poll())) !== undefined) reported.push(minute);
			}
			expect(reported).toEqual([1, 61, 121]);
			service.simulator.clearFaults();
			await active.poll();
			service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
			minutes(1);
			expect(await failure(active.poll())).toBeInstanceOf(Error);
		});

		test('it is reported once an hour, also after the clock was set back', async () => {
			const active = workflow({ event: 'caseUpdated' });
			await active.poll();
			service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
			const reported: boolean[] = [];
			for (const passed of [600, -599, 1, 60]) {
				minutes(passed);
				reported.push((await failure(active.poll())) !== undefined);
			}
			expect(reported).toEqual([true, true, false, true]);
		});

		test('a user who activates the trigger sees the error, and when it started', async () => {
			service.simulator.fail({ path: '/cases/search', ...TOO_BUSY });
			const active = workflow({ event: 'caseEscalated' });
			expect(await failure(active.poll())).toBeInstanceOf(Error);
			minutes(24 * 60);
			const today = new Date().toISOString().slice(0, 10);
			const error = await failure(active.again().poll());
			expect(error?.message).toContain(`since ${today}`);
		});

		test.each(['caseCreated', 'caseUpdated', 'caseEscalated', 'alertAttached'])(
			'%s: Look Back counts from the first try, though n8n activates the trigger again after it failed',
			async (event) => {
				const { cases } = service.simulator;
				const created = () => cases.add({ case_priority: 'escalated' }).case_id;
				created();
				minutes(60);
				const expected = [created()];
				minutes(50);
				service.simulator.fail({ path: '/cases/search', status: 400, times: Infinity });
				const active = workflow({ event, options: { lookBackHours: 1 } });
				expect(await failure(active.poll())).toBeInstanceOf(Error);
				minutes(30);
				expected.push(created());
				expect(await failure(active.again().poll())).toBeInstanceOf(Error);
				minutes(30);
				service.simulator.clearFaults();
				const given = await active.again().poll();
				expect(given?.map(({ case_id }) => case_id).sort()).toEqual(expected.sort());
			},
		);

		test.each<[corrected: string, Partial<Activation>]>([
			['a filter', { nodes: nodesWith({ filters: { caseStatuses: ['new'] } }) }],
			['the event', { nodes: nodesWith({ event: 'caseUpdated' }) }],
			['the credential', { credentialId: 'second' }],
		])(
			'Look Back counts from the first try, though the user then corrects %s',
			async (_corrected, changes) => {
				const { cases } = service.simulator;
				const created = () => cases.add({ case_status: 'new' }).case_id;
				created();
				minutes(60);
				const expected = [created()];
				minutes(50);
				service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
				const { credential } = service;
				const first = new ActiveWorkflow({ credential, nodes: nodesWith({}) });
				expect(await failure(first.poll())).toBeInstanceOf(Error);
				minutes(10);
				expected.push(created());
				expect(await failure(first.again(changes).poll())).toBeInstanceOf(Error);
				minutes(10);
				service.simulator.clearFaults();
				const given = await first.again(changes).poll();
				expect(given?.map(({ case_id }) => case_id).sort()).toEqual(expected.sort());
			},
		);

		test.each([false, true])(
			'a publication that failed days ago is not continued by the next one (another credential: %s)',
			async (isOther) => {
				const { cases } = service.simulator;
				service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
				const { credential } = service;
				const first = new ActiveWorkflow({ credential, nodes: nodesWith({}) });
				expect(await failure(first.poll())).toBeInstanceOf(Error);
				first.save();
				minutes(1);
				cases.add();
				minutes(3 * 24 * 60);
				const { case_id } = cases.add();
				minutes(50);
				service.simulator.clearFaults();
				const second = first.again(isOther ? { credentialId: 'second' } : {});
				expect(await second.poll()).toEqual([expect.objectContaining({ case_id })]);
			},
		);

		test('polls that have failed for days are continued by a publication', async () => {
			const { cases } = service.simulator;
			service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
			const failing = workflow({ event: 'caseCreated' }, { activation: 'init' });
			expect(await failing.poll()).toBeNull();
			minutes(1);
			const { case_id } = cases.add();
			for (let hours = 0; hours < 72; hours += 12) {
				minutes(12 * 60);
				expect(await failure(failing.poll())).toBeInstanceOf(Error);
			}
			service.simulator.clearFaults();
			const corrected = failing.again({ activation: 'update', credentialId: 'second' });
			expect(await corrected.poll()).toEqual([expect.objectContaining({ case_id })]);
		});

		test('the first failed poll counts after n8n was down for days', async () => {
			service.simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
			const failing = workflow({ event: 'caseCreated' }, { activation: 'init' });
			expect(await failing.poll()).toBeNull();
			failing.save();
			minutes(1);
			const { case_id } = service.simulator.cases.add();
			minutes(3 * 24 * 60);
			service.simulator.clearFaults();
			expect(await failing.restarted().poll()).toEqual([expect.objectContaining({ case_id })]);
		});

		test('a change of the filters that fails at first has no Look Back, and loses no event of that time', async () => {
			const { cases } = service.simulator;
			const { credential } = service;
			const first = new ActiveWorkflow({ credential, nodes: nodesWith({}) });
			await first.poll();
			first.save();
			minutes(30);
			cases.add({ case_status: 'new' });
			minutes(30);
			service.simulator.fail({ path: '/cases/search', status: 400, times: Infinity });
			const changed = first.again({ nodes: nodesWith({ filters: { caseStatuses: ['closed'] } }) });
			expect(await failure(changed.poll())).toBeInstanceOf(Error);
			minutes(10);
			const { case_id } = cases.add({ case_status: 'new' });
			service.simulator.clearFaults();
			const corrected = first.again({ nodes: nodesWith({ filters: { caseStatuses: ['new'] } }) });
			expect(await corrected.poll()).toEqual([expect.objectContaining({ case_id })]);
		});

		test.each([400, 403])(
			'an error that needs the user (%i) is reported every time',
			async (status) => {
				const active = workflow({ event: 'caseUpdated' });
				await active.poll();
				service.simulator.fail({ path: '/cases/search', status, times: Infinity });
				for (let minute = 0; minute < 3; minute++) {
					minutes(1);
					expect(await failure(active.poll())).toBeInstanceOf(Error);
				}
			},
		);

		test('no message contains the word that makes n8n 1.x give up a trigger', async () => {
			const body = { error: 'Authorization failed', message: { Authorization: 'bad' } };
			service.simulator.fail({ path: '/cases/search', status: 400, body, times: Infinity });
			const error = await failure(workflow({ event: 'caseUpdated' }).poll());
			expect(error?.message).toMatch(/access failed/);
			expect(`${error?.message} ${error?.description}`).not.toMatch(/authorization/i);
		});
	});

	describe('When each poll has time for a single response, and needs more', () => {
		/** Makes the first response of the next poll take a minute. */
		function slowDown(): void {
			service.simulator.beforeAnswer((_request, count) => {
				if (count === 1) minutes(1);
			});
		}

		/** A trigger that needs a second search, because only Intezer can evaluate its filter. */
		async function behind(activation: Activation['activation'] = 'activate') {
			const filters = { freeText: 'stalled' };
			const active = workflow({ event: 'caseMatched', filters }, { activation });
			await active.poll();
			minutes(1);
			service.simulator.cases.add({ case_title: 'stalled' });
			return active;
		}

		/** The minutes at which polls fail. */
		async function reports(active: ActiveWorkflow, length: number): Promise<number[]> {
			const reported: number[] = [];
			for (let minute = 1; minute <= length; minute++) {
				slowDown();
				const error = await failure(active.poll());
				if (error !== undefined) {
					reported.push(minute);
					expect(error.message).toMatch(/did not respond in time \(since /);
				}
			}
			service.simulator.beforeAnswer(undefined);
			return reported;
		}

		test('this is reported after ten minutes, then once an hour, and the event comes afterwards', async () => {
			const active = await behind();
			// Until the case is six minutes old, each poll reads what came before it, and the next one begins with it.
			expect(await reports(active, 80)).toEqual([18, 78]);
			expect(await active.poll()).toEqual([expect.objectContaining({ case_title: 'stalled' })]);
		});

		test('this is not reported if a poll in between finds nothing to do, or sends events', async () => {
			const active = await behind();
			for (let round = 0; round < 3; round++) {
				expect(await reports(active, 9)).toEqual([]);
				expect(await active.poll()).not.toBeNull();
				service.simulator.cases.add({ case_title: 'stalled' });
			}
		});
	});

	describe('A failure that is not reported', () => {
		/** A workflow, and what it logs. */
		function loggedWorkflow(parameters: INodeParameters, activation: Activation['activation']) {
			const warn = jest.fn<(text: string) => void>();
			const logger = { warn, error: warn, info: warn, debug: warn };
			const onContext: Activation['onContext'] = (context) =>
				Object.defineProperty(context, 'logger', { value: logger });
			return { warn, active: workflow(parameters, { activation, onContext }) };
		}

		function expectNoSecret(warn: jest.Mock<(text: string) => void>): void {
			const { apiKey, sessionToken } = service.credential.stored;
			const logged = JSON.stringify(warn.mock.calls);
			for (const secret of [apiKey, sessionToken]) expect(logged).not.toContain(secret);
		}

		test('of a poll that ends early is logged once, and the poll returns what it has', async () => {
			const { warn, active } = loggedWorkflow(
				{ event: 'caseCreated', filters: { caseStatuses: ['new'] } },
				'activate',
			);
			await active.poll();
			minutes(10);
			const { simulator } = service;
			for (let index = 0; index < 250; index++) {
				simulator.cases.add({ case_status: 'new', case_priority: 'escalated' });
			}
			minutes(1);
			simulator.beforeAnswer((_request, count) => {
				if (count === 4) simulator.fail({ path: '/cases/search', ...TOO_BUSY });
			});
			expect(await active.poll()).not.toHaveLength(0);
			const ofPolls = warn.mock.calls.filter(([text]) => /^Poll /.test(text));
			expect(ofPolls).toEqual([
				[
					expect.stringMatching(/^Poll ended early; the next poll continues: .*rate-limiting/),
					{ workflowId: expect.any(String) as unknown, nodeName: 'Trigger' },
				],
			]);
			expectNoSecret(warn);
		});

		test('is logged, with the error and without the key', async () => {
			const { warn, active } = loggedWorkflow({ event: 'caseEscalated' }, 'init');
			const ofPolls = () => warn.mock.calls.filter(([text]) => /^Poll failed/.test(text));
			const { simulator } = service;
			simulator.fail({ path: '/cases/search', status: 403, times: Infinity });
			expect(await active.poll()).toBeNull();
			expect(ofPolls()).toHaveLength(1);
			simulator.clearFaults();

			simulator.fail({
				path: '/cases/search',
				status: 429,
				headers: { 'retry-after': '90' },
				times: Infinity,
			});
			expect(await failure(active.poll())).toBeInstanceOf(Error);
			expect(ofPolls()).toHaveLength(1);
			minutes(1);
			expect(await active.poll()).toBeNull();
			expect(ofPolls()).toHaveLength(2);
			expect(JSON.stringify(warn.mock.calls)).toMatch(/rate-limiting/);
			expectNoSecret(warn);
		});
	});
});
