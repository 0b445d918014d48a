import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { withLabels } from '../../../nodes/IntezerAlerts/parameters/alertFieldLabels.ts';
import {
	readAlertId,
	readAlertIdIfUsable,
} from '../../../nodes/IntezerAlerts/parameters/alertId.ts';
import { readAlertIds } from '../../../nodes/IntezerAlerts/parameters/alertIds.ts';
import { readEmail } from '../../../nodes/IntezerAlerts/parameters/binaryPropertyName.ts';
import { readEmailFields } from '../../../nodes/IntezerAlerts/parameters/emailFields.ts';
import {
	readEnvironment,
	readRequiredEnvironment,
} from '../../../nodes/IntezerAlerts/parameters/environment.ts';
import { readEnvironments } from '../../../nodes/IntezerAlerts/parameters/environments.ts';
import { filters, readFilters } from '../../../nodes/IntezerAlerts/parameters/filters.ts';
import { readOutput } from '../../../nodes/IntezerAlerts/parameters/output.ts';
import { readSortBy, readSortOrder } from '../../../nodes/IntezerAlerts/parameters/sort.ts';
import {
	readWaitForTriage,
	readWaitMinutes,
} from '../../../nodes/IntezerAlerts/parameters/waitForTriage.ts';
import { readWhenInProgress } from '../../../nodes/IntezerAlerts/parameters/whenInProgress.ts';
import { readWhenNotFound } from '../../../nodes/IntezerAlerts/parameters/whenNotFound.ts';
import { executionWith, ITEM } from './fakeContext.mts';
import { parameterError, unknownValue } from './parameterError.mts';

type Reader = (n8n: IExecuteFunctions, itemIndex: number) => unknown;

const read = (reader: Reader, name: string, value: unknown) =>
	reader(executionWith({ [name]: value }), ITEM);

const BLANKS = [undefined, null, '', ' '];

describe('A parameter of one item', () => {
	const EACH: Array<[name: string, Reader, given: unknown, read: unknown]> = [
		['alertId', readAlertId, ' ldt:1 ', 'ldt:1'],
		['alertId', readAlertId, 17, '17'],
		['alertIds', readAlertIds, 'a, b,a', ['a', 'b']],
		['environment', readEnvironment, ' lab ', 'lab'],
		['environment', readRequiredEnvironment, 'lab', 'lab'],
		['environments', readEnvironments, 'lab, prod', ['lab', 'prod']],
		['output', readOutput, 'json', 'json'],
		['output', readOutput, 'URL', 'url'],
		['waitForTriage', readWaitForTriage, true, true],
		['waitForTriage', readWaitForTriage, false, false],
		['waitMinutes', readWaitMinutes, 0.5, 0.5],
		['waitMinutes', readWaitMinutes, 1440, 1440],
		['whenInProgress', readWhenInProgress, 'fail', 'fail'],
		['whenInProgress', readWhenInProgress, 'return', 'return'],
		['whenNotFound', readWhenNotFound, 'fail', 'fail'],
		['whenNotFound', readWhenNotFound, 'item', 'item'],
		['whenNotFound', readWhenNotFound, 'skip', 'skip'],
	];

	test.each(EACH)('%s has the value of its item: %#', (name, reader, given, expected) => {
		expect(read(reader, name, given)).toEqual(expected);
	});

	test.each<[string, Reader, unknown]>([
		['environment', readEnvironment, undefined],
		['environments', readEnvironments, []],
		['output', readOutput, 'json'],
		['waitForTriage', readWaitForTriage, false],
		['waitMinutes', readWaitMinutes, 5],
		['whenInProgress', readWhenInProgress, 'fail'],
		['whenNotFound', readWhenNotFound, 'fail'],
	])('%s may be blank', (name, reader, meaning) => {
		for (const blank of BLANKS) expect(read(reader, name, blank)).toEqual(meaning);
	});

	test.each<[string, Reader, string, string]>([
		['alertId', readAlertId, 'Alert ID', 'Enter the ID of the alert, or correct the expression.'],
		[
			'alertIds',
			readAlertIds,
			'Alert IDs',
			'Enter the IDs of the alerts, or correct the expression.',
		],
		[
			'environment',
			readRequiredEnvironment,
			'Environment',
			"Enter the environment of the alert. 'Get Alerts by ID' returns it in the field 'environment'.",
		],
	])('%s must have a value', (name, reader, label, whatToDo) => {
		const error = parameterError(`'${label}' is empty`, whatToDo);
		for (const blank of [null, '', ' ']) expect(() => read(reader, name, blank)).toThrow(error);
	});

	test.each<[string, Reader, string]>([
		['alertId', readAlertId, 'Alert ID'],
		['alertIds', readAlertIds, 'Alert IDs'],
		['environment', readEnvironment, 'Environment'],
		['environment', readRequiredEnvironment, 'Environment'],
		['environments', readEnvironments, 'Environments'],
		['output', readOutput, 'Output'],
		['whenInProgress', readWhenInProgress, 'When in Progress'],
		['whenNotFound', readWhenNotFound, 'When Not Found'],
	])('%s cannot be an object', (name, reader, label) => {
		expect(() => read(reader, name, {})).toThrow(`'${label}' contains an object instead of text`);
	});

	test.each<[string, Reader, string, string]>([
		['output', readOutput, 'Output', 'json, url'],
		['whenInProgress', readWhenInProgress, 'When in Progress', 'fail, return'],
		['whenNotFound', readWhenNotFound, 'When Not Found', 'fail, item, skip'],
	])('%s must be one of the known values', (name, reader, label, known) => {
		expect(() => read(reader, name, 'stop')).toThrow(unknownValue(label, 'stop', known));
	});
});

