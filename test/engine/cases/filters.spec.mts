import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { startSimulator, type Simulator } from '../../../tools/simulator/simulator.mts';
import { StoredCredential } from '../../../tools/n8nEngine/storedCredential.mts';
import {
	intezerApi,
	intezerCases,
	runNode,
	type NodeOutcome,
} from '../../../tools/n8nEngine/engine.mts';

describe('Filters', () => {
	let simulator: Simulator;
	let credential: StoredCredential;

	beforeAll(async () => {
		simulator = await startSimulator({ cases: 100 });
		credential = new StoredCredential(intezerApi, {
			apiKey: simulator.apiKey,
			region: 'custom',
			baseUrl: simulator.url,
		});
		// Gets the token: from here on, every request is a search.
		await searchWith({});
	});
	afterAll(async () => {
		await simulator.close();
	});
	beforeEach(() => {
		simulator.forgetRequests();
	});

	async function searchWith(
		filters: INodeParameters,
		options: INodeParameters = {},
		more: { input?: IDataObject[]; timezone?: string } = {},
	): Promise<NodeOutcome> {
		return await runNode({
			parameters: { resource: 'case', operation: 'search', limit: 5, filters, options },
			credential,
			...more,
		});
	}

	/** The body of the only request. The simulator refuses what the real service would refuse, so it accepted this one. */
	function bodyOf(outcome: NodeOutcome): unknown {
		expect(outcome.error).toBeUndefined();
		expect(simulator.requests.map(({ method, path, status }) => [method, path, status])).toEqual([
			['POST', '/api/v2-0/cases/search', 200],
		]);
		return simulator.requests[0]?.body;
	}

	const LIST = 'a, b ,, a ,c';
	const AS_SENT = ['a', 'b', 'c'];

	/** Every filter by name, with a value as a user enters it and the payload that must be sent. */
	const EACH: ReadonlyArray<[name: string, given: INodeParameters, payload: IDataObject]> = [
		['caseIds', { caseIds: LIST }, { case_ids: AS_SENT }],
		['excludeCaseIds', { excludeCaseIds: LIST }, { exclude_case_ids: AS_SENT }],
		['sources', { sources: LIST }, { sources: AS_SENT }],
		['subTenantNames', { subTenantNames: LIST }, { sub_tenant_names: AS_SENT }],
		['riskCategories', { riskCategories: LIST }, { risk_categories: AS_SENT }],
		['caseVerdicts', { caseVerdicts: LIST }, { case_verdicts: AS_SENT }],
		['responseStatuses', { responseStatuses: LIST }, { response_statuses: AS_SENT }],
		['analystVerdicts', { analystVerdicts: LIST }, { analyst_verdicts: AS_SENT }],
		['assignedAccountIds', { assignedAccountIds: LIST }, { assigned_account_ids: AS_SENT }],
		[
			'externalTicketVendors',
			{ externalTicketVendors: LIST },
			{ external_ticket_vendors: AS_SENT },
		],
		['caseStatuses', { caseStatuses: ['new', 'on_hold'] }, { case_statuses: ['new', 'on_hold'] }],
		['priorities', { priorities: ['escalated'] }, { priorities: ['escalated'] }],
		['freeText', { freeText: ' host-8 ' }, { free_text: 'host-8' }],
		['deviceHostnames', { deviceHostnames: LIST }, { devices: { hostnames: AS_SENT } }],
		['devicePrivateIps', { devicePrivateIps: LIST }, { devices: { device_private_ips: AS_SENT } }],
		[
			'deviceExternalIps',
			{ deviceExternalIps: LIST },
			{ devices: { device_external_ips: AS_SENT } },
		],
		['deviceIds', { deviceIds: LIST }, { devices: { device_ids: AS_SENT } }],
		['deviceTags', { deviceTags: LIST }, { devices: { device_tags: AS_SENT } }],
		['deviceManagedBy', { deviceManagedBy: LIST }, { devices: { device_managed_by: AS_SENT } }],
		['deviceKeys', { deviceKeys: LIST }, { devices: { device_keys: AS_SENT } }],
		['sourceDeviceKeys', { sourceDeviceKeys: LIST }, { devices: { source_device_keys: AS_SENT } }],
		['targetDeviceKeys', { targetDeviceKeys: LIST }, { devices: { target_device_keys: AS_SENT } }],
		['userIds', { userIds: LIST }, { users: { user_ids: AS_SENT } }],
		['userEmails', { userEmails: LIST }, { users: { user_emails: AS_SENT } }],
		['userNames', { userNames: LIST }, { users: { user_names: AS_SENT } }],
		['userSids', { userSids: LIST }, { users: { user_sids: AS_SENT } }],
		['userKeys', { userKeys: LIST }, { users: { user_keys: AS_SENT } }],
		[
			'timeRangeStart',
			{ timeRangeStart: '2026-01-31T14:00:00Z' },
			{ time_range_start: 1769868000, time_range_field: 'creation_time' },
		],
		[
			'timeRangeEnd',
			{ timeRangeEnd: '2026-01-31T16:00:00+01:00' },
			{ time_range_end: 1769871600, time_range_field: 'creation_time' },
		],
		[
			'timeRangeField',
			{ timeRangeEnd: 1769871600, timeRangeField: 'modification_time' },
			{ time_range_end: 1769871600, time_range_field: 'modification_time' },
		],
		[
			'alertIdentifiers',
			{
				alertIdentifiers: {
					alert: [
						{ alertId: ' a-1 ', environment: 'production' },
						{ alertId: 'a-2', environment: '' },
					],
				},
			},
			{
				alert_identifiers: [{ alert_id: 'a-1', environment: 'production' }, { alert_id: 'a-2' }],
			},
		],
	];

	describe('Filters in the request', () => {
		test.each(EACH)('sends the filter %s alone', async (_name, given, payload) => {
			expect(bodyOf(await searchWith(given))).toEqual({ payload, offset: 0, limit: 5 });
		});

		test('sends all filters at once', async () => {
			const given: INodeParameters = {};
			const payload: IDataObject = {};
			for (const [, filter, sent] of EACH) {
				Object.assign(given, filter);
				for (const [name, value] of Object.entries(sent))
					payload[name] = merged(payload[name], value);
			}
			expect(
				bodyOf(await searchWith(given, { searchMode: 'and', sortBy: 'alerts_count' })),
			).toEqual({
				payload,
				offset: 0,
				limit: 5,
				search_mode: 'and',
				sort_by: 'alerts_count',
			});

			/** Filters for devices are sent in one object; so are those for users. */
			function merged(
				before: IDataObject[string],
				value: IDataObject[string],
			): IDataObject[string] {
				const both = [before, value].every(
					(each) => typeof each === 'object' && !Array.isArray(each),
				);
				return both ? { ...(before as IDataObject), ...(value as IDataObject) } : value;
			}
		});

		test('covers every filter that the editor offers, except the hours', () => {
			const parameter = intezerCases.description.properties.find(({ name }) => name === 'filters');
			const offered = (parameter?.options ?? []).map(({ name }) => name);
			expect([...EACH.map(([name]) => name), 'timeRangeLastHours'].sort()).toEqual(offered.sort());
		});

		test('sends the last hours as a start time', async () => {
			const before = Math.floor(Date.now() / 1000);
			const body = bodyOf(
				await searchWith({ timeRangeLastHours: 1.5, timeRangeField: 'last_attached_alert_time' }),
			);
			const after = Math.floor(Date.now() / 1000);
			const { payload } = body as { payload: { time_range_start: number } };
			expect(payload).toEqual({
				time_range_start: expect.any(Number),
				time_range_field: 'last_attached_alert_time',
			});
			expect(payload.time_range_start).toBeGreaterThanOrEqual(before - 5400);
			expect(payload.time_range_start).toBeLessThanOrEqual(after - 5400);
		});

		test.each<[string, INodeParameters]>([
			['no filters', {}],
			[
				'all blank',
				{
					caseIds: '',
					sources: ' , ',
					caseStatuses: [],
					freeText: '  ',
					timeRangeStart: '',
					timeRangeField: 'modification_time',
				},
			],
		])('does not send blank filters: %s', async (_name, given) => {
			expect(bodyOf(await searchWith(given))).toEqual({ payload: {}, offset: 0, limit: 5 });
		});
	});

	describe('A value from an expression', () => {
		const sent = async (filter: string, expression: string, timezone?: string) => {
			const more = timezone === undefined ? {} : { timezone };
			const { payload } = bodyOf(await searchWith({ [filter]: expression }, {}, more)) as {
				payload: IDataObject;
			};
			return payload;
		};

		test('keeps the elements of an array whole, with their commas', async () => {
			expect(await sent('deviceHostnames', "={{ ['a, b', ' c ', '', null, 7, 'a, b'] }}")).toEqual({
				devices: { hostnames: ['a, b', 'c', '7'] },
			});
		});

		test.each([
			["={{ ['In Progress', 'on-hold'] }}", ['in_progress', 'on_hold']],
			["={{ 'NEW, closed,new' }}", ['new', 'closed']],
		])('accepts statuses in any case, with spaces or hyphens: %s', async (expression, statuses) => {
			expect(await sent('caseStatuses', expression)).toEqual({ case_statuses: statuses });
		});

		test.each([
			['a Date', '={{ new Date(1769868000000) }}'],
			[
				'a DateTime',
				"={{ DateTime.fromISO('2026-01-31T09:00:00', { zone: 'America/New_York' }) }}",
			],
			['seconds', '={{ 1769868000 }}'],
			['seconds as text', "={{ '1769868000' }}"],
			['milliseconds', '={{ 1769868000999 }}'],
			['ISO 8601 with an offset', "={{ '2026-01-31T15:00:00+01:00' }}"],
			['RFC 1123', "={{ 'Sat, 31 Jan 2026 14:00:00 GMT' }}"],
			['RFC 2822', "={{ 'Sat, 31 Jan 2026 15:00:00 +0100' }}"],
			[
				'a Date as text',
				"={{ 'Sat Jan 31 2026 15:00:00 GMT+0100 (Central European Standard Time)' }}",
			],
		])('accepts a time as %s', async (_form, expression) => {
			expect(await sent('timeRangeStart', expression)).toMatchObject({
				time_range_start: 1769868000,
			});
		});

		test.each([
			["={{ '1970-01-01T00:00:00Z' }}", 0],
			['={{ new Date(0) }}', 0],
			["={{ '9999-12-31T23:59:59.999Z' }}", 253402300799],
			['={{ 253402300799999 }}', 253402300799],
		])('accepts a time from 1970 to 9999: %s', async (expression, seconds) => {
			const payload = await sent('timeRangeStart', expression);
			expect(payload).toMatchObject({ time_range_start: seconds });
		});

		test("reads a time without an offset in the workflow's time zone", async () => {
			const picked = '2026-01-31T09:00:00';
			expect(await sent('timeRangeStart', picked, 'America/New_York')).toMatchObject({
				time_range_start: 1769868000,
			});
		});

		test('sends an unknown status as it is if unknown values are allowed', async () => {
			const outcome = await searchWith(
				{ caseStatuses: '={{ ["Archived"] }}' },
				{ allowUnknownValues: true },
			);
			// The simulator refuses the status; what counts is the request and the reason in the error.
			expect(simulator.requests[0]?.body).toMatchObject({
				payload: { case_statuses: ['Archived'] },
			});
			expect(outcome.error?.message).toMatch(
				/^Intezer rejected the request as invalid: .*'Case Statuses'/,
			);
		});
	});

	describe('A filter with an empty expression', () => {
		const filters = { priorities: ['high'], caseIds: '={{ $json.missing }}' };

		test.each([
			'={{ $json.missing }}',
			"={{ '' }}",
			'={{ [] }}',
			"={{ [' ', null] }}",
			"={{ ' , ' }}",
			'={{ null }}',
		])('is refused, because every case would match: %s', async (expression) => {
			const { error } = await searchWith({ caseIds: expression });
			expect(error?.message).toBe("The expression in the filter 'Case IDs' returned no value");
			expect(error?.description).toBe(
				"Correct the expression, or set the option 'Empty Filters' to ignore the filter or return no items. Without this filter, the search could return the wrong cases.",
			);
			expect(simulator.requests).toHaveLength(0);
		});

		test('is ignored if the user chose so', async () => {
			expect(bodyOf(await searchWith(filters, { emptyFilters: 'ignore' }))).toMatchObject({
				payload: { priorities: ['high'] },
			});
		});

		test('returns no items without a request if the user chose so', async () => {
			const { items, error } = await searchWith(filters, { emptyFilters: 'noItems' });
			expect(error).toBeUndefined();
			expect(items).toEqual([]);
			expect(simulator.requests).toHaveLength(0);
		});

		test.each<[string, INodeParameters]>([
			['times', { timeRangeStart: '={{ $json.missing }}' }],
			['hours', { timeRangeLastHours: '={{ $json.missing }}' }],
			['text', { freeText: '={{ $json.missing }}' }],
			['statuses', { caseStatuses: '={{ $json.missing }}' }],
			[
				'environments of alerts',
				{
					alertIdentifiers: {
						alert: [
							{ alertId: 'a', environment: 'x' },
							{ alertId: 'b', environment: '={{ $json.missing }}' },
						],
					},
				},
			],
		])('is also refused for %s', async (_kind, given) => {
			const { error } = await searchWith(given);
			expect(error?.message).toMatch(/^The expression in the filter '.+' returned no value/);
			expect(simulator.requests).toHaveLength(0);
		});
	});

	describe('Refuses invalid input before any request', () => {
		type Refusal = [string, INodeParameters, INodeParameters, RegExp];

		test.each<Refusal>([
			[
				'an unknown status',
				{ caseStatuses: '={{ "opened" }}' },
				{},
				/^'opened' is not a known value for 'Case Statuses'$/,
			],
			[
				'an unknown priority',
				{ priorities: ['urgent'] },
				{},
				/^'urgent' is not a known value for 'Priorities'$/,
			],
			[
				'an unreadable time',
				{ timeRangeStart: 'yesterday' },
				{},
				/^'Time Range Start' is not a valid date and time: 'yesterday'$/,
			],
			[
				'a day that does not exist',
				{ timeRangeEnd: '2026-02-30T00:00:00' },
				{},
				/^'Time Range End' is not a valid date and time/,
			],
			[
				'a time before 1970',
				{ timeRangeEnd: -5 },
				{},
				/^'Time Range End' is not a valid date and time: -5$/,
			],
			...["'1969-12-31T23:59:59Z'", 'new Date(-1)', "DateTime.fromISO('1969-12-31T23:59:59Z')"].map(
				(value): Refusal => [
					`a time before 1970, ${value}`,
					{ timeRangeStart: `={{ ${value} }}` },
					{},
					/^'Time Range Start' must be a time from 1970 to 9999, but is .*1969-12-31T23:59:59/,
				],
			),
			...['253402300800000', '1e18', "'10000000000000000'", 'new Date(253402300800000)'].map(
				(value): Refusal => [
					`a time after 9999, ${value}`,
					{ timeRangeEnd: `={{ ${value} }}` },
					{},
					/^'Time Range End' must be a time from 1970 to 9999, but is ('?\d+'?|'\+010000-01-01T.*')$/,
				],
			),
			...[
				"['2026-01-31']",
				'[1769868000]',
				'10n',
				'true',
				'({})',
				"'Sat, 31 Feb 2026 14:00:00 GMT'",
				"'Sat Feb 31 2026 14:00:00 GMT+0000'",
				"'Sat, 31 Jan 2026 14:00:00'",
				"'Jan 31, 2026'",
			].map((value): Refusal => [
				`a value that is not a time, ${value}`,
				{ timeRangeEnd: `={{ ${value} }}` },
				{},
				/^'Time Range End' is not a valid date and time: ./,
			]),
			[
				'a start after the end',
				{ timeRangeStart: '2026-02-01T00:00:00Z', timeRangeEnd: '2026-01-01T00:00:00Z' },
				{},
				/^'Time Range Start' is after 'Time Range End'/,
			],
			[
				'hours combined with a start',
				{ timeRangeLastHours: 2, timeRangeStart: 5 },
				{},
				/^'Time Range Last Hours' can't be combined with/,
			],
			[
				'zero hours',
				{ timeRangeLastHours: 0 },
				{},
				/^'Time Range Last Hours' must be a number greater than 0, but is 0$/,
			],
			[
				'an unknown field of the time range',
				{ timeRangeStart: 5, timeRangeField: 'due' },
				{},
				/^'due' is not a known value for 'Time Range Field'$/,
			],
			[
				'a list with an object',
				{ caseIds: '={{ [{ case_id: 1 }] }}' },
				{},
				/^'Case IDs' contains an object instead of text$/,
			],
			[
				'an object instead of a list',
				{ sources: '={{ ({ a: 1 }) }}' },
				{},
				/^'Sources' contains an object/,
			],
			[
				'a list instead of text',
				{ freeText: "={{ ['a', 'b'] }}" },
				{},
				/^'Free Text' contains a list instead of text$/,
			],
			[
				'an alert without an ID',
				{ alertIdentifiers: { alert: [{ alertId: 'a' }, { alertId: ' ', environment: 'x' }] } },
				{},
				/^'Alert ID' is empty in row 2 of 'Alert Identifiers'$/,
			],
			[
				'an expression in place of the alerts, which n8n drops',
				{ alertIdentifiers: "={{ ({ alert: [{ alertId: 'a' }] }) }}" },
				{},
				/^'Alert Identifiers' contains no alert$/,
			],
			[
				'an expression in place of the rows, which n8n reads as blank rows',
				{ alertIdentifiers: { alert: "={{ [{ alertId: 'a' }] }}" } },
				{},
				/^'Alert ID' is empty in row 1 of 'Alert Identifiers'$/,
			],
			[
				'an expression in place of a row, which n8n reads as a blank row',
				{ alertIdentifiers: { alert: ["={{ ({ alertId: 'a' }) }}"] } },
				{},
				/^'Alert ID' is empty in row 1 of 'Alert Identifiers'$/,
			],
			['no alert', { alertIdentifiers: {} }, {}, /^'Alert Identifiers' contains no alert$/],
			[
				'no alert any more',
				{ alertIdentifiers: { alert: [] } },
				{},
				/^'Alert Identifiers' contains no alert$/,
			],
			[
				'a negative offset',
				{},
				{ offset: -1 },
				/^'Offset' must be a whole number of at least 0, but is -1$/,
			],
			[
				'a page size of one half',
				{},
				{ pageSize: 0.5 },
				/^'Page Size' must be a whole number of at least 1, but is 0.5$/,
			],
			[
				'an unknown sort field',
				{},
				{ sortBy: '={{ "title" }}' },
				/^'title' is not a known value for 'Sort By'$/,
			],
			[
				'an unknown search mode',
				{},
				{ searchMode: 'xor' },
				/^'xor' is not a known value for 'Search Mode'$/,
			],
			[
				'neither true nor false',
				{},
				{ countOnly: '={{ "maybe" }}' },
				/^'Count Only' must be true or false, but is 'maybe'$/,
			],
			[
				'a list instead of true or false',
				{},
				{ countOnly: "={{ ['true'] }}" },
				/^'Count Only' must be true or false, but is a list$/,
			],
			[
				'a path to a prototype',
				{},
				{ additionalFields: 'a.__proto__.b' },
				/^'Extra Output Fields' contains an invalid field/,
			],
		])('%s', async (_name, filters, options, message) => {
			const { error } = await searchWith(filters, options);
			expect(error?.message).toMatch(message);
			expect(simulator.requests).toHaveLength(0);
		});

		test.each([0, -3, 1.5, '={{ "many" }}', '={{ $json.missing }}', '={{ NaN }}'])(
			'a limit of %s',
			async (limit) => {
				const { error } = await runNode({
					parameters: { resource: 'case', operation: 'search', limit },
					credential,
				});
				expect(error?.message).toMatch(/^'Limit' must be a whole number of at least 1, but is /);
				expect(simulator.requests).toHaveLength(0);
			},
		);
	});
});
