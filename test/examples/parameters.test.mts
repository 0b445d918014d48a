import { describe, expect, test } from '@jest/globals';
import { IntezerCases } from '../../nodes/IntezerCases/IntezerCases.node.ts';
import { unknownParameters } from './parameters.mts';

const { properties } = new IntezerCases().description;
const search = { resource: 'case', operation: 'search' };

describe('A test of examples would fail', () => {
	test.each([
		['a parameter that was renamed', { ...search, returnEverything: true }, 'returnEverything'],
		['one of another operation', { ...search, caseId: { mode: 'id', value: 'x' } }, 'caseId'],
		['a filter that was renamed', { ...search, filters: { status: 'new' } }, 'filters.status'],
		[
			'a filter within a filter that was renamed',
			{ ...search, filters: { alertIdentifiers: { alert: [{ id: 'x' }] } } },
			'filters.alertIdentifiers.alert.id',
		],
		[
			'a choice that no longer exists',
			{ ...search, filters: { priorities: ['high', 'top'] } },
			'filters.priorities = top',
		],
		[
			'an operation that no longer exists',
			{ resource: 'case', operation: 'find' },
			'operation = find',
		],
		[
			'a way to select a case that no longer exists',
			{ resource: 'case', operation: 'get', caseId: { mode: 'title', value: 'x' } },
			'caseId = title',
		],
	])('by %s', (_what, saved, path) => {
		expect(unknownParameters(saved, properties)).toEqual([path]);
	});

	test('and not by what the node knows', () => {
		const filters = { priorities: ['high'], alertIdentifiers: { alert: [{ alertId: 'x' }] } };
		const saved = { ...search, returnAll: true, filters, options: { sortBy: 'creation_time' } };
		expect(unknownParameters(saved, properties)).toEqual([]);
	});
});
