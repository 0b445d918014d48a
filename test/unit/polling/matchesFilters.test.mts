import { expect, test } from '@jest/globals';

import {
	idFilters,
	matchesByFields,
} from '../../../nodes/IntezerCases/polling/matching/matchesFilters.ts';

const FOUND = { case_id: 'a', case_priority: 'high', case_status: 'new', case_title: 'high' };

test('only filters by id never change their result for a case', () => {
	const ids = { case_ids: ['a'], exclude_case_ids: ['b'] };
	expect(idFilters({ ...ids, priorities: ['high'], free_text: 'a' })).toEqual(ids);
});

test.each<[string, object, boolean | undefined]>([
	['no filter', {}, true],
	['its priority', { priorities: ['low', 'high'] }, true],
	['its status', { case_statuses: ['new'] }, true],
	['both', { priorities: ['high'], case_statuses: ['new', 'closed'] }, true],
	['another priority', { priorities: ['low', 'medium'] }, false],
	['its priority and another status', { priorities: ['high'], case_statuses: ['closed'] }, false],
	['filters by id, which the search applies', { case_ids: ['b'], exclude_case_ids: ['a'] }, true],
	['a filter that only the service knows', { free_text: 'x' }, undefined],
	['such a filter and its priority', { priorities: ['high'], free_text: 'x' }, undefined],
	['such a filter and another priority', { free_text: 'x', priorities: ['low'] }, false],
	['a filter whose value is no list', { priorities: 'high' }, undefined],
])('whether a case matches %s', (_filters, payload, expected) => {
	expect(matchesByFields({ ...payload }, FOUND)).toBe(expected);
});

test.each([
	['unknown', 'critical'],
	['missing', undefined],
	['a list', ['high']],
])('only the service knows whether a case matches if its priority is %s', (_what, value) => {
	const found = { ...FOUND, case_priority: value };
	expect(matchesByFields({ priorities: ['low', 'critical'] }, found)).toBeUndefined();
});
