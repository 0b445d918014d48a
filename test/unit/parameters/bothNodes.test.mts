import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { IntezerAlerts } from '../../../nodes/IntezerAlerts/IntezerAlerts.node.ts';
import { IntezerCases } from '../../../nodes/IntezerCases/IntezerCases.node.ts';
import { ALERT_NOUNS, CASE_NOUNS } from '../../../nodes/n8n/entryNouns.ts';
import { readAdditionalFields } from '../../../nodes/n8n/parameters/additionalFields.ts';
import { readCountOnly } from '../../../nodes/n8n/parameters/countOnly.ts';
import { readEmptyFilters } from '../../../nodes/n8n/parameters/emptyFilters.ts';
import { emptyExpressionsIn } from '../../../nodes/n8n/parameters/filterCollection.ts';
import { readFilterRows, type FilterRow } from '../../../nodes/n8n/parameters/filterRows.ts';
import { readLimit } from '../../../nodes/n8n/parameters/limit.ts';
import { readMaxConcurrency } from '../../../nodes/n8n/parameters/maxConcurrency.ts';
import { readOffset } from '../../../nodes/n8n/parameters/offset.ts';
import { readPageSize } from '../../../nodes/n8n/parameters/pageSize.ts';
import { readReturnAll } from '../../../nodes/n8n/parameters/returnAll.ts';
import { readSimplify } from '../../../nodes/n8n/parameters/simplify.ts';
import { readStartAndEnd } from '../../../nodes/n8n/parameters/startAndEnd.ts';
import { readWhenIncomplete } from '../../../nodes/n8n/parameters/whenIncomplete.ts';
import { readWhenNothingFound } from '../../../nodes/n8n/parameters/whenNothingFound.ts';
import { parameterError, unknownValue } from './parameterError.mts';

type Read = (value: unknown) => unknown;

/** The readers of a search, by the label of their parameter. */
const READERS: Readonly<Record<string, Read>> = {
	'Count Only': readCountOnly,
	'Empty Filters': readEmptyFilters,
	Limit: readLimit,
	'Max Concurrency': readMaxConcurrency,
	Offset: readOffset,
	'Page Size': readPageSize,
	'Return All': readReturnAll,
	Simplify: readSimplify,
	'When Incomplete': (value) => readWhenIncomplete(value, false),
	'When Nothing Found': readWhenNothingFound,
};
const readerOf = (label: string): Read => {
	const read = READERS[label];
	if (read === undefined) throw new Error(`no parameter ${label}`);
	return read;
};

describe('A blank value means', () => {
	test.each([
		['Count Only', false],
		['Empty Filters', 'fail'],
		['Max Concurrency', undefined],
		['Offset', 0],
		['Page Size', 100],
		['Return All', false],
		['Simplify', true],
		['When Incomplete', 'hint'],
		['When Nothing Found', 'noItems'],
	])('for %s: %j', (label, meaning) => {
		for (const blank of [undefined, null, '', ' ']) expect(readerOf(label)(blank)).toBe(meaning);
	});

	test("for When Incomplete: fail with 'Return All', which promises every entry", () => {
		expect(readWhenIncomplete('', true)).toBe('fail');
	});
});

describe('The user can choose', () => {
	test.each<[string, unknown[]]>([
		['Count Only', [true, false]],
		['Empty Filters', ['fail', 'ignore', 'noItems']],
		['Limit', [1, 1000]],
		['Max Concurrency', [1, 20]],
		['Offset', [0, 500]],
		['Page Size', [1, 500]],
		['Return All', [true, false]],
		['Simplify', [true, false]],
		['When Incomplete', ['fail', 'hint']],
		['When Nothing Found', ['fail', 'noItems']],
	])('for %s: %j', (label, values) => {
		expect(values.map(readerOf(label))).toEqual(values);
	});

	test.each(['fail', 'hint'])("for When Incomplete with 'Return All': %s", (value) => {
		expect(readWhenIncomplete(value, true)).toBe(value);
	});
});

