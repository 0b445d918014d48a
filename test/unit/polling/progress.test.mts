import { describe, expect, test } from '@jest/globals';

import { expectOnceEach, pollEveryMinute } from './everyMinute.mts';
import { SORT_FIELDS } from '../../../tools/simulator/simulatedCase.mts';
import { ids, Scenario, Trigger } from './scenario.mts';

const escalated = { case_priority: 'escalated', alerts: [] } as const;
/** A filter that only the service can evaluate, so a poll needs a second request for each page. */
const ASSIGNED = { assigned_account_ids: ['me'] };

/** Adds cases with ids as long as UUIDs. @param secondOf when a case is created, counted from now */
function addMany(scenario: Scenario, count: number, secondOf: (index: number) => number): string[] {
	const now = Math.floor(scenario.now);
	return Array.from({ length: count }, (_, index) => {
		const second = now + secondOf(index);
		return scenario.add(`${index}`.padStart(36, '0'), {
			...escalated,
			assigned_account_id: 'me',
			creation_time: second,
			modification_time: second,
			last_attached_alert_time: second,
		});
	});
}

describe('Each poll leaves the next one less to do', () => {
	test('pages on which all cases match, where a longer list of ids is refused', async () => {
		const scenario = new Scenario();
		scenario.latency = 6;
		Object.assign(scenario.cases.settings, { maxBodyBytes: 6_000, longRefusal: '403' });
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		const expected = addMany(scenario, 400, (index) => -(index % 60));
		await pollEveryMinute(trigger, 15);
		expectOnceEach(trigger, expected);
	});

	test('pages with more ids than the service accepts in a list, at 8 s a response', async () => {
		const scenario = new Scenario();
		scenario.latency = 8;
		Object.assign(scenario.cases.settings, { maxListLength: 10, longRefusal: '403' });
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		const expected = addMany(scenario, 200, (index) => -(index % 60));
		await pollEveryMinute(trigger, 60);
		expectOnceEach(trigger, expected);
	});

	test('pages whose list of ids is refused when the poll is almost over', async () => {
		const scenario = new Scenario();
		scenario.latency = 6;
		Object.assign(scenario.cases.settings, { maxListLength: 60, longRefusal: '403' });
		scenario.beforeAnswer = ({ payload: { case_ids: list } }) => {
			// As long as several attempts take, such as those that a page of HTML causes.
			if (Array.isArray(list) && list.length > 60) scenario.advance(28);
		};
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		const expected = addMany(scenario, 86, () => 0);
		await pollEveryMinute(trigger, 15);
		expectOnceEach(trigger, expected);
	});

	test('other clients use most of the quota every other minute', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		const expected = addMany(scenario, 2_000, (index) => -(index % 60));
		for (let minute = 0; minute < 20; minute++) {
			scenario.quota = minute % 2 === 0 ? 15 : 1;
			await pollEveryMinute(trigger, 1);
		}
		await pollEveryMinute(trigger, 1);
		expectOnceEach(trigger, expected);
	});

	test.each([70, 50])('a poll has time for two responses, and %i cases leave', async (leaving) => {
		const scenario = new Scenario();
		scenario.cases.settings.refuseOffsetBeyondEnd = true;
		const trigger = new Trigger(scenario, { event: 'caseMatched', payload: ASSIGNED });
		// Corrected clocks: the next poll finds nothing that has settled since.
		Object.assign(scenario, { skew: 120, dateSkew: 120 });
		await pollEveryMinute(trigger, 1);
		Object.assign(scenario, { skew: 0, dateSkew: 0, latency: 16 });
		const added = addMany(scenario, 150, () => 0);
		for (let polls = 0; trigger.state?.part?.offset !== 100; polls++) {
			expect(polls).toBeLessThan(20);
			await pollEveryMinute(trigger, 1);
		}
		// The next poll continues at a page that is refused.
		for (const id of added.slice(-leaving)) scenario.cases.remove(id);
		await pollEveryMinute(trigger, 10);
		expect(trigger.state.part).toBeUndefined();
		expect(ids(trigger.emitted)).toEqual(expect.arrayContaining(added.slice(0, -leaving)));
	});

	test('a backlog of more cases than a part may have, and a poll has time for two responses', async () => {
		const scenario = new Scenario();
		const trigger = new Trigger(scenario, { event: 'caseCreated' });
		await pollEveryMinute(trigger, 1);
		scenario.advance(9_000);
		const expected = addMany(scenario, 5_500, (index) => -1_000 - index);
		scenario.latency = 16;
		await pollEveryMinute(trigger, 60);
		expectOnceEach(trigger, expected);
	});

	test('a baseline of 12,000 cases that were created within two hours, at 8 s a response', async () => {
		const scenario = new Scenario();
		scenario.latency = 8;
		const old = addMany(scenario, 12_000, (index) => -1_000 - index / 2);
		const trigger = new Trigger(scenario, { event: 'caseEscalated' });
		await pollEveryMinute(trigger, 50);
		expect(trigger.state?.unreadBaseline).toBeUndefined();
		for (const id of [old[0], old[6_000], old.at(-1)]) {
			scenario.cases.update(id ?? '', { case_title: 'edited' });
		}
		scenario.add('new', escalated);
		await pollEveryMinute(trigger, 2);
		expect(ids(trigger.emitted)).toEqual(['new']);
	});
});

