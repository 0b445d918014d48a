import { describe, expect, test } from '@jest/globals';

import { readUnixSeconds } from '../../../nodes/n8n/timeValues.ts';
import { parameterError } from './parameterError.mts';

const read = (value: unknown, timeZone = 'UTC') => readUnixSeconds(value, 'Start', timeZone);

describe('A time', () => {
	test.each<[unknown, string]>([
		[new Date('2026-01-31T14:00:00.999Z'), '2026-01-31T14:00:00Z'],
		['2026-01-31T14:00:00Z', '2026-01-31T14:00:00Z'],
		[' 2026-01-31T14:00:00.999Z ', '2026-01-31T14:00:00Z'],
		['2026-01-31T14:00:00+02:00', '2026-01-31T12:00:00Z'],
		['2026-01-31 14:00:00', '2026-01-31T14:00:00Z'],
		['2026-01-31', '2026-01-31T00:00:00Z'],
		['2024-02-29', '2024-02-29T00:00:00Z'],
		['2026-12-31', '2026-12-31T00:00:00Z'],
		['2026-01', '2026-01-01T00:00:00Z'],
		['2026-W05', '2026-01-26T00:00:00Z'],
		['2026W05', '2026-01-26T00:00:00Z'],
		['20260131T140000Z', '2026-01-31T14:00:00Z'],
		['20260131', '2026-01-31T00:00:00Z'],
		['Sat, 31 Jan 2026 14:00:00 GMT', '2026-01-31T14:00:00Z'],
		['Thu, 31 Dec 2026 14:00:00 +0100', '2026-12-31T13:00:00Z'],
		['Sat Jan 31 2026 14:00:00 GMT+0000 (Coordinated Universal Time)', '2026-01-31T14:00:00Z'],
		['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
		['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59Z'],
	])('may be an object or text: %j', (value, expected) => {
		expect(read(value)).toBe(Date.parse(expected) / 1000);
	});

	test.each<[unknown, number]>([
		[0, 0],
		[1_769_868_000, 1_769_868_000],
		[1_769_868_000.9, 1_769_868_000],
		[99_999_999_999, 99_999_999_999],
		[100_000_000_000, 100_000_000],
		[1_769_868_000_999, 1_769_868_000],
		['1769868000', 1_769_868_000],
		['  1769868000.25  ', 1_769_868_000],
		['1769868000999', 1_769_868_000],
	])('may be seconds or milliseconds: %j', (value, seconds) => {
		expect(read(value)).toBe(seconds);
	});

	test("without an offset is in the workflow's time zone", () => {
		expect(read('2026-01-31T14:00:00', 'Asia/Tokyo')).toBe(Date.UTC(2026, 0, 31, 5) / 1000);
	});

	test.each<[unknown, string]>([
		[-5, '-5'],
		['-5', "'-5'"],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
		[true, 'true'],
		[20_260_131n, '20260131'],
		[['2026-01-31'], 'a list'],
		[{}, 'an object'],
		[new Date(NaN), 'an object'],
		['tomorrow', "'tomorrow'"],
		['14:00', "'14:00'"],
		['5 days', "'5 days'"],
		['day 5', "'day 5'"],
		['on 2026-01-31', "'on 2026-01-31'"],
		['2026-02-30', "'2026-02-30'"],
		['2026-13-01', "'2026-13-01'"],
		['2025-02-29T14:00:00Z', "'2025-02-29T14:00:00Z'"],
		['Sat, 31 Feb 2026 14:00:00 GMT', "'Sat, 31 Feb 2026 14:00:00 GMT'"],
		['Sat Feb 31 2026 14:00:00 GMT+0000', "'Sat Feb 31 2026 14:00:00 GMT+0000'"],
		['Sat, 31 Xyz 2026 14:00:00 GMT', "'Sat, 31 Xyz 2026 14:00:00 GMT'"],
	])('cannot be %p', (value, shown) => {
		expect(() => read(value)).toThrow(
			parameterError(
				`'Start' is not a valid date and time: ${shown}`,
				"Enter a date and time such as '2026-01-31T14:00:00Z', or a Unix timestamp in seconds or milliseconds.",
			),
		);
	});

	test.each<[unknown, string]>([
		['1969-12-31T23:59:59Z', "'1969-12-31T23:59:59Z'"],
		[new Date(-1), "'1969-12-31T23:59:59.999Z'"],
		[new Date(253_402_300_800_000), "'+010000-01-01T00:00:00.000Z'"],
		[253_402_300_800_000, '253402300800000'],
	])('must be one that Intezer accepts: %j', (value, shown) => {
		expect(() => read(value)).toThrow(
			parameterError(`'Start' must be a time from 1970 to 9999, but is ${shown}`),
		);
	});
});
