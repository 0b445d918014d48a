import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { millisecondsOf } from '../../../nodes/intezer/receivedTime.ts';
import { runs } from '../../propertyRuns.mts';

const NOON = Date.UTC(2026, 6, 1, 12);

test('the tests run in a time zone that is not UTC', () => {
	expect(new Date(NOON).getTimezoneOffset()).not.toBe(0);
});

describe('A time in a response', () => {
	test.each([
		['ISO 8601', '2026-07-01T12:00:00Z'],
		['ISO 8601 with milliseconds', '2026-07-01T12:00:00.000Z'],
		['ISO 8601 with an offset', '2026-07-01T14:00:00+02:00'],
		['ISO 8601 without an offset', '2026-07-01T12:00:00'],
		['ISO 8601 without an offset and seconds', '2026-07-01T12:00'],
		['ISO 8601 without an offset, with microseconds', '2026-07-01T12:00:00.000999'],
		['SQL', '2026-07-01 12:00:00'],
		['SQL with an offset', '2026-07-01 14:00:00+02:00'],
		['RFC 1123', 'Wed, 01 Jul 2026 12:00:00 GMT'],
		['RFC 2822', 'Wed, 01 Jul 2026 14:00:00 +0200'],
		['RFC 1123 without a zone', 'Wed, 01 Jul 2026 12:00:00'],
	])('is read as %s, in UTC unless it says otherwise', (_format, text) => {
		expect(millisecondsOf(text)).toBe(NOON);
	});

	test('is read as a date', () => {
		expect(millisecondsOf('2026-07-01')).toBe(Date.UTC(2026, 6, 1));
	});

	test.each([1, 1e3, 1e6, 1e9])('is read as a Unix time in 1/%d s', (unit) => {
		expect(millisecondsOf((NOON / 1_000) * unit)).toBe(NOON);
		// Milliseconds at most, so that two times are equal if they are in the same one.
		expect(Number.isInteger(millisecondsOf((NOON / 1_000) * unit + unit / 7_000))).toBe(true);
	});

	test.each([
		['the first', '1970-01-01T00:00:00Z', 0],
		['the last', 1e14 - 1, 1e14 - 1],
	])('is read if it is %s that can be one', (_which, value, expected) => {
		expect(millisecondsOf(value)).toBe(expected);
	});

	test.each<[unknown]>([
		[undefined],
		[null],
		[''],
		['yesterday'],
		['9999-12-31'],
		['9999-12-31T23:59:59'],
		['1969-12-31T23:59:59Z'],
		[-1],
		[NaN],
		[Infinity],
		[Number.MAX_VALUE],
		[[NOON]],
		[['2026-07-01T12:00:00Z']],
		[{}],
		[true],
	])('is not read if it is no usable time: %j', (value) => {
		expect(millisecondsOf(value)).toBeUndefined();
	});

	test('is the same in every format', () => {
		// Until the year 5138, which has a thousand times as many seconds as March 1973.
		const times = fc.integer({ min: 1e8, max: 1e11 - 1 });
		fc.assert(
			fc.property(times, (seconds) => {
				const time = new Date(seconds * 1_000);
				const iso = time.toISOString();
				const formats = [
					seconds,
					seconds * 1_000,
					iso,
					iso.slice(0, -1),
					iso.slice(0, -1).replace('T', ' '),
					time.toUTCString(),
				];
				expect(formats.map(millisecondsOf)).toEqual(formats.map(() => seconds * 1_000));
			}),
			{ numRuns: runs(200) },
		);
	});
});
