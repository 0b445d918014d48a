import { expect, test } from '@jest/globals';

import { caseIdOf } from '../../../nodes/intezer/caseId.ts';
import { EVENTS, type EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import { latestCase } from '../../../nodes/IntezerCases/polling/latestCase.ts';
import { Scenario, settingsWith } from './scenario.mts';

const DAY = 86_400;

const settingsOf = (event: EventName) =>
	settingsWith({ event, payload: { free_text: 'powershell' } });

test('a test event is a case of the last day, by the time that belongs to the event', async () => {
	const scenario = new Scenario();
	const long = scenario.now - 9 * DAY;
	const times = { creation_time: long, modification_time: long, last_attached_alert_time: long };
	const recent = scenario.now - DAY + 1;
	scenario.add('created', { ...times, creation_time: recent });
	scenario.add('modified', { ...times, modification_time: recent });
	scenario.add('alerted', { ...times, last_attached_alert_time: recent });
	scenario.add('other title', { ...times, case_title: 'x', creation_time: scenario.now });
	const ids = EVENTS.map(async (event) => {
		const latest = await latestCase(scenario, settingsOf(event), scenario.now + 0.5);
		const id = caseIdOf(latest?.found ?? {});
		expect(latest?.eventId).toMatch(`${id}:${event}:test-`);
		return [event, id];
	});
	expect(Object.fromEntries(await Promise.all(ids))).toEqual({
		alertAttached: 'alerted',
		caseCreated: 'created',
		caseEscalated: 'modified',
		caseMatched: 'modified',
		caseUpdated: 'modified',
	});
	expect(scenario.requests).toBe(EVENTS.length);
});

test('a test event is an older case if there is no recent one', async () => {
	const scenario = new Scenario();
	scenario.add('older', { creation_time: scenario.now - 9 * DAY });
	scenario.add('latest', { creation_time: scenario.now - 3 * DAY });
	const sizes: number[] = [];
	const searchPage = scenario.searchPage.bind(scenario);
	scenario.searchPage = async (query, offset, limit) => {
		sizes.push(offset, limit);
		return await searchPage(query, offset, limit);
	};
	const latest = await latestCase(scenario, settingsOf('caseCreated'), scenario.now);
	expect(latest?.found.case_id).toBe('latest');
	expect(sizes).toEqual([0, 1, 0, 1]);
});

test('there is no test event if no case matches', async () => {
	const scenario = new Scenario();
	scenario.add('case', { case_title: 'x' });
	expect(await latestCase(scenario, settingsOf('caseCreated'), scenario.now)).toBeUndefined();
});