describe('Alert ID', () => {
	test('cannot be one that no alert has', () => {
		expect(() => read(readAlertId, 'alertId', '..')).toThrow(
			expect.objectContaining({ kind: 'badAlertId' }),
		);
	});

	test('is in the item of an error, unless it cannot be used', () => {
		expect(read(readAlertIdIfUsable, 'alertId', ' ldt:1 ')).toBe('ldt:1');
		for (const value of [...BLANKS, '..', {}]) {
			expect(read(readAlertIdIfUsable, 'alertId', value)).toBeUndefined();
		}
	});
});

describe('Wait for Triage', () => {
	test('must be true or false', () => {
		expect(() => read(readWaitForTriage, 'waitForTriage', 'yes')).toThrow(
			parameterError("'Wait for Triage' must be true or false, but is 'yes'"),
		);
	});

	test('waits for more than no time', () => {
		expect(() => read(readWaitMinutes, 'waitMinutes', 0)).toThrow(
			parameterError("'Wait Minutes' must be a number greater than 0, but is 0"),
		);
	});

	test('waits for a day at most', () => {
		expect(() => read(readWaitMinutes, 'waitMinutes', 1440.5)).toThrow(
			parameterError(
				"'Wait Minutes' must be at most 1,440, but is 1440.5",
				"To wait longer, use a 'Wait' node and get the alert again.",
			),
		);
	});
});

