import { createHash } from 'node:crypto';
import type { INodeParameters } from 'n8n-workflow';
import { beforeEach, describe, expect, test } from '@jest/globals';

import type { NodeRun } from '../../../tools/n8nEngine/engine.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';
import { withoutWaiting } from '../time.mts';

describe('Submit Email', () => {
	/** With bytes that are not text, and a line that looks like the boundary of a form. */
	const EMAIL = Buffer.concat([
		Buffer.from('Subject: Déjà vu\r\n\r\n------\r\n--boundary--\r\n'),
		Buffer.from([0, 255, 13, 10, 128]),
	]);
	const HASH = createHash('sha256').update(EMAIL).digest('hex');

	const service = simulatedIntezer({ cases: [] });
	beforeEach(() => {
		const { simulator } = service;
		simulator.mails.length = 0;
		simulator.triageSeconds = 0;
		for (const alert of simulator.alerts.all) simulator.alerts.remove(alert);
	});

	const submit = (parameters: INodeParameters = {}, run: Partial<NodeRun> = {}) =>
		runAlerts('submitEmail', parameters, {
			credential: service.credential,
			binary: { data: { data: EMAIL.toString('base64'), mimeType: 'message/rfc822' } },
			...run,
		});
	const uploads = () =>
		service.simulator.requests.filter(({ path }) => path.endsWith('/ingest/binary'));

	test('uploads the email under its hash, byte for byte, and returns the ID of its alert', async () => {
		const { items, error } = await submit();
		expect(error).toBeUndefined();
		expect(items).toMatchObject([{ json: { alert_id: HASH }, pairedItem: { item: 0 } }]);
		expect(service.simulator.mails).toEqual([
			{
				fileName: HASH,
				content: EMAIL,
				fields: {
					alert_source: 'phishing_emails',
					display_fields: 'reported_by,sender,received,subject,message_id,to',
				},
			},
		]);
	});

	test('sends what the user enters', async () => {
		await submit(
			{
				binaryPropertyName: 'eml',
				environment: ' mail ',
				defaultVerdict: 'false_positive',
				alertSender: 'n8n "SOC"',
				additionalInfo: '{"ticket": "SOC-1"}',
				zipPassword: ' infected ',
			},
			{ binary: { eml: { data: EMAIL.toString('base64'), mimeType: 'message/rfc822' } } },
		);
		expect(service.simulator.mails[0]?.fields).toMatchObject({
			environment: 'mail',
			default_verdict: 'false_positive',
			alert_sender: 'n8n "SOC"',
			additional_info: '{"ticket":"SOC-1"}',
			zip_password: ' infected ',
		});
	});

	test('uploads the same bytes again after its token was revoked, and after a failure', async () => {
		await submit();
		service.simulator.revokeTokens();
		service.simulator.fail({ path: '/ingest/binary', status: 502, after: 1 });
		const { json } = await withoutWaiting(async () => await submit());
		expect(json).toEqual([{ alert_id: HASH }]);
		expect(uploads().map(({ status }) => status)).toEqual([200, 401, 502, 200]);
		expect(service.simulator.mails.map(({ content }) => content)).toEqual([EMAIL, EMAIL]);
	});

	test.each<[number, unknown]>([
		[200, { result: true }],
		[200, '<html>Sign in</html>'],
		[201, { alert_id: null }],
		[202, {}],
		[204, ''],
	])('is not repeated after a %i without the ID of the alert: %j', async (status, body) => {
		service.simulator.fail({ path: '/ingest/binary', status, body, times: Infinity });
		const { error } = await withoutWaiting(async () => await submit());
		expect(uploads()).toHaveLength(1);
		expect(error?.message).toBe(`Intezer did not return the ID of the email's alert (${status})`);
		expect(error?.description).toBe(
			'The email may have been submitted, so the node did not send it again. Check in Intezer whether its alert exists before you run the node again. If it does not exist, make sure that no proxy or login page responds instead of Intezer.',
		);
	});

	test('waits for the triage, and returns the alert', async () => {
		service.simulator.triageSeconds = 60;
		const { json } = await withoutWaiting(
			async () => await submit({ waitForTriage: true, environment: 'mail' }),
		);
		expect(json).toMatchObject([
			{
				alert_id: HASH,
				environment: 'mail',
				source: 'phishing_emails',
				alert_verdict: 'suspicious_behavior',
				status: 'success',
			},
		]);
	});

	test('waits for an alert that does not exist yet', async () => {
		service.simulator.fail({
			path: '/get-by-id',
			status: 404,
			body: { error: 'Alert not found' },
			times: 2,
		});
		const { json } = await withoutWaiting(async () => await submit({ waitForTriage: true }));
		expect(json).toMatchObject([{ alert_id: HASH, status: 'success' }]);
	});

	test('names the alert if its triage takes too long', async () => {
		service.simulator.triageSeconds = 3600;
		const { error } = await withoutWaiting(
			async () => await submit({ waitForTriage: true, waitMinutes: 1 }),
		);
		expect(error?.message).toBe(`The triage of alert ${HASH} did not finish within 1 minute`);
	});

	test('gives the ID of the alert with an error of the wait, to continue with', async () => {
		service.simulator.triageSeconds = 3600;
		const { json } = await withoutWaiting(
			async () => await submit({ waitForTriage: true, waitMinutes: 1 }, { continueOnFail: true }),
		);
		const message = `The triage of alert ${HASH} did not finish within 1 minute`;
		expect(json).toEqual([{ error: message, alert_id: HASH }]);
	});

	test('refuses an item without the binary field, and an empty file, before any request', async () => {
		const missing = await submit({ binaryPropertyName: 'other' });
		expect(missing.error?.message).toMatch(/binary/);
		const empty = await submit({}, { binary: { data: { data: '', mimeType: 'message/rfc822' } } });
		expect(empty.error?.message).toBe("The file in the binary field 'data' is empty");
		expect(service.simulator.requests).toEqual([]);
	});

	test.each(['[1]', 'ticket', '="{"'])('refuses %s as Additional Info', async (additionalInfo) => {
		const { error } = await submit({ additionalInfo });
		expect(error?.message).toBe("'Additional Info' is not a JSON object");
		expect(service.simulator.requests).toEqual([]);
	});

	test.each([
		[400, { message: { zip_password: ["'sw0rd fish'", 'does not open the file'] } }],
		[403, { error: 'No quota for sw0rd fish' }],
		[500, { error: 'Could not unzip with sw0rd fish' }],
		// Reasons are cut off after 300 characters.
		[400, { error: `${'x'.repeat(295)}sw0rd fish` }],
	])('never shows the ZIP password, also if a %i repeats it', async (status, body) => {
		service.simulator.fail({ path: '/ingest/binary', status, body, times: Infinity });
		const { error, saved } = await withoutWaiting(
			async () => await submit({ zipPassword: '={{ " sw0rd" + " fish " }}' }),
		);
		expect(error).toBeDefined();
		expect(JSON.stringify([saved, error])).not.toContain('sw0rd fish');
		expect(`${error?.message ?? ''} ${error?.description ?? ''}`).not.toContain('sw0r');
	});

	test('says so if the email is too large for the service', async () => {
		service.simulator.fail({ path: '/ingest/binary', status: 413, body: '<html>' });
		const { error } = await submit();
		expect(error?.message).toBe('Intezer rejected the request as invalid (413)');
		expect(error?.description).toMatch(/^The request is larger than Intezer accepts\./);
	});

	test.each([
		[
			409,
			/^Intezer rejected the request as invalid: Was submitted before$/,
			/that the message names/,
		],
		[404, /^Intezer does not offer this operation/, / Intezer responded: Was submitted before$/],
	])('shows why the service refuses it with a %i', async (status, message, description) => {
		const body = { error: 'Was submitted before' };
		service.simulator.fail({ path: '/ingest/binary', status, body });
		const { error } = await submit();
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(description);
	});

	test('says so if the service does not offer the call', async () => {
		service.simulator.onPremises = true;
		const { error } = await submit();
		service.simulator.onPremises = false;
		expect(error?.message).toBe('Intezer does not offer this operation at this address (404)');
	});
});
