import { describe, expect, test } from '@jest/globals';

import {
	badAddress,
	canceled,
	deadlineExceeded,
	failureOf,
	refusal,
	unreachable,
	unreadable,
	type NotFound,
} from '../../../nodes/intezer/http/errors.ts';
import { mayBeTooLong } from '../../../nodes/intezer/http/mayBeTooLong.ts';

describe('A response that refuses a request means', () => {
	const notFounds: NotFound[] = ['caseNotFound', 'alertNotFound', 'noAlertCall', 'noApi'];
	const reasoned = { error: 'Because' };

	test.each([
		[299, 'badRequest', 'Because'],
		[300, 'redirected', undefined],
		[302, 'redirected', undefined],
		[399, 'redirected', undefined],
		[400, 'badRequest', 'Because'],
		[401, 'wrongKey', undefined],
		[403, 'outOfQuota', 'Because'],
		[408, 'serviceUnavailable', 'Because'],
		[413, 'badRequest', 'Because'],
		[429, 'rateLimited', undefined],
		[499, 'badRequest', 'Because'],
		[500, 'serviceUnavailable', 'Because'],
		[503, 'serviceUnavailable', 'Because'],
	])('with %i: %s, whatever was requested', (status, kind, reasons) => {
		for (const notFound of notFounds) {
			const error = refusal(status, reasoned, notFound);
			expect(error).toMatchObject({
				name: 'IntezerError',
				message: `Intezer: ${kind} (${status})`,
				httpStatus: status,
				failure: reasons === undefined ? { kind } : { kind, reasons },
			});
		}
	});

	test.each<[NotFound, string, string]>([
		['caseNotFound', 'caseNotFound', 'noApi'],
		['alertNotFound', 'alertNotFound', 'noAlertCall'],
		['noAlertCall', 'noAlertCall', 'noAlertCall'],
		['noApi', 'noApi', 'noApi'],
	])('with 404, where that means %s: %s with a reason, %s without', (notFound, given, none) => {
		expect(refusal(404, reasoned, notFound).kind).toBe(given);
		expect(refusal(404, '<html>nginx</html>', notFound).kind).toBe(none);
	});

	test('with 404, unless the request says what that means: no API', () => {
		expect(refusal(404, reasoned).kind).toBe('noApi');
	});

	test.each<[NotFound, string]>([
		['caseNotFound', 'cases'],
		['noApi', 'cases'],
		['alertNotFound', 'alerts'],
		['noAlertCall', 'alerts'],
	])('with 403 and that text, where a 404 means %s: no permission to %s', (notFound, to) => {
		const body = { error: 'Sorry: insufficient PERMISSIONS!' };
		expect(refusal(403, body, notFound).failure).toEqual({ kind: 'noPermission', to });
	});

	test.each([undefined, '', '<html>', { message: 'Forbidden' }, { error: 'forbidden.' }])(
		'with 403 and no reason: just that it is forbidden: %j',
		(body) => {
			expect(refusal(403, body).kind).toBe('forbidden');
		},
	);

	test.each(['Forbidden: no quota', 'It is forbidden', 'Forbidden..'])(
		'with 403 and a reason: out of quota: %s',
		(error) => {
			expect(refusal(403, { error }).failure).toEqual({ kind: 'outOfQuota', reasons: error });
		},
	);

	test.each<[NotFound, string]>([
		['alertNotFound', 'severalEnvironments'],
		['noAlertCall', 'badRequest'],
		['caseNotFound', 'badRequest'],
	])('with 409, where a 404 means %s: %s', (notFound, kind) => {
		expect(refusal(409, reasoned, notFound).kind).toBe(kind);
	});
});