describe('The email', () => {
	/** The email in the only binary field of the item. */
	async function emailIn(
		field: string,
		binaryPropertyName: unknown,
		content = 'From: a@b.example',
	) {
		const check = (itemIndex: number, name: string) => {
			if (itemIndex !== ITEM || name !== field) throw new Error(`no binary field ${name}`);
		};
		const helpers = {
			assertBinaryData: check,
			getBinaryDataBuffer: async (itemIndex: number, name: string) => {
				check(itemIndex, name);
				return await Promise.resolve(Buffer.from(content));
			},
		};
		return String(await readEmail(executionWith({ binaryPropertyName }, { helpers }), ITEM));
	}

	test('is in the binary field that the user names', async () => {
		expect(await emailIn('attachment', ' attachment ')).toBe('From: a@b.example');
		await expect(emailIn('data', 'attachment')).rejects.toThrow('no binary field attachment');
	});

	test.each(BLANKS)("is in the field 'data' if the name is %j", async (name) => {
		expect(await emailIn('data', name)).toBe('From: a@b.example');
	});

	test('cannot be an empty file', async () => {
		await expect(emailIn('attachment', 'attachment', '')).rejects.toThrow(
			parameterError(
				"The file in the binary field 'attachment' is empty",
				'Check the node that reads or downloads the email.',
			),
		);
	});

	test('cannot be in a field whose name is an object', async () => {
		await expect(emailIn('data', {})).rejects.toThrow(
			"'Input Binary Field' contains an object instead of text",
		);
	});
});

describe('The fields of an email', () => {
	const fieldsFor = (values: Record<string, unknown>) =>
		readEmailFields(executionWith(values), ITEM);

	test('are sent by their names in the API', () => {
		expect(
			fieldsFor({
				environment: ' lab ',
				defaultVerdict: 'false_positive',
				alertSender: 'n8n',
				additionalInfo: '{ "ticket": "SOC-1" }',
				zipPassword: 'infected',
			}),
		).toEqual({
			environment: 'lab',
			default_verdict: 'false_positive',
			alert_sender: 'n8n',
			additional_info: '{"ticket":"SOC-1"}',
			zip_password: 'infected',
		});
	});

	test.each(BLANKS)('are left out if they are blank: %j', (blank) => {
		const names = ['environment', 'defaultVerdict', 'alertSender', 'additionalInfo'];
		const fields = fieldsFor(Object.fromEntries(names.map((name) => [name, blank])));
		expect(Object.keys(fields)).toEqual([]);
	});

	test.each([[' secret '], [' '], ['a\tb']])('contain the password as it is: %j', (zipPassword) => {
		expect(fieldsFor({ zipPassword })).toEqual({ zip_password: zipPassword });
	});

	test('contain a number as the password', () => {
		expect(fieldsFor({ zipPassword: 1234 })).toEqual({ zip_password: '1234' });
	});

	test('cannot contain a number that JSON rounds as the password, which the error does not show', () => {
		expect(() => fieldsFor({ zipPassword: 1e19 })).toThrow(
			parameterError(
				"'ZIP Password' is a number that is too large to be exact",
				'Use text instead, which keeps every digit.',
			),
		);
	});

	test.each([undefined, null, ''])('contain no password for %j', (zipPassword) => {
		expect(Object.keys(fieldsFor({ zipPassword }))).toEqual([]);
	});

	test.each([
		[{ a: [1] }, '{"a":[1]}'],
		['{"a":null}', '{"a":null}'],
	])('contain information as JSON: %j', (additionalInfo, sent) => {
		expect(fieldsFor({ additionalInfo })).toEqual({ additional_info: sent });
	});

	test.each([[{}], ['{}'], [' { } ']])('contain no information for %j', (additionalInfo) => {
		expect(Object.keys(fieldsFor({ additionalInfo }))).toEqual([]);
	});

	test.each([['{'], ['ticket'], ['[1]'], ['null'], [5], [[{ a: 1 }]], [true]])(
		'cannot contain the information %j',
		(additionalInfo) => {
			expect(() => fieldsFor({ additionalInfo })).toThrow(
				parameterError(
					"'Additional Info' is not a JSON object",
					'Enter JSON such as {"ticket": "SOC-1042"}, or use an expression that returns an object.',
				),
			);
		},
	);

	test.each([
		['environment', 'Environment'],
		['defaultVerdict', 'Default Verdict'],
		['alertSender', 'Alert Sender'],
		['zipPassword', 'ZIP Password'],
	])('are text: %s', (name, label) => {
		expect(() => fieldsFor({ [name]: ['a'] })).toThrow(
			`'${label}' contains a list instead of text`,
		);
	});
});