test('a backlog that a case leaves is complete, though two copies of the data disagree', async () => {
	const scenario = Object.assign(new Scenario(), { pageCap: 7 });
	scenario.cases.settings.copyLags = [0, 250];
	// The first response of each poll is so slow that the backlog is read page by page.
	scenario.beforeAnswer = () => (scenario.latency = 0.05);
	const trigger = new Trigger(scenario, { event: 'caseUpdated' });
	await pollEveryMinute(trigger, 2);
	const expected = addMany(scenario, 400, () => 0);
	scenario.advance(700);
	const newest = expected.at(-1) ?? '';
	scenario.schedule(scenario.now + 2, () => {
		scenario.cases.update(newest, { case_title: 'edited' });
	});
	for (let minute = 0; minute < 20; minute++) {
		scenario.latency = 1;
		await pollEveryMinute(trigger, 1);
	}
	expect(trigger.state?.part).toBeUndefined();
	expect(new Set(ids(trigger.emitted))).toEqual(new Set(expected));
});

test('a service that counts a case that it never shows delays events, but does not stop them', async () => {
	const scenario = new Scenario();
	Object.assign(scenario, { pageCap: 7, latency: 1 });
	const trigger = new Trigger(scenario, { event: 'caseCreated' });
	await pollEveryMinute(trigger, 2);
	const expected = addMany(scenario, 200, () => 0);
	const searchPage = scenario.searchPage.bind(scenario);
	scenario.searchPage = async (...request) => {
		const page = await searchPage(...request);
		return { ...page, casesCount: (page.casesCount ?? 0) + 1 };
	};
	scenario.advance(700);
	await pollEveryMinute(trigger, 30);
	expected.push(scenario.add('later', escalated));
	await pollEveryMinute(trigger, 30);
	expectOnceEach(trigger, expected);
});

test.each(['caseCreated', 'alertAttached'] as const)(
	'%s: a case that starts to match while a backlog is read hides no other case',
	async (event) => {
		const scenario = Object.assign(new Scenario(), { pageCap: 10 });
		const trigger = new Trigger(scenario, { event, payload: ASSIGNED });
		await pollEveryMinute(trigger, 1);
		scenario.advance(3_600);
		// The newest come first, and this one last.
		const old = { ...escalated, assigned_account_id: 'another' };
		const other = scenario.add('other', { ...old, creation_time: scenario.now - 2_000 });
		const expected = addMany(scenario, 60, (index) => index - 1_900);
		scenario.latency = 12;
		while ((trigger.state?.part?.offset ?? 0) === 0) await pollEveryMinute(trigger, 1);
		// One that was read leaves, so that the others move up, and the number of cases that match stays the same.
		scenario.cases.update(expected.at(-1) ?? '', { assigned_account_id: 'another' });
		scenario.cases.update(other, { assigned_account_id: 'me' });
		await pollEveryMinute(trigger, 20);
		expect(ids(trigger.emitted)).toEqual(expect.arrayContaining(expected));
		expect(trigger.state?.part).toBeUndefined();
	},
);

test.each(['the older', 'the newer'])(
	'an update in the second of the creation is sent, if %s state is read first from copies of the data',
	async (first) => {
		const scenario = Object.assign(new Scenario(), { pageCap: 1 });
		Object.assign(scenario.cases.settings, { copyLags: [0, 150], ascending: SORT_FIELDS });
		const trigger = new Trigger(scenario, { event: 'caseUpdated' });
		await pollEveryMinute(trigger, 3);
		scenario.add('deleted');
		scenario.add('updated', { case_title: 'older' });
		scenario.advance(200);
		scenario.cases.remove('deleted');
		scenario.cases.update('updated', {
			case_title: 'newer',
			modification_time: scenario.cases.get('updated')?.modification_time ?? 0,
		});
		for (const id of ['another', 'a third']) scenario.add(id);
		// The copies take turns, and each response is too slow to read all at once.
		const requests = first === 'the newer' ? 1 : 0;
		for (let sent = 0; sent < requests; sent++) await scenario.searchPage({ payload: {} }, 0, 1);
		scenario.latency = 9;
		await pollEveryMinute(trigger, 20);
		expect(trigger.emitted.map(({ found }) => found.case_title)).toContain('newer');
	},
);
