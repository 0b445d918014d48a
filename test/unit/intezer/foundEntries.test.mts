import { describe, expect, test } from '@jest/globals';

import {
	alertSearchTarget,
	type AlertSearcher,
} from '../../../nodes/intezer/search/alertSearchTarget.ts';
import { caseSearchTarget } from '../../../nodes/intezer/search/caseSearchTarget.ts';
import { FoundEntries } from '../../../nodes/intezer/search/pages/foundEntries.ts';
import type { Entry } from '../../../nodes/intezer/search/searchTarget.ts';
import { ScriptedService } from './scriptedService.mts';

const cases = (...pages: Array<[position: number, entries: Entry[]]>) => {
	const service = new ScriptedService({ pageCap: 1, casesAt: () => [] });
	const found = new FoundEntries(caseSearchTarget(service));
	for (const [position, entries] of pages) found.add(entries, position);
	return found;
};

const noService: AlertSearcher = {
	searchPage: async () => await Promise.reject(new Error('No request was expected.')),
	getByIds: async () => await Promise.reject(new Error('No request was expected.')),
};

const alerts = (...entries: Entry[]) => {
	const found = new FoundEntries(alertSearchTarget(noService, 1));
	found.add(entries, 0);
	return found;
};

const a = { case_id: 'a', case_status: 'new' };
const b = { case_id: 'b', case_status: 'new' };
const c = { case_id: 'c', case_status: 'new' };
const d = { case_id: 'd', case_status: 'new' };
const editedA = { case_id: 'a', case_status: 'closed' };

describe('The entries that a search has found', () => {
	test('are in the order of the service, whatever the order of its responses', () => {
		const found = cases([2, [c, d]], [0, [a, b]]);
		expect(found.inOrder()).toEqual([a, b, c, d]);
		expect(found.size).toBe(4);
	});

	test('stand for what another response says of them, so that one object is kept of each', () => {
		const found = cases([0, [a]]);
		expect(found.asFound(editedA)).toBe(a);
		expect(found.asFound(b)).toBe(b);
	});

	test('contain each case once: as it is where the service has it first', () => {
		expect(cases([0, [a, b]], [2, [editedA, c]]).inOrder()).toEqual([a, b, c]);
		expect(cases([2, [editedA, c]], [0, [a, b]]).inOrder()).toEqual([a, b, c]);
		expect(cases([0, [a, b]], [0, [editedA, c]]).inOrder()).toEqual([a, b, c]);
	});

	test('know how many entries of a page differ, and how many are new', () => {
		const found = cases([0, [a]]);
		expect(found.add([a, b, b, c], 1)).toEqual({ distinct: 3, added: 2 });
		expect(found.add([a, b], 0)).toEqual({ distinct: 2, added: 0 });
		expect(found.add([], 0)).toEqual({ distinct: 0, added: 0 });
	});

	test('are followed by those of another reading', () => {
		const found = cases([0, [c, d]]);
		found.startReading();
		found.add([b], 1);
		found.add([a], 0);
		expect(found.inOrder()).toEqual([c, d, a, b]);
	});

	test('are followed by all that another search has found', () => {
		const found = cases([0, [c]]);
		found.addAll(cases([5, [b, c]], [0, [a]]));
		expect(found.inOrder()).toEqual([c, a, b]);
		found.addAll(cases([0, [d]]));
		expect(found.inOrder()).toEqual([c, a, b, d]);
	});

	test('are named by their ids, each once, without those that have none', () => {
		expect(cases([0, [a, { case_id: 7 }, { case_title: 'nameless' }, b]]).ids()).toEqual([
			'a',
			'7',
			'b',
		]);
		const inTwo = ['one', 'two'].map((environment) => ({ alert_id: 'a', environment }));
		expect(alerts(...inTwo).ids()).toEqual(['a']);
	});

	test('are recognized although they changed', () => {
		const found = cases([0, [a]]);
		expect(found.has(editedA)).toBe(true);
		expect(found.has(b)).toBe(false);
	});

	test('are recognized without an id only if nothing has changed', () => {
		const nameless = { case_title: 'nameless', case_status: 'new' };
		const found = cases([0, [nameless, { ...nameless }]]);
		expect(found.size).toBe(1);
		expect(found.has({ ...nameless })).toBe(true);
		expect(found.has({ ...nameless, case_status: 'closed' })).toBe(false);
	});
});

describe('Alerts that a search has found', () => {
	const one = { alert_id: 'a', environment: 'one', verdict: 'x' };

	test('are recognized by id and environment', () => {
		const found = alerts(one, { ...one, environment: 'two' }, { ...one, verdict: 'y' });
		expect(found.size).toBe(2);
		expect(found.has({ ...one, verdict: 'z' })).toBe(true);
		expect(found.has({ ...one, environment: 'three' })).toBe(false);
		expect(found.has({ ...one, alert_id: 'b' })).toBe(false);
	});

	test.each([
		['environment', { alert_id: 'a', verdict: 'x' }],
		['id', { environment: 'one', verdict: 'x' }],
	])('are recognized without an %s only if nothing has changed', (_, unidentified) => {
		const found = alerts(unidentified, { ...unidentified });
		expect(found.size).toBe(1);
		expect(found.has({ ...unidentified, verdict: 'y' })).toBe(false);
	});
});

describe('Two readings', () => {
	test('contain the same if their entries are the same in every field, in any order', () => {
		expect(cases([0, [a, b]]).hasSameEntries(cases([0, [b, a]]))).toBe(true);
		expect(cases().hasSameEntries(cases())).toBe(true);
	});

	test.each([
		['one has more', [a, b, c]],
		['one has fewer', [a]],
		['one has others', [a, c]],
		['one has an entry that changed', [editedA, b]],
	])('do not contain the same if %s', (_, others) => {
		expect(cases([0, [a, b]]).hasSameEntries(cases([0, others]))).toBe(false);
	});

	test('are consistent unless an entry of both changed', () => {
		const found = cases([0, [a, b]]);
		expect(found.isConsistentWith(cases([0, [b, c, d]]))).toBe(true);
		expect(found.isConsistentWith(cases([0, [d]]))).toBe(true);
		expect(found.isConsistentWith(cases([0, [c, editedA]]))).toBe(false);
	});
});
