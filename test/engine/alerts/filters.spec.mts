import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { intezerAlerts, type NodeOutcome } from '../../../tools/n8nEngine/engine.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';

describe('The filters of Search History', () => {
	const service = simulatedIntezer({ cases: 20 });

	const searchWith = (
		filters: INodeParameters,
		options: INodeParameters = {},
		timezone?: string,
	): Promise<NodeOutcome> =>
		runAlerts(
			'search',
			{ limit: 5, filters, options },
			{ credential: service.credential, ...(timezone === undefined ? {} : { timezone }) },
		);

	/** The body of the only search. The simulator refuses what the real service would refuse, so it accepted this one. */
	function bodyOf(outcome: NodeOutcome): unknown {
		expect(outcome.error).toBeUndefined();
		const searches = service.simulator.requests.filter(({ path }) => !path.endsWith('-token'));
		expect(searches.map(({ method, path, status }) => [method, path, status])).toEqual([
			['POST', '/api/v2-0/alerts/search', 200],
		]);
		return searches[0]?.body;
	}

	const LIST = 'a, b ,, a ,c';
	const AS_SENT = ['a', 'b', 'c'];
	const TYPE = { time_filter_type: 'creation_time' };

	/** Every filter by name, with a value as a user enters it and the fields that must be sent. */
	const EACH: ReadonlyArray<[name: string, given: INodeParameters, sent: IDataObject]> = [
		['accountName', { accountName: ' Example ' }, { account_name: 'Example' }],
		['alertVerdicts', { alertVerdicts: LIST }, { alert_verdicts: AS_SENT }],
		['deviceExternalIps', { deviceExternalIps: LIST }, { device_external_ips: AS_SENT }],
		['deviceIds', { deviceIds: LIST }, { device_ids: AS_SENT }],
		['devicePrivateIps', { devicePrivateIps: LIST }, { device_private_ips: AS_SENT }],
		['domains', { domains: LIST }, { domains: AS_SENT }],
		['emailBcc', { emailBcc: 'a@example.com' }, { email_bcc: 'a@example.com' }],
		['emailCc', { emailCc: 'a, b' }, { email_cc: 'a, b' }],
		['emailMessageId', { emailMessageId: '<1@x>' }, { email_message_id: '<1@x>' }],
		['emailRecipient', { emailRecipient: 'a@example.com' }, { email_recipient: 'a@example.com' }],
		['emailReportedBy', { emailReportedBy: 'a@x.test' }, { email_reported_by: 'a@x.test' }],
		['emailSender', { emailSender: 'a@example.com' }, { email_sender: 'a@example.com' }],
		['emailSubject', { emailSubject: 'Hello, world' }, { email_subject: 'Hello, world' }],
		['endTime', { endTime: '2026-01-31T14:00:00Z' }, { end_time: 1769868000, ...TYPE }],
		['environments', { environments: LIST }, { environments: AS_SENT }],
		['excludeAlertIds', { excludeAlertIds: LIST }, { exclude_alert_ids: AS_SENT }],
		['familyNames', { familyNames: LIST }, { family_names: AS_SENT }],
		['fileHashes', { fileHashes: LIST }, { file_hashes: AS_SENT }],
		['freeText', { freeText: ' power, shell ' }, { free_text: 'power, shell' }],
		['hostnames', { hostnames: LIST }, { hostnames: AS_SENT }],
		['incidentIds', { incidentIds: LIST }, { incident_ids: AS_SENT }],
		['ips', { ips: LIST }, { ips: AS_SENT }],
		['isMitigated', { isMitigated: false }, { is_mitigated: false }],
		[
			'processCommandlines',
			{ processCommandlines: "={{ ['cmd /c a, b'] }}" },
			{ process_commandlines: ['cmd /c a, b'] },
		],
		['responseStatuses', { responseStatuses: LIST }, { response_statuses: AS_SENT }],
		['riskCategories', { riskCategories: LIST }, { risk_categories: AS_SENT }],
		['siteName', { siteName: 'HQ' }, { site_name: 'HQ' }],
		['sources', { sources: LIST }, { sources: AS_SENT }],
		['startTime', { startTime: '2026-01-31T14:00:00Z' }, { start_time: 1769868000, ...TYPE }],
		[
			'timeFilterType',
			{ startTime: 1769868000, timeFilterType: 'triage_time' },
			{ start_time: 1769868000, time_filter_type: 'triage_time' },
		],
		['usernames', { usernames: LIST }, { usernames: AS_SENT }],
	];

	test.each(EACH)('are sent alone: %s', async (_name, given, sent) => {
		expect(bodyOf(await searchWith(given))).toEqual({ ...sent, offset: 0, limit: 5 });
	});

	test('are sent all together', async () => {
		const given = Object.assign({}, ...EACH.map(([, each]) => each)) as INodeParameters;
		const sent = Object.assign({}, ...EACH.map(([, , each]) => each)) as IDataObject;
		const options = { sortBy: 'triage_time', sortOrder: 'asc', offset: 3, pageSize: 2 };
		expect(bodyOf(await searchWith(given, options))).toEqual({
			...sent,
			sort_by: ['TRIAGE_TIME'],
			sort_order: 'asc',
			offset: 3,
			limit: 2,
		});
	});

	test('are all in this table', () => {
		const parameter = intezerAlerts.description.properties.find(({ name }) => name === 'filters');
		const offered = parameter?.options?.map(({ name }) => name) ?? [];
		expect(EACH.map(([name]) => name)).toEqual([...offered].sort());
	});

	test('are not sent if they are blank', async () => {
		const blank = { sources: ' , ', freeText: '  ', startTime: '', timeFilterType: 'triage_time' };
		expect(bodyOf(await searchWith(blank))).toEqual({ offset: 0, limit: 5 });
	});

	test('with times without an offset are in the time zone of the workflow', async () => {
		const filters = { endTime: '2026-01-31T09:00:00' };
		expect(bodyOf(await searchWith(filters, {}, 'America/New_York'))).toMatchObject({
			end_time: 1769868000,
		});
	});

	test.each([
		[{ startTime: 2, endTime: 1 }, {}, "'Start Time' is after 'End Time'"],
		[{ startTime: 'tomorrow' }, {}, "'Start Time' is not a valid date and time: 'tomorrow'"],
		[{ isMitigated: '={{ "maybe" }}' }, {}, "'Is Mitigated' must be true or false, but is 'maybe'"],
		[{}, { sortBy: 'alerts_count' }, "'alerts_count' is not a known value for 'Sort By'"],
		[
			{ sources: '={{ $json.none }}' },
			{},
			"The expression in the filter 'Sources' returned no value",
		],
		[
			{ isMitigated: '={{ $json.none }}' },
			{},
			"The expression in the filter 'Is Mitigated' returned no value",
		],
	])('refuse %j with %j before any request', async (filters, options, message) => {
		const { error } = await searchWith(filters, options);
		expect(error?.message).toBe(message);
		expect(service.simulator.requests).toEqual([]);
	});

	test('are named by their labels when the service refuses one', async () => {
		service.simulator.fail({
			path: '/alerts/search',
			status: 400,
			body: { error: 'Bad request', message: { file_hashes: ['must be a hash'] } },
		});
		const { error } = await searchWith({ fileHashes: 'x' });
		expect(error?.message).toMatch(/'File Hashes': must be a hash$/);
	});
});