describe('A value that cannot be used is an error that names the parameter', () => {
	test.each(['Count Only', 'Return All', 'Simplify'])('%s', (label) => {
		expect(() => readerOf(label)('yes')).toThrow(
			parameterError(`'${label}' must be true or false, but is 'yes'`),
		);
	});

	test.each([
		['Limit', 1],
		['Max Concurrency', 1],
		['Offset', 0],
		['Page Size', 1],
	])('%s', (label, lowest) => {
		const value = lowest - 1;
		expect(() => readerOf(label)(value)).toThrow(
			parameterError(`'${label}' must be a whole number of at least ${lowest}, but is ${value}`),
		);
	});

	test('Limit, which has to have a value', () => {
		expect(() => readLimit('')).toThrow(
			parameterError("'Limit' must be a whole number of at least 1, but is empty"),
		);
	});

	test('Max Concurrency, above the highest', () => {
		expect(() => readMaxConcurrency(21)).toThrow(
			parameterError("'Max Concurrency' must be at most 20, but is 21"),
		);
	});

	test.each([
		['Empty Filters', 'fail, ignore, noItems'],
		['When Incomplete', 'fail, hint'],
		['When Nothing Found', 'fail, noItems'],
	])('%s', (label, known) => {
		expect(() => readerOf(label)('stop')).toThrow(unknownValue(label, 'stop', known));
	});

	test.each([new IntezerCases(), new IntezerAlerts()])(
		'by its label in the editor: %#',
		({ description: { properties } }) => {
			const search = properties.filter(
				({ displayOptions }) => displayOptions?.show?.['operation']?.includes('search') === true,
			);
			const options = search.find(({ name }) => name === 'options')?.options ?? [];
			const labels = [...search, ...(options as INodeProperties[])].map(
				({ displayName }) => displayName,
			);
			expect(labels).toEqual(expect.arrayContaining(Object.keys(READERS)));
			expect(labels).toContain('Extra Output Fields');
		},
	);
});

describe('Extra Output Fields', () => {
	test('are paths, separated by commas', () => {
		expect(readAdditionalFields('a.b, c,a__proto__,,c', CASE_NOUNS)).toEqual([
			'a.b',
			'c',
			'a__proto__',
		]);
		expect(readAdditionalFields('', CASE_NOUNS)).toEqual([]);
	});

	test.each([
		['__proto__', CASE_NOUNS, 'creation_time and case_triage.score'],
		['a.__proto__.b', ALERT_NOUNS, 'scans and triage_result.families'],
	])('cannot lead to a prototype: %s', (path, nouns, examples) => {
		expect(() => readAdditionalFields(['a', path], nouns)).toThrow(
			parameterError(
				`'Extra Output Fields' contains an invalid field: '${path}'`,
				`Remove the field. Valid fields are, for example, ${examples}.`,
			),
		);
	});
});

