import type { IDataObject } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { readAllowUnknownValues } from '../../../nodes/IntezerCases/parameters/allowUnknownValues.ts';
import { withLabels } from '../../../nodes/IntezerCases/parameters/caseFieldLabels.ts';
import {
	readCaseIdIfUsable,
	readCaseLocator,
} from '../../../nodes/IntezerCases/parameters/caseLocator.ts';
import { readFilters } from '../../../nodes/IntezerCases/parameters/filters.ts';
import { readInclude } from '../../../nodes/IntezerCases/parameters/include.ts';
import { readSearchMode } from '../../../nodes/IntezerCases/parameters/searchMode.ts';
import { readSortBy } from '../../../nodes/IntezerCases/parameters/sortBy.ts';
import { executionWith, ITEM } from './fakeContext.mts';
import { parameterError, unknownValue } from './parameterError.mts';

const BLANKS = [undefined, null, '', ' '];
const NOW = 1_769_868_000.75;

const readingOf = (values: IDataObject, rawValues: unknown = {}, timeZone = 'UTC') =>
	readFilters(values, rawValues, { timeZone, now: NOW, allowUnknownValues: false });

describe('The case', () => {
	const URL = 'https://us.app.intezer.com/cases/7c1f';

	const contextFor = (caseId: unknown) =>
		executionWith(
			{ caseId },
			{
				getCredentials: async (type: string, itemIndex: number) =>
					await (type === 'intezerApi' && itemIndex === ITEM
						? Promise.resolve({ region: 'us' })
						: Promise.reject(new Error('no credential'))),
			},
		);
	const read = async (caseId: unknown) => await readCaseLocator(contextFor(caseId), ITEM);

	test.each<[unknown, string]>([
		[{ mode: 'list', value: ' 7c1f ' }, '7c1f'],
		[{ mode: 'id', value: 7 }, '7'],
		[{ mode: 'url', value: URL }, '7c1f'],
		[{ mode: 'id', value: `${URL}/?tab=alerts` }, '7c1f'],
		[{ mode: 'id', value: ` ${URL}` }, '7c1f'],
		[{ mode: 'list', value: 'HTTP://us.app.intezer.com/cases/a%20b' }, 'a b'],
		[{ mode: 'id', value: `see ${URL}` }, `see ${URL}`],
		[{ mode: 'id', value: 'https:7c1f' }, 'https:7c1f'],
		['7c1f', '7c1f'],
		[URL, '7c1f'],
		[{ mode: 'id', value: '' }, ''],
		[{ mode: 'id', value: null }, ''],
		[{ mode: 'id', value: undefined }, ''],
		[null, ''],
	])('is the one with the ID or the URL that the user gave: %j', async (caseId, expected) => {
		expect(await read(caseId)).toBe(expected);
	});

	test.each([
		[{ mode: 'id' }, 'an object'],
		[{ value: '7c1f' }, 'an object'],
		[{ mode: 'id', value: ['7c1f'] }, 'a list'],
		[['7c1f'], 'a list'],
		[true, 'true'],
	])('cannot be %j', async (caseId, found) => {
		await expect(read(caseId)).rejects.toThrow(`'Case' contains ${found} instead of text`);
	});

	test.each([
		[{ mode: 'url', value: '7c1f' }, 'badCaseUrl'],
		[{ mode: 'url', value: '' }, 'badCaseUrl'],
		[{ mode: 'id', value: 'https://analyze.intezer.com/cases/7c1f' }, 'otherTenantUrl'],
	])('cannot have the URL %j', async (caseId, kind) => {
		await expect(read(caseId)).rejects.toMatchObject({ kind });
	});

	test('is in the item of an error, unless it cannot be used', async () => {
		const readForError = async (caseId: unknown) =>
			await readCaseIdIfUsable(contextFor(caseId), ITEM);
		expect(await readForError({ mode: 'id', value: ' 7c1f ' })).toBe('7c1f');
		expect(await readForError(`https://us.app.intezer.com/cases/%207c1f%20`)).toBe('7c1f');
		for (const caseId of [undefined, '', '..', {}, 'https://analyze.intezer.com/cases/7c1f']) {
			expect(await readForError(caseId)).toBeUndefined();
		}
	});
});

