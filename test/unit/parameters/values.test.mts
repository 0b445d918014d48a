import { describe, expect, test } from '@jest/globals';

import {
	isBlank,
	memberOf,
	readBoolean,
	readChoice,
	readChoices,
	readDuration,
	readPositiveNumber,
	readText,
	readTextList,
	readWholeNumber,
} from '../../../nodes/n8n/parameterValues.ts';
import { collectionValue } from '../../../nodes/n8n/collectionValue.ts';
import { parameterError, unknownValue } from './parameterError.mts';

const EXACT =
	'Use text instead, which keeps every digit: n8n rounds numbers above 9,007,199,254,740,991.';
const AS_TEXT = 'Enter text, or use an expression that returns text.';
const AS_LIST = 'Enter text, or use an expression that returns text or an array of text values.';

test.each([undefined, null, '', ' \n\t'])('%j is a blank value', (value) => {
	expect(isBlank(value)).toBe(true);
});

test.each([0, NaN, false, 'a', ' a ', [], {}])('%j is not a blank value', (value) => {
	expect(isBlank(value)).toBe(false);
});

test('Only an object has members', () => {
	expect(memberOf({ length: 'a' }, 'length')).toBe('a');
	for (const value of ['text', 5, true, null, undefined]) {
		expect(memberOf(value, 'length')).toBeUndefined();
	}
});

test('A collection whose expression returns no object is empty', () => {
	expect(collectionValue({ a: 1 })).toEqual({ a: 1 });
	for (const value of [[1], null, undefined, 'a', 5]) expect(collectionValue(value)).toEqual({});
});

describe('A text', () => {
	test.each([
		[' a b ', 'a b'],
		['', ''],
		[0, '0'],
		[-1.5, '-1.5'],
		[1e300 + 0.5 - 1e300 + 0.5, '0.5'],
		[9_007_199_254_740_991, '9007199254740991'],
	])('is trimmed, and a number is converted: %j', (value, text) => {
		expect(readText(value, 'Alert ID')).toBe(text);
	});

	test.each([9_007_199_254_740_992, -9_007_199_254_740_992, 1e300])(
		'cannot be a number that may have lost digits: %j',
		(value) => {
			expect(() => readText(value, 'Alert ID')).toThrow(
				parameterError(
					`'Alert ID' contains a number that is too large to be exact: ${value}`,
					EXACT,
				),
			);
		},
	);

	test.each([
		[NaN, 'NaN'],
		[-Infinity, '-Infinity'],
		[true, 'true'],
		[['a'], 'a list'],
		[{ a: 1 }, 'an object'],
		[null, 'empty'],
		[undefined, 'empty'],
		[5n, '5'],
	])('cannot be %p', (value, found) => {
		expect(() => readText(value, 'Alert ID')).toThrow(
			parameterError(`'Alert ID' contains ${found} instead of text`, AS_TEXT),
		);
	});
});

describe('A list', () => {
	test.each([
		['a, b,, a ,c', ['a', 'b', 'c']],
		[
			['a, b', ' a ', '', null, 7, 'a'],
			['a, b', 'a', '7'],
		],
		[7, ['7']],
		['', []],
		[' , ', []],
		[[], []],
		[null, []],
		[undefined, []],
	])('has the elements of text and of arrays, once and in order: %j', (value, elements) => {
		expect(readTextList(value, 'Case IDs')).toEqual(elements);
	});

	test.each([
		[{ a: 1 }, 'an object'],
		[['a', ['b']], 'a list'],
		[['a', false], 'false'],
	])('contains nothing but text and numbers: %j', (value, found) => {
		expect(() => readTextList(value, 'Case IDs')).toThrow(
			parameterError(`'Case IDs' contains ${found} instead of text`, AS_LIST),
		);
	});
});