describe('The order of alerts', () => {
	test('is the one that the user chose, or that of the service', () => {
		expect(readSortBy('Creation Time')).toBe('creation_time');
		expect(['asc', 'desc'].map(readSortOrder)).toEqual(['asc', 'desc']);
		for (const blank of BLANKS) {
			expect([readSortBy(blank), readSortOrder(blank)]).toEqual([undefined, undefined]);
		}
	});

	test('must be a known one', () => {
		expect(() => readSortBy('size')).toThrow("'size' is not a known value for 'Sort By'");
		expect(() => readSortOrder('up')).toThrow("'up' is not a known value for 'Sort Order'");
	});
});

describe('The filters of alerts', () => {
	const payloadOf = (values: Parameters<typeof readFilters>[0], timeZone = 'UTC') =>
		readFilters(values, {}, timeZone).payload;

	test('are sent by their names in the API', () => {
		const values = { hostnames: 'a, b', isMitigated: false, startTime: 100, endTime: 200 };
		expect(payloadOf(values)).toEqual({
			hostnames: ['a', 'b'],
			is_mitigated: false,
			start_time: 100,
			end_time: 200,
			time_filter_type: 'creation_time',
		});
	});

	test.each([
		[{}, {}],
		[{ timeFilterType: 'creation_time', startTime: '', endTime: ' ' }, {}],
		[{ startTime: 100 }, { start_time: 100, time_filter_type: 'creation_time' }],
		[{ endTime: 200 }, { end_time: 200, time_filter_type: 'creation_time' }],
	])('have a time range only with a start or an end: %j', (values, payload) => {
		expect(payloadOf(values)).toStrictEqual(payload);
	});

	test('apply the time range to the time that the user chose', () => {
		const parameter = (filters.options as INodeProperties[]).find(
			({ name }) => name === 'timeFilterType',
		);
		const types = (parameter?.options ?? []).map((option) =>
			'value' in option ? option.value : '',
		);
		expect(types.length).toBeGreaterThan(1);
		for (const type of types) {
			expect(payloadOf({ startTime: 100, timeFilterType: type })).toEqual({
				start_time: 100,
				time_filter_type: type,
			});
		}
	});

	test("have times in the workflow's time zone", () => {
		expect(payloadOf({ startTime: '1970-01-02T09:00' }, 'Asia/Tokyo')).toMatchObject({
			start_time: 86_400,
		});
	});

	test.each([
		[{ startTime: 'a' }, "'Start Time' is not a valid date and time: 'a'"],
		[{ endTime: 'a' }, "'End Time' is not a valid date and time: 'a'"],
		[{ startTime: 2, endTime: 1 }, "'Start Time' is after 'End Time'"],
		[{ timeFilterType: 'a' }, "'a' is not a known value for 'Time Filter Type'"],
	])('cannot be used: %j', (values, message) => {
		expect(() => payloadOf(values)).toThrow(message);
	});

	test('are reported if their expression returned no value, except the type of a time range', () => {
		const EXPRESSION = '={{ $json.missing }}';
		const rawValues = {
			hostnames: EXPRESSION,
			startTime: EXPRESSION,
			endTime: EXPRESSION,
			timeFilterType: EXPRESSION,
			freeText: EXPRESSION,
			ips: '',
		};
		const { emptyExpressions } = readFilters({ freeText: 'a' }, rawValues, 'UTC');
		expect(emptyExpressions.sort()).toEqual(["'End Time'", "'Hostnames'", "'Start Time'"]);
	});
});

test("The service's reasons name each parameter by its label, and keep the name of an unknown field", () => {
	expect(
		withLabels('payload.hostnames.0: too long; alert_ids: too many; zip_password: wrong; x: y'),
	).toBe("'Hostnames': too long; 'Alert IDs': too many; 'ZIP Password': wrong; x: y");
});