describe('Alert Identifiers', () => {
	const FROM_AI = "={{ $fromAI('id') }}";
	const sent = (alertIdentifiers: unknown, raw?: unknown) =>
		readingOf({ alertIdentifiers } as IDataObject, { alertIdentifiers: raw }).payload;

	test.each([
		[
			{ alert: [{ alertId: ' a ', environment: ' lab ' }] },
			[{ alert_id: 'a', environment: 'lab' }],
		],
		[
			{ alert: [{ alertId: 'a', environment: '' }, { alertId: 7 }] },
			[{ alert_id: 'a' }, { alert_id: '7' }],
		],
		[{ alert: { alertId: 'a', environment: ' ' } }, [{ alert_id: 'a' }]],
	])('are sent row by row: %j', (value, identifiers) => {
		expect(sent(value)).toStrictEqual({ alert_identifiers: identifiers });
	});

	test('are not sent if the user did not add the filter', () => {
		expect(sent(undefined)).toStrictEqual({});
	});

	test.each([[{}], [{ alert: [] }], [{ alert: null }], [null], ['a'], [[]]])(
		'cannot be empty, because every case would match: %j',
		(value) => {
			expect(() => sent(value)).toThrow(
				parameterError(
					"'Alert Identifiers' contains no alert",
					"Add an alert, or remove the filter. Use expressions for 'Alert ID' and 'Environment', not for the whole filter.",
				),
			);
		},
	);

	test.each([
		[{ alert: [{ alertId: 'a' }, { alertId: ' ' }] }, undefined, 2],
		[{ alert: [{ environment: 'lab' }] }, undefined, 1],
		[{ alert: 5 }, undefined, 1],
		[{ alert: [null] }, undefined, 1],
		[{ alert: [{ alertId: '' }] }, { alert: [{ alertId: '={{ $json.id }}' }] }, 1],
		[
			{ alert: [{ alertId: '', environment: 'lab' }] },
			{ alert: [{ alertId: FROM_AI, environment: 'lab' }] },
			1,
		],
		[
			{ alert: [{ alertId: 'a' }, { alertId: '' }] },
			{ alert: [{ alertId: FROM_AI }, { alertId: '' }] },
			2,
		],
	])('cannot have a row without an alert ID: %j', (value, raw, row) => {
		expect(() => sent(value, raw)).toThrow(
			parameterError(
				`'Alert ID' is empty in row ${row} of 'Alert Identifiers'`,
				'Enter the ID of the alert in the product that raised it, or remove the row. Use an expression for the ID, not for the whole row.',
			),
		);
	});

	test('leave out a row that an agent left empty', () => {
		const rawRow = { alertId: FROM_AI, environment: "={{ $fromAI('environment') }}" };
		const blank = { alertId: '', environment: ' ' };
		const raw = { alert: [rawRow, rawRow] };
		expect(sent({ alert: [blank, { alertId: 'a' }] }, raw)).toEqual({
			alert_identifiers: [{ alert_id: 'a' }],
		});
		expect(sent({ alert: [blank] }, raw)).toStrictEqual({});
	});

	test.each([
		[{ alertId: {} }, "'Alert ID' contains an object instead of text"],
		[{ alertId: 'a', environment: ['lab'] }, "'Environment' contains a list instead of text"],
	])('are text: %j', (row, message) => {
		expect(() => sent({ alert: [row] })).toThrow(message);
	});
});

describe('The time range of cases', () => {
	const rangeOf = (values: IDataObject, timeZone?: string) =>
		readingOf(values, {}, timeZone).payload;

	test.each([
		[{}, {}],
		[{ timeRangeField: 'modification_time' }, {}],
		[{ timeRangeStart: '', timeRangeEnd: ' ', timeRangeLastHours: null }, {}],
		[{ timeRangeStart: 100 }, { time_range_start: 100, time_range_field: 'creation_time' }],
		[{ timeRangeEnd: 200 }, { time_range_end: 200, time_range_field: 'creation_time' }],
		[
			{ timeRangeStart: 100, timeRangeEnd: 200, timeRangeField: 'Modification Time' },
			{ time_range_start: 100, time_range_end: 200, time_range_field: 'modification_time' },
		],
		[
			{ timeRangeLastHours: '1.5', timeRangeField: '' },
			{ time_range_start: 1_769_868_000 - 5400, time_range_field: 'creation_time' },
		],
		[{ timeRangeLastHours: 1e9 }, { time_range_start: 0, time_range_field: 'creation_time' }],
	])('is sent in whole seconds, and only with a time: %j', (values, payload) => {
		expect(rangeOf(values)).toStrictEqual(payload);
	});

	test("is in the workflow's time zone", () => {
		expect(rangeOf({ timeRangeStart: '1970-01-02T09:00' }, 'Asia/Tokyo')).toMatchObject({
			time_range_start: 86_400,
		});
	});

	test.each([{ timeRangeStart: 100 }, { timeRangeEnd: 200 }])(
		'has either hours or other times, not %j',
		(times) => {
			expect(() => rangeOf({ ...times, timeRangeLastHours: 1 })).toThrow(
				parameterError(
					"'Time Range Last Hours' can't be combined with 'Time Range Start' or 'Time Range End'",
					"Use either 'Time Range Last Hours' or a start and end.",
				),
			);
		},
	);

	test.each([
		[{ timeRangeStart: 'a' }, "'Time Range Start' is not a valid date and time: 'a'"],
		[{ timeRangeEnd: 'a' }, "'Time Range End' is not a valid date and time: 'a'"],
		[{ timeRangeStart: 2, timeRangeEnd: 1 }, "'Time Range Start' is after 'Time Range End'"],
		[{ timeRangeLastHours: 0 }, "'Time Range Last Hours' must be a number greater than 0"],
		[{ timeRangeField: 'a' }, "'a' is not a known value for 'Time Range Field'"],
	])('cannot be used: %j', (values, message) => {
		expect(() => rangeOf(values)).toThrow(message);
	});
});

