import { describe, expect, test } from '@jest/globals';

import type { Case } from '../../../nodes/intezer/types.ts';
import {
	caseHash,
	caseKey,
	eventHash,
	hashesWithMoreAlerts,
	isHashRepeatable,
	keyHash,
	modificationHash,
	modifiedAt,
} from '../../../nodes/IntezerCases/polling/caseHash.ts';
import { EVENTS, type EventName } from '../../../nodes/IntezerCases/polling/events.ts';

const TRIAGE = { risk_category: 'malware', case_verdict: 'malicious', response_status: 'open' };

const CASE: Case = {
	case_id: 'case-1',
	case_title: 'Suspicious PowerShell',
	case_status: 'new',
	case_priority: 'high',
	alerts_count: 2,
	case_sources: ['cs', 's1'],
	case_tags: ['finance', 'vip'],
	case_triage: TRIAGE,
	analyst_verdict: null,
	intezer_case_url: 'https://intezer.example/cases/case-1',
	creation_time: 1_790_000_000,
	modification_time: 1_790_000_100,
	last_attached_alert_time: 1_790_000_050,
};

function without(...fields: string[]): Case {
	return Object.fromEntries(Object.entries(CASE).filter(([field]) => !fields.includes(field)));
}

const CHANGES: Array<[string, Case]> = [
	['title', { case_title: 'Edited' }],
	['status', { case_status: 'closed' }],
	['priority', { case_priority: 'escalated' }],
	['number of alerts', { alerts_count: 3 }],
	['sources', { case_sources: ['cs'] }],
	['tags', { case_tags: [] }],
	['risk category', { case_triage: { ...TRIAGE, risk_category: 'phishing' } }],
	['verdict', { case_triage: { ...TRIAGE, case_verdict: 'benign' } }],
	['response status', { case_triage: { ...TRIAGE, response_status: 'done' } }],
	['analyst verdict', { analyst_verdict: 'benign' }],
	['creation time', { creation_time: 1_790_000_001 }],
	['modification time', { modification_time: 1_790_000_101 }],
	['time of the last alert', { last_attached_alert_time: 1_790_000_051 }],
];

const NO_CHANGES: Array<[string, Case]> = [
	['link', { intezer_case_url: 'https://other.example' }],
	['fields that are not documented', { score: 7 }],
	['order of tags and sources', { case_tags: ['vip', 'finance'], case_sources: ['s1', 'cs'] }],
	['times without a value', { updated_at: null }],
];

describe('The same case', () => {
	test('is known by its id, as text or as a number', () => {
		expect(caseKey({ case_id: 17, case_title: 'a' })).toBe('17');
		expect(caseKey({ case_id: '17', case_title: 'b' })).toBe('17');
	});

	test('is known by its documented fields if it has no id', () => {
		const key = caseKey(without('case_id'));
		expect(key).toMatch(/^\?.{8}$/);
		expect(caseKey({ ...without('case_id'), intezer_case_url: 'moved' })).toBe(key);
		expect(caseKey({ ...without('case_id'), case_title: 'Another' })).not.toBe(key);
	});

	test.each([...CHANGES, ...NO_CHANGES])('is the same with another %s', (_what, change) => {
		expect(keyHash({ ...CASE, ...change })).toBe(keyHash(CASE));
	});
});

describe('The state of a case', () => {
	test.each(CHANGES)('changes with its %s', (_what, change) => {
		expect(caseHash({ ...CASE, ...change })).not.toBe(caseHash(CASE));
	});

	test.each(NO_CHANGES)('does not change with its %s', (_what, change) => {
		expect(caseHash({ ...CASE, ...change })).toBe(caseHash(CASE));
	});

	test('does not depend on the order of fields in a response', () => {
		const times = { created_at: '2026-09-21', creation_time: 1_790_000_000, creation_date: 'x' };
		const reversed = Object.fromEntries(Object.entries(times).reverse());
		expect(caseHash({ case_id: 'a', ...times })).toBe(caseHash({ case_id: 'a', ...reversed }));
	});

	test('tells cases apart', () => {
		expect(caseHash({ ...CASE, case_id: 'case-2' })).not.toBe(caseHash(CASE));
	});
});

