import { describe, expect, test } from '@jest/globals';

import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated' } as const;
/** Filters that only the service can evaluate: the field is not documented. */
const ASSIGNED = { assigned_account_ids: ['me'] };

/** Hides a case in the searches of the next poll, as a copy of the data does that does not have it. */
async function pollWithout(trigger: Trigger, hidden: string): Promise<unknown[]> {
	const { scenario } = trigger;
	const searchPage = scenario.searchPage.bind(scenario);
	scenario.searchPage = async (...request) => {
		const page = await searchPage(...request);
		const cases = page.cases.filter(({ case_id }) => case_id !== hidden);
		const casesCount = (page.casesCount ?? 0) - page.cases.length + cases.length;
		return { ...page, cases, casesCount };
	};
	const given = ids(await trigger.poll());
	scenario.searchPage = searchPage;
	scenario.advance(60);
	return given;
}

describe('An event comes once', () => {
	test.each(['caseCreated', 'caseUpdated', 'alertAttached', 'caseEscalated'] as const)(
		'%s: though one of two copies of the data does not have the case',
		async (event) => {
			const scenario = new Scenario();
			const trigger = new Trigger(scenario, { event });
			await pollEveryMinute(trigger, 1);
			scenario.add('case', escalated);
			scenario.add('other', escalated);
			await pollEveryMinute(trigger, 1);
			expect(await pollWithout(trigger, 'case')).toEqual([]);
			await pollEveryMinute(trigger, 8);
			expectOnceEach(trigger, ['case', 'other']);
		},
	);

	test('caseUpdated: of the cases that match the filters alone', async () => {
		const scenario = new Scenario();
		for (const id of ['mine', 'other']) scenario.add(id);
		scenario.cases.update('mine', { assigned_account_id: 'me' });
		scenario.advance(5_000);
		const trigger = new Trigger(scenario, { event: 'caseUpdated', payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		for (const id of ['mine', 'other']) scenario.cases.update(id, { case_title: 'edited' });
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['mine']);
	});

	test.each(['caseEscalated', 'caseMatched'] as const)(
		'%s: though a copy of the data still has the case as it was before',
		async (event) => {
			const scenario = new Scenario();
			scenario.add('case');
			scenario.advance(5_000);
			const payload = { priorities: ['escalated'] };
			const trigger = new Trigger(scenario, { event, payload });
			await pollEveryMinute(trigger, 1);
			scenario.cases.update('case', { case_title: 'edited' });
			await pollEveryMinute(trigger, 1);
			const before = scenario.cases.get('case');
			scenario.cases.update('case', escalated);
			await pollEveryMinute(trigger, 1);
			const after = scenario.cases.get('case');
			for (const state of [before, after, before, after]) {
				scenario.cases.update('case', { ...state });
				await pollEveryMinute(trigger, 1);
			}
			expectOnceEach(trigger, ['case']);
		},
	);

	test('caseMatched: though a copy of the data does not find the case among those that match', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		scenario.add('case', { assigned_account_id: 'me' });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', {
			assigned_account_id: null,
			modification_time: scenario.now - 60,
		});
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', {
			assigned_account_id: 'me',
			modification_time: scenario.now - 120,
		});
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['case']);
	});
});

test('a case that has grown too old for the limit of days has no more events', async () => {
	const scenario = new Scenario();
	const payload = { priorities: ['escalated'] };
	const trigger = new Trigger(scenario, {
		event: 'caseMatched',
		payload,
		onlyCreatedWithinDays: 2,
	});
	await pollEveryMinute(trigger, 1);
	scenario.add('case');
	await pollEveryMinute(trigger, 1);
	scenario.advance(3 * 86_400);
	await pollEveryMinute(trigger, 1);
	scenario.cases.update('case', escalated);
	scenario.add('new', escalated);
	await pollEveryMinute(trigger, 8);
	expectOnceEach(trigger, ['new']);
});

test('caseEscalated: an event is not lost because a response shows a later state first', async () => {
	const scenario = new Scenario();
	const trigger = new Trigger(scenario, { event: 'caseEscalated' });
	await pollEveryMinute(trigger, 1);
	scenario.add('case', escalated);
	const before = scenario.cases.get('case');
	scenario.advance(30);
	scenario.cases.update('case', { case_priority: 'low' });
	await pollEveryMinute(trigger, 1);
	expect(trigger.emitted).toEqual([]);
	// A copy of the data is behind.
	scenario.cases.update('case', { ...before });
	await pollEveryMinute(trigger, 1);
	expectOnceEach(trigger, ['case']);
});

describe('An event comes again', () => {
	test('caseEscalated: though a copy of the data was behind when the case was no longer escalated', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		await pollEveryMinute(trigger, 1);
		scenario.add('case', escalated);
		await pollEveryMinute(trigger, 1);
		const before = scenario.cases.get('case');
		scenario.cases.update('case', { case_priority: 'low' });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', { ...before });
		await pollEveryMinute(trigger, 1);
		scenario.cases.update('case', { ...escalated, case_title: 'again' });
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['case', 'case']);
	});

	test('caseUpdated: if a case without times is changed back', async () => {
		const scenario = Object.assign(new Scenario(), { timeFormat: 'none' });
		scenario.add('case', { case_title: 'before' });
		const trigger = new Trigger(scenario, { event: 'caseUpdated' });
		await pollEveryMinute(trigger, 1);
		for (const case_title of ['after', 'before', 'after']) {
			scenario.cases.update('case', { case_title });
			await pollEveryMinute(trigger, 1);
		}
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['case', 'case', 'case']);
		expect(new Set(trigger.emitted.map(({ eventId }) => eventId)).size).toBe(3);
	});

	test.each([
		['by its own fields', { priorities: ['escalated'] }, escalated, { case_priority: 'low' }],
		['by another field', ASSIGNED, { assigned_account_id: 'me' }, { assigned_account_id: 'you' }],
	] as const)('caseMatched: if a case leaves the filters and enters them, %s', async (...given) => {
		const [, payload, matching, other] = given;
		const scenario = new Scenario();
		scenario.add('case', matching);
		scenario.advance(5_000);
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload });
		await pollEveryMinute(trigger, 1);
		for (let round = 0; round < 2; round++) {
			scenario.cases.update('case', other);
			await pollEveryMinute(trigger, 1);
			scenario.cases.update('case', { ...matching, case_title: `round ${round}` });
			await pollEveryMinute(trigger, 1);
		}
		await pollEveryMinute(trigger, 8);
		expectOnceEach(trigger, ['case', 'case']);
	});
});
