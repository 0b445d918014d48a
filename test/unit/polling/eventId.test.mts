import { describe, expect, test } from '@jest/globals';

import { eventIdOf, testEventIdOf } from '../../../nodes/IntezerCases/polling/eventId.ts';
import { EVENTS, type EventName } from '../../../nodes/IntezerCases/polling/events.ts';
import type { Case } from '../../../nodes/intezer/types.ts';
import { settingsWith } from './scenario.mts';

// cspell:ignore Gwtr Lukeg
const CASE: Case = {
	case_id: 'case-1',
	case_title: 'Suspicious PowerShell',
	alerts_count: 2,
	case_tags: ['vip', 'finance'],
	creation_time: 1_790_000_000,
	modification_time: 1_790_000_100,
	last_attached_alert_time: 1_790_000_050,
};
const WITHOUT_TIMES: Case = { case_id: 'case-1', alerts_count: 2 };

describe('An update of this package', () => {
	// Users have stored these ids, for example in Remove Duplicates.
	test.each<[EventName, Case, string]>([
		['caseCreated', CASE, 'case-1:caseCreated'],
		['caseUpdated', CASE, 'case-1:caseUpdated:jtoL7z7k'],
		['alertAttached', CASE, 'case-1:alertAttached:msQLGwtr'],
		['caseEscalated', CASE, 'case-1:caseEscalated:start.3.6DWQjFvx'],
		['caseMatched', CASE, 'case-1:caseMatched:start.3.6DWQjFvx'],
		['caseCreated', WITHOUT_TIMES, 'case-1:caseCreated'],
		['caseUpdated', WITHOUT_TIMES, 'case-1:caseUpdated:CLmkWSiC:start.3.p1'],
		['alertAttached', WITHOUT_TIMES, 'case-1:alertAttached:EeFLukeg:start.3.p1'],
		['caseEscalated', WITHOUT_TIMES, 'case-1:caseEscalated:start.3.p1'],
		['caseMatched', WITHOUT_TIMES, 'case-1:caseMatched:start.3.p1'],
	])('%s: does not change the id of an event', (event, found, expected) => {
		const state = { epoch: 'start', emissions: 3 };
		expect(eventIdOf(settingsWith({ event, processId: 'p1' }), found, state)).toBe(expected);
	});

	test('does not change the id of the first event of a trigger', () => {
		const settings = settingsWith({ event: 'caseEscalated', processId: 'p1' });
		const id = eventIdOf(settings, WITHOUT_TIMES, { epoch: 0 });
		expect(id).toBe('case-1:caseEscalated:0.0.p1');
	});
});

test.each(EVENTS)('%s: a test event has a new id each time', (event) => {
	const eventIds = [testEventIdOf(event, CASE), testEventIdOf(event, CASE)];
	expect(new Set(eventIds).size).toBe(2);
	for (const id of eventIds) expect(id).toMatch(new RegExp(`^case-1:${event}:test-[\\w-]{8}$`));
});