describe('The reasons of a refusal', () => {
	const reasonsIn = (body: unknown) => {
		const { failure } = refusal(400, body);
		return 'reasons' in failure ? failure.reasons : undefined;
	};

	test.each([
		['nothing', undefined, ''],
		['null', null, ''],
		['a page', '<html>', ''],
		['an object without any', { status: 'bad' }, ''],
		['a text', { error: 'Bad request' }, 'Bad request'],
		['another text', { message: 'Bad request' }, 'Bad request'],
		['two texts', { error: 'Bad', message: 'Wrong' }, 'Bad; Wrong'],
		['the same text twice', { error: 'Bad', message: 'Bad' }, 'Bad'],
		['other kinds of values', { error: 7, message: null }, ''],
		['a number as a message', { error: ['Bad'], message: 7 }, ''],
		[
			'texts by field',
			{ error: 'Bad', message: { limit: 'too high', offset: 'too low' } },
			'Bad; limit: too high; offset: too low',
		],
		['lists of texts', { message: { limit: ['Too high.', 'No.'] } }, 'limit: Too high. No.'],
		[
			'texts of inner fields',
			{ message: { payload: { devices: { hostnames: 'bad' } } } },
			'payload.devices.hostnames: bad',
		],
		['lists of other kinds', { message: { ids: ['a', { b: 'c' }] } }, 'ids.0: a; ids.1.b: c'],
		['values of other kinds', { message: { a: 7, b: null, c: true } }, 'a: 7; b: null; c: true'],
		['texts of a list', { message: [{ a: 'b' }] }, '0.a: b'],
	])('are read in a body with %s', (_, body, reasons) => {
		expect(reasonsIn(body)).toBe(reasons);
	});

	test('are at most twenty', () => {
		const fields = (from: number, size: number) =>
			Object.fromEntries(Array.from({ length: size }, (_, index) => [`f${from + index}`, 'x']));
		const count = (message: object) => reasonsIn({ message })?.split('; ').length;
		expect(count(fields(0, 20))).toBe(20);
		expect(count(fields(0, 21))).toBe(20);
		expect(count({ ...fields(0, 19), inner: fields(30, 5) })).toBe(20);
	});

	test('are not read below five inner fields', () => {
		expect(reasonsIn({ message: { a: { b: { c: { d: { e: 'x' } } } } } })).toBe('a.b.c.d.e: x');
		expect(reasonsIn({ message: { a: { b: { c: { d: { e: { f: 'x' } } } } } } })).toBe('');
	});

	test('are one line without a token', () => {
		const token = 'eyJhbGciOi-_1.eyJzdWI_-2.c2ln-_3';
		for (const [text, line] of [
			['  a\n\t b\u0000c\u200Ed  ', 'a b c d'],
			[`no ${token}, no`, 'no …, no'],
			['bad eyJhbGci.eyJzdWIi.', 'bad …'],
			['bad Bearer abc.def/+= token', 'bad … token'],
			['bad BEARER   abc', 'bad …'],
			['bad forBearer abc', 'bad forBearer abc'],
			['keyJust.a.name', 'keyJust.a.name'],
		] as const) {
			expect(reasonsIn({ error: text })).toBe(line);
		}
	});

	test('are at most 300 characters', () => {
		expect(reasonsIn({ error: 'x'.repeat(300) })).toBe('x'.repeat(300));
		expect(reasonsIn({ error: 'x'.repeat(301) })).toBe(`${'x'.repeat(299)}…`);
		// Two thousand are read, most of which may be spaces.
		expect(reasonsIn({ error: `a${' '.repeat(1_998)}bc` })).toBe('a b');
	});
});

describe('A request without a response', () => {
	test('failed for the reason that n8n or Node gives, without a token', () => {
		expect(failureOf(new Error('socket hang up\nBearer abc'))).toMatchObject({
			message: 'Intezer: unreachable',
			failure: { kind: 'unreachable', fault: 'socket hang up …' },
			httpStatus: undefined,
		});
	});

	test('failed for an unknown reason if something else was thrown', () => {
		expect(failureOf('oops').failure).toEqual({ kind: 'unreachable', fault: 'an unknown fault' });
	});

	test('failed for the reason that this package gives', () => {
		const error = unreadable({ reason: 'noToken' }, 200);
		expect(failureOf(error)).toBe(error);
	});
});

test.each([
	[refusal(400, {}), true],
	[refusal(413, {}), true],
	[refusal(404, {}), true],
	[refusal(302, {}), true],
	[refusal(500, {}), true],
	[unreachable('reset'), true],
	[unreadable({ reason: 'notJson' }, 200), true],
	[badAddress('empty'), false],
	[canceled(), false],
	[deadlineExceeded(), false],
	[refusal(401, {}), false],
	[refusal(429, {}), false],
	[refusal(503, {}), false],
])('After %s, a shorter request may succeed: %j', (error, expected) => {
	expect(mayBeTooLong(error)).toBe(expected);
});
