import type { IPollFunctions } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { IntezerCasesTrigger } from '../../../nodes/IntezerCases/IntezerCasesTrigger.node.ts';
import { readSettings } from '../../../nodes/IntezerCases/trigger/parameters/index.ts';
import {
	readAdditionalPaths,
	readHeartbeatMinutes,
} from '../../../nodes/IntezerCases/trigger/parameters/options.ts';
import { pollWith } from './fakeContext.mts';
import { parameterError, unknownValue } from './parameterError.mts';

const BLANKS = [undefined, null, '', ' '];
const EVENTS = ['alertAttached', 'caseCreated', 'caseEscalated', 'caseMatched', 'caseUpdated'];

const settings = (values: Record<string, unknown>) => readSettings(pollWith(values));

describe('The event of the trigger', () => {
	const payloadOf = (event: string) =>
		event === 'caseEscalated' ? { priorities: ['escalated'] } : {};

	test.each(EVENTS)('is the one that the user chose: %s', (event) => {
		expect(settings({ event })).toEqual({
			event,
			payload: payloadOf(event),
			lookBackHours: 0,
			ignoreOlderThanHours: 0,
			onlyCreatedWithinDays: 0,
			processId: expect.stringMatching(/./),
		});
	});

	test.each(BLANKS)('is an escalation if the value is %j', (event) => {
		expect(settings({ event }).event).toBe('caseEscalated');
	});

	test('must be a known one', () => {
		expect(() => settings({ event: 'deleted' })).toThrow(
			unknownValue('Event', 'deleted', EVENTS.join(', ')),
		);
	});
});

describe('The filters of the trigger', () => {
	test('are sent by their names in the API', () => {
		const filters = { sources: 'cs, s1', priorities: ['high'] };
		const payload = { sources: ['cs', 's1'], priorities: ['high'] };
		expect(settings({ event: 'caseUpdated', filters }).payload).toEqual(payload);
	});

	test('find escalated cases, whatever other priority is stored', () => {
		const filters = { sources: 'cs', priorities: ['high'] };
		expect(settings({ event: 'caseEscalated', filters }).payload).toEqual({
			sources: ['cs'],
			priorities: ['escalated'],
		});
	});

	test.each([[undefined], [null], ['text'], [[]]])('may be missing: %j', (filters) => {
		expect(settings({ event: 'caseCreated', filters }).payload).toEqual({});
	});

	test('cannot have an expression that returned no value: more cases would match', () => {
		const n8n = pollWith(
			{ event: 'caseCreated', filters: { sources: '' } },
			{ parameters: { filters: { sources: '={{ $json.missing }}' } } },
		);
		expect(() => readSettings(n8n)).toThrow(
			parameterError(
				"The expression in the filter 'Sources' returned no value",
				'Correct the expression, or remove the filter. Without this filter, more cases would match.',
			),
		);
	});

	test('have an unknown value only if the user allows it', () => {
		const values = { event: 'caseCreated', filters: { caseStatuses: ['Archived'] } };
		expect(settings({ ...values, options: { allowUnknownValues: true } }).payload).toEqual({
			case_statuses: ['Archived'],
		});
		expect(() => settings(values)).toThrow(
			unknownValue(
				'Case Statuses',
				'Archived',
				'suppressed, new, in_progress, on_hold, closed',
				" If Intezer knows the value, turn on the option 'Allow Unknown Values'.",
			),
		);
	});
});

describe('The options of the trigger', () => {
	const given = {
		lookBackHours: 1,
		ignoreOlderThanHours: '2',
		onlyCreatedWithinDays: 3.5,
		heartbeatMinutes: 4,
		additionalFields: 'a, b.c',
	};
	const read = (options: unknown, node = {}) => {
		const n8n: IPollFunctions = pollWith({ event: 'caseMatched', options }, node);
		const { lookBackHours, ignoreOlderThanHours, onlyCreatedWithinDays } = readSettings(n8n);
		const heartbeatMinutes = readHeartbeatMinutes(n8n);
		const additionalFields = readAdditionalPaths(n8n).join(', ');
		const times = { lookBackHours, ignoreOlderThanHours, onlyCreatedWithinDays };
		return { ...times, heartbeatMinutes, additionalFields };
	};

	test('have the values that the user chose', () => {
		expect(read(given)).toEqual({ ...given, ignoreOlderThanHours: 2 });
	});

	test.each([[undefined], [null], ['text'], [{}], [{ lookBackHours: '', heartbeatMinutes: ' ' }]])(
		'are off if they are blank: %j',
		(options) => {
			expect(read(options)).toEqual({
				lookBackHours: 0,
				ignoreOlderThanHours: 0,
				onlyCreatedWithinDays: 0,
				heartbeatMinutes: 0,
				additionalFields: '',
			});
		},
	);

	test.each(EVENTS)('leave out old cases only where cases match filters: %s', (event) => {
		const { onlyCreatedWithinDays } = settings({ event, options: { onlyCreatedWithinDays: 3 } });
		const days = event === 'caseEscalated' || event === 'caseMatched' ? 3 : 0;
		expect(onlyCreatedWithinDays).toBe(days);
	});

	test.each([
		['heartbeatMinutes', 'Heartbeat (Minutes)'],
		['ignoreOlderThanHours', 'Ignore Older Than (Hours)'],
		['lookBackHours', 'Look Back (Hours)'],
		['onlyCreatedWithinDays', 'Only Created Within (Days)'],
	])('cannot be negative: %s', (name, label) => {
		expect(() => read({ [name]: -1 })).toThrow(
			parameterError(`'${label}' must be a number of at least 0, but is -1`),
		);
	});

	test('cannot lead to a prototype', () => {
		expect(() => read({ additionalFields: '__proto__' })).toThrow(
			parameterError(
				"'Extra Output Fields' contains an invalid field: '__proto__'",
				'Remove the field. Valid fields are, for example, creation_time and case_triage.score.',
			),
		);
	});

	test("cannot have heartbeats with the setting 'Always Output Data'", () => {
		const always = { alwaysOutputData: true };
		expect(() => read({ heartbeatMinutes: 1 }, always)).toThrow(
			parameterError(
				"'Heartbeat (Minutes)' can't be combined with the setting 'Always Output Data'",
				"Turn off one of them. Otherwise, each heartbeat would also send an empty item to the output 'Cases'.",
			),
		);
		expect(read({ heartbeatMinutes: 0 }, always).heartbeatMinutes).toBe(0);
		expect(read({ heartbeatMinutes: 1 }, { alwaysOutputData: false }).heartbeatMinutes).toBe(1);
	});
});

test('The editor offers the events by their labels', () => {
	const { properties } = new IntezerCasesTrigger().description;
	const options = properties.find(({ name }) => name === 'event')?.options ?? [];
	expect(options.map((option) => ('value' in option ? option.value : '')).sort()).toEqual(EVENTS);
});