describe('The filters of cases', () => {
	test('are sent together, by their names in the API', () => {
		const values = {
			priorities: ['High'],
			deviceHostnames: 'a, b',
			alertIdentifiers: { alert: [{ alertId: 'c' }] },
			timeRangeEnd: 200,
		};
		expect(readingOf(values).payload).toEqual({
			priorities: ['high'],
			devices: { hostnames: ['a', 'b'] },
			alert_identifiers: [{ alert_id: 'c' }],
			time_range_end: 200,
			time_range_field: 'creation_time',
		});
	});

	test('are reported if their expression returned no value, except the field of a time range', () => {
		const EXPRESSION = '={{ $json.missing }}';
		const rawValues = {
			priorities: EXPRESSION,
			timeRangeEnd: EXPRESSION,
			timeRangeField: EXPRESSION,
			timeRangeLastHours: EXPRESSION,
			freeText: EXPRESSION,
			sources: '',
		};
		const { emptyExpressions } = readingOf({ freeText: 'a' }, rawValues);
		expect(emptyExpressions.sort()).toEqual([
			"'Priorities'",
			"'Time Range End'",
			"'Time Range Last Hours'",
		]);
	});
});

describe('The environment of an alert', () => {
	const reported = (environment: string | null | undefined, rawEnvironment: unknown) =>
		readingOf(
			{ alertIdentifiers: { alert: [{ alertId: 'a', environment }] } },
			{
				alertIdentifiers: { alert: [{ alertId: 'a', environment: rawEnvironment }] },
			},
		).emptyExpressions;

	test.each([undefined, null, '', ' '])('is reported if its expression returned %j', (value) => {
		expect(reported(value, '={{ $json.env }}')).toEqual(["'Environment' in 'Alert Identifiers'"]);
	});

	test('is not reported if it has a value, or was left blank by the user or an agent', () => {
		expect(reported('lab', '={{ $json.env }}')).toEqual([]);
		expect(reported('', '')).toEqual([]);
		expect(reported(undefined, undefined)).toEqual([]);
		expect(reported('', "={{ $fromAI('environment') }}")).toEqual([]);
	});
});

describe('The options of a search', () => {
	test('are those that the user chose, or those of the service', () => {
		expect(['and', 'or'].map(readSearchMode)).toEqual(['and', 'or']);
		expect(readSortBy('Alerts Count')).toBe('alerts_count');
		expect(readAllowUnknownValues(true)).toBe(true);
		for (const blank of BLANKS) {
			expect([readSearchMode(blank), readSortBy(blank)]).toEqual([undefined, undefined]);
			expect(readAllowUnknownValues(blank)).toBe(false);
		}
	});

	test('must be known ones', () => {
		expect(() => readSearchMode('nor')).toThrow(unknownValue('Search Mode', 'nor', 'and, or'));
		expect(() => readSortBy('size')).toThrow("'size' is not a known value for 'Sort By'");
		expect(() => readAllowUnknownValues('yes')).toThrow(
			parameterError("'Allow Unknown Values' must be true or false, but is 'yes'"),
		);
	});
});

describe('Include', () => {
	test.each([
		[
			['ttps', 'devices'],
			['devices', 'ttps'],
		],
		['TTPs, users, devices, users', ['devices', 'users', 'ttps']],
		[[], []],
		['', []],
	])('fetches each list once, in the same order: %j', (value, kinds) => {
		expect(readInclude(value)).toEqual(kinds);
	});

	test('must name known lists', () => {
		expect(() => readInclude(['devices', 'files'])).toThrow(
			unknownValue('Include', 'files', 'devices, users, ttps'),
		);
	});
});

test("The service's reasons name each parameter by its label, and keep the name of an unknown field", () => {
	expect(
		withLabels('payload.devices.hostnames.0: too long; limit: too large; time_range_end: no; x: y'),
	).toBe("'Device Hostnames': too long; 'Page Size': too large; 'Time Range End': no; x: y");
});