test.each<[string, Case, number]>([
	['seconds', { modification_time: 1_790_000_100 }, 1_790_000_100_000],
	['seconds with a fraction', { modification_time: 1_790_000_100.1239 }, 1_790_000_100_123],
	['milliseconds', { modification_time: 1_790_000_100_123 }, 1_790_000_100_123],
	['the smallest milliseconds', { modification_time: 1e11 }, 1e11],
	['ISO 8601', { updated_at: '2026-09-21T14:15:00Z' }, 1_790_000_100_000],
	['RFC 1123', { lastModified_date: 'Mon, 21 Sep 2026 14:15:00 GMT' }, 1_790_000_100_000],
	[
		'the later of two',
		{ updated_at: 1_790_000_200, modified_at: 1_790_000_100 },
		1_790_000_200_000,
	],
	['a text that is no time', { modification_time: 'recently' }, 0],
	['another type', { modification_time: true }, 0],
	['null', { modification_time: null }, 0],
	['none, but others', { creation_time: 1_790_000_100 }, 0],
])('reads when a case was modified: %s', (_form, found, expected) => {
	expect(modifiedAt(found)).toBe(expected);
});

test('a case without a modification time has no hash of it', () => {
	expect(modificationHash(without('modification_time'))).toBeUndefined();
	const hash = modificationHash(CASE);
	expect(hash).toMatch(/^.{8}$/);
	expect(modificationHash({ ...CASE, case_title: 'Edited' })).toBe(hash);
	expect(modificationHash({ ...CASE, modification_time: 1_790_000_101 })).not.toBe(hash);
});

test.each<[EventName, string, Case, boolean]>([
	...EVENTS.map((event): [EventName, string, Case, boolean] => [event, 'with times', CASE, false]),
	['caseCreated', 'without times', { case_id: 'a' }, false],
	['caseEscalated', 'without times', { case_id: 'a' }, false],
	['caseUpdated', 'without a modification time', without('modification_time'), true],
	['alertAttached', 'without a time of the alert', without('last_attached_alert_time'), true],
	[
		'alertAttached',
		'with nothing but a modification time',
		without('last_attached_alert_time', 'alerts_count'),
		false,
	],
	['alertAttached', 'without times and alerts', { case_id: 'a' }, true],
])('%s, %s: whether a later event may look the same', (event, _given, found, expected) => {
	expect(isHashRepeatable(event, found)).toBe(expected);
});

describe('An event is new', () => {
	test.each(CHANGES)('caseCreated: never for a known case, with another %s', (_what, change) => {
		expect(eventHash('caseCreated', { ...CASE, ...change })).toBe(eventHash('caseCreated', CASE));
	});

	test.each(CHANGES)('caseUpdated: with another %s', (_what, change) => {
		expect(eventHash('caseUpdated', { ...CASE, ...change })).not.toBe(
			eventHash('caseUpdated', CASE),
		);
	});

	test.each(CHANGES)(
		'alertAttached: with another alert, but not with another %s',
		(what, change) => {
			const isAlert = what === 'number of alerts' || what === 'time of the last alert';
			const isSame =
				eventHash('alertAttached', { ...CASE, ...change }) === eventHash('alertAttached', CASE);
			expect(isSame).toBe(!isAlert);
		},
	);

	test.each([
		['the number', 'last_attached_alert_time', { alerts_count: 3 }],
		['the time', 'alerts_count', { last_attached_alert_time: 1_790_000_051 }],
	])('alertAttached: by %s of alerts alone', (_what, missing, change) => {
		const known = eventHash('alertAttached', without(missing));
		expect(eventHash('alertAttached', { ...without(missing), case_title: 'Edited' })).toBe(known);
		expect(eventHash('alertAttached', { ...without(missing), ...change })).not.toBe(known);
	});

	test('alertAttached: with any change if a case shows neither time nor number of alerts', () => {
		const found = { ...without('last_attached_alert_time'), alerts_count: 'many' };
		expect(eventHash('alertAttached', { ...found, case_title: 'Edited' })).not.toBe(
			eventHash('alertAttached', found),
		);
	});
});

describe('After alerts were removed from a case', () => {
	const before = (removed: number) =>
		eventHash('alertAttached', { ...CASE, alerts_count: 2 + removed });

	test('up to 20 of them are recognized', () => {
		const hashes = hashesWithMoreAlerts('alertAttached', CASE);
		expect(hashes).toHaveLength(20);
		expect(hashes).toEqual(expect.arrayContaining([before(1), before(20)]));
	});

	test.each<[string, EventName, Case]>([
		['another event', 'caseUpdated', CASE],
		['no number of alerts', 'alertAttached', without('alerts_count')],
		['no time of the last alert', 'alertAttached', without('last_attached_alert_time')],
	])('none is assumed with %s', (_given, event, found) => {
		expect(hashesWithMoreAlerts(event, found)).toEqual([]);
	});
});