describe('A number', () => {
	const whole = (value: unknown) => readWholeNumber(value, 'Limit', 0);
	const positive = (value: unknown) => readPositiveNumber(value, 'Hours');
	const duration = (value: unknown) => readDuration(value, 'Hours');

	test.each([
		[whole, 0, 0],
		[whole, 50, 50],
		[whole, ' 50 ', 50],
		[positive, 0.5, 0.5],
		[positive, '24', 24],
		[duration, 0, 0],
		[duration, 1.5, 1.5],
		[duration, '1.5', 1.5],
		[duration, '', 0],
		[duration, null, 0],
		[duration, undefined, 0],
	])('may be text: %#', (read, value, number) => {
		expect(read(value)).toBe(number);
	});

	const NEITHER = [
		[-1, '-1'],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
		['many', "'many'"],
		[true, 'true'],
		[['5'], 'a list'],
		[{}, 'an object'],
	] as const;

	test.each([
		...NEITHER,
		[1.5, '1.5'],
		[2 ** 53, '9007199254740992'],
		['', 'empty'],
		[' ', 'empty'],
		[undefined, 'empty'],
	])('that must be whole cannot be %j', (value, found) => {
		const error = parameterError(`'Limit' must be a whole number of at least 0, but is ${found}`);
		expect(() => whole(value)).toThrow(error);
	});

	test('cannot be below the lowest one', () => {
		expect(readWholeNumber(3, 'Limit', 3)).toBe(3);
		expect(() => readWholeNumber(2, 'Limit', 3)).toThrow(
			parameterError("'Limit' must be a whole number of at least 3, but is 2"),
		);
	});

	test.each([...NEITHER, [0, '0'], ['0', "'0'"], [null, 'empty']])(
		'that must be above zero cannot be %j',
		(value, found) => {
			const error = parameterError(`'Hours' must be a number greater than 0, but is ${found}`);
			expect(() => positive(value)).toThrow(error);
		},
	);

	test.each(NEITHER)('of hours cannot be %j', (value, found) => {
		const error = parameterError(`'Hours' must be a number of at least 0, but is ${found}`);
		expect(() => duration(value)).toThrow(error);
	});
});

describe('A boolean', () => {
	test.each([
		[true, true],
		[false, false],
		['true', true],
		[' TRUE ', true],
		['False', false],
		['', false],
		[null, false],
		[undefined, false],
	])('may be text, and a blank one is false: %j', (value, boolean) => {
		expect(readBoolean(value, 'Simplify')).toBe(boolean);
	});

	test.each([
		[1, '1'],
		[0, '0'],
		['yes', "'yes'"],
		['true or false', "'true or false'"],
		[[true], 'a list'],
		[{}, 'an object'],
	])('cannot be %j', (value, found) => {
		expect(() => readBoolean(value, 'Simplify')).toThrow(
			parameterError(`'Simplify' must be true or false, but is ${found}`),
		);
	});
});

describe('A choice', () => {
	const KNOWN = ['noItems', 'in_progress', 'on_hold'] as const;

	test.each([
		['noItems', 'noItems'],
		[' in_progress ', 'in_progress'],
		['In Progress', 'in_progress'],
		['ON - hold', 'on_hold'],
		['', undefined],
		[' ', undefined],
		[null, undefined],
		[undefined, undefined],
	])('is one of the known values, also as the editor shows it: %j', (value, choice) => {
		expect(readChoice(value, 'Status', KNOWN)).toBe(choice);
	});

	test.each(['open', 'in', 'in__progress'])('cannot be %j', (value) => {
		expect(() => readChoice(value, 'Status', KNOWN)).toThrow(
			unknownValue('Status', value, 'noItems, in_progress, on_hold'),
		);
	});

	test('cannot be a list', () => {
		expect(() => readChoice(['on_hold'], 'Status', KNOWN)).toThrow(
			parameterError("'Status' contains a list instead of text", AS_TEXT),
		);
	});
});

describe('Several choices', () => {
	const KNOWN = ['new', 'in_progress'];
	const HINT = " If Intezer knows the value, turn on the option 'Allow Unknown Values'.";

	test.each([
		['New, in  progress,new', ['new', 'in_progress']],
		[['In-Progress', 'IN_PROGRESS', null], ['in_progress']],
		['', []],
		[undefined, []],
	])('are sent as the API names them, once: %j', (value, chosen) => {
		for (const allowUnknown of [undefined, false, true]) {
			expect(readChoices(value, 'Statuses', KNOWN, allowUnknown)).toEqual(chosen);
		}
	});

	test('keep an unknown value as it is, if the user allows it', () => {
		expect(readChoices('New, Re-Opened', 'Statuses', KNOWN, true)).toEqual(['new', 'Re-Opened']);
	});

	test('name the option that allows unknown values, if there is one', () => {
		const read = (allowUnknown?: boolean) => () =>
			readChoices(['new', 'Re-Opened'], 'Statuses', KNOWN, allowUnknown);
		expect(read(false)).toThrow(unknownValue('Statuses', 'Re-Opened', 'new, in_progress', HINT));
		expect(read()).toThrow(unknownValue('Statuses', 'Re-Opened', 'new, in_progress'));
	});
});

test('An error shows a value on one line, up to 60 characters', () => {
	const read = (value: string) => () => readBoolean(value, 'Simplify');
	const error = (shown: string) =>
		parameterError(`'Simplify' must be true or false, but is '${shown}'`);
	expect(read('a\r\n\u202eb\tc')).toThrow(error('a b c'));
	expect(read(`${'x'.repeat(60)}y`)).toThrow(error('x'.repeat(60)));
});