describe('A filter', () => {
	const row = (kind: FilterRow['kind'], payload: FilterRow['payload']): FilterRow => ({
		name: payload.join('_'),
		displayName: `Label of ${payload.join(' ')}`,
		kind,
		payload,
		description: '',
		...(kind === 'choice' ? { known: ['new', 'closed'] } : {}),
	});
	const ROWS = [
		row('list', ['ids']),
		row('choice', ['statuses']),
		row('account', ['accounts']),
		row('text', ['text']),
		row('boolean', ['mitigated']),
		row('list', ['devices', 'names']),
		row('list', ['devices', 'ips']),
		row('list', ['users', 'names']),
	];

	test('is sent where the API expects it', () => {
		const values = {
			ids: 'a, b',
			statuses: ['New'],
			accounts: ['c', 7],
			text: ' d, e ',
			mitigated: 'false',
			devices_names: 'f',
			devices_ips: ['g, h'],
			users_names: 'i',
		};
		expect(readFilterRows(ROWS, values, false)).toEqual({
			ids: ['a', 'b'],
			statuses: ['new'],
			accounts: ['c', '7'],
			text: 'd, e',
			mitigated: false,
			devices: { names: ['f'], ips: ['g, h'] },
			users: { names: ['i'] },
		});
	});

	test.each([undefined, null, '', ' '])('is left out if it is blank: %j', (blank) => {
		const values = Object.fromEntries(ROWS.map(({ name }) => [name, blank]));
		expect(readFilterRows(ROWS, values, false)).toEqual({});
	});

	test('is left out if its list is empty', () => {
		const values = { ids: ',', statuses: [], accounts: [' '], devices_names: ' , ' };
		expect(readFilterRows(ROWS, values, false)).toEqual({});
	});

	test('has an unknown value only if the user allows it', () => {
		const values = { statuses: 'Archived' };
		expect(readFilterRows(ROWS, values, true)).toEqual({ statuses: ['Archived'] });
		expect(() => readFilterRows(ROWS, values, false)).toThrow(
			unknownValue(
				'Label of statuses',
				'Archived',
				'new, closed',
				" If Intezer knows the value, turn on the option 'Allow Unknown Values'.",
			),
		);
	});

	test.each([
		['ids', 'contains an object instead of text'],
		['statuses', 'contains an object instead of text'],
		['accounts', 'contains an object instead of text'],
		['text', 'contains an object instead of text'],
		['mitigated', 'must be true or false, but is an object'],
		['devices_names', 'contains an object instead of text'],
	])('that cannot be used is named by its label: %s', (name, fault) => {
		const label = `Label of ${name.replace('_', ' ')}`;
		expect(() => readFilterRows(ROWS, { [name]: {} }, true)).toThrow(`'${label}' ${fault}`);
	});

	const EXPRESSION = '={{ $json.a }}';
	const emptyIn = (value: unknown, rawValue: unknown) => {
		const values = { ids: value, users_names: 'i' } as Parameters<typeof emptyExpressionsIn>[1];
		const properties = ROWS.map(({ name, displayName }) => ({ name, displayName }));
		return emptyExpressionsIn(properties as INodeProperties[], values, {
			ids: rawValue,
			users_names: EXPRESSION,
		});
	};

	test.each([[undefined], [null], [''], [' '], [', ,'], [[]], [[null, ' ']]])(
		'whose expression returned %j is empty',
		(value) => {
			expect(emptyIn(value, EXPRESSION)).toEqual(["'Label of ids'"]);
			expect(emptyIn(value, 'text')).toEqual([]);
			expect(emptyIn(value, undefined)).toEqual([]);
			expect(emptyIn(value, "={{ $fromAI('ids') }}")).toEqual([]);
		},
	);

	test.each([['a'], ['a,'], [',a'], [0], [false], [[null, 'a']], [{}]])(
		'whose expression returned %j is not empty',
		(value) => {
			expect(emptyIn(value, EXPRESSION)).toEqual([]);
		},
	);
});

describe('A time range', () => {
	const read = (start: unknown, end: unknown, timeZone = 'UTC') =>
		readStartAndEnd({ value: start, label: 'From' }, { value: end, label: 'To' }, timeZone);

	test.each([
		[100, 200, { start: 100, end: 200 }],
		[100, 100, { start: 100, end: 100 }],
		[200, '', { start: 200, end: undefined }],
		[undefined, 100, { start: undefined, end: 100 }],
		[null, ' ', { start: undefined, end: undefined }],
		[0, 0, { start: 0, end: 0 }],
	])('from %j to %j', (start, end, expected) => {
		expect(read(start, end)).toEqual(expected);
	});

	test("is in the workflow's time zone", () => {
		expect(read('1970-01-02T09:00', '', 'Asia/Tokyo').start).toBe(86_400);
	});

	test('cannot end before its start', () => {
		expect(() => read(200, 100)).toThrow(
			parameterError("'From' is after 'To'", 'Swap the two values, or correct the wrong one.'),
		);
	});

	test.each([
		['From', 'a', 1],
		['To', 1, 'a'],
	])('names the time that cannot be used: %s', (label, start, end) => {
		expect(() => read(start, end)).toThrow(`'${label}' is not a valid date and time: 'a'`);
	});
});
