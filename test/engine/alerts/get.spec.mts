import type { INodeParameters } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import type { NodeRun } from '../../../tools/n8nEngine/engine.mts';
import { fakeOnly } from '../../fakeTimers.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';
import { waitFor } from '../../waitFor.mts';
import { withoutWaiting } from '../time.mts';

describe('Getting an alert', () => {
	const CASE = makeCase({
		case_id: 'case',
		case_sources: ['cs'],
		case_triage: {
			risk_category: 'malware',
			case_verdict: 'malicious',
			response_status: 'action_required',
		},
		alerts: [
			{ alert_id: 'ldt:1/2', environment: 'production' },
			{ alert_id: 'twin', environment: 'production' },
			{ alert_id: 'twin', environment: 'lab' },
		],
	});

	const service = simulatedIntezer({ cases: [CASE] });
	beforeEach(() => {
		service.simulator.triageSeconds = 0;
		service.simulator.onPremises = false;
		service.simulator.alertsForbidden = false;
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	const get = (
		alertId: string,
		parameters: INodeParameters = {},
		run: Partial<Omit<NodeRun, 'parameters'>> = {},
	) => runAlerts('get', { alertId, ...parameters }, { credential: service.credential, ...run });

	const requests = () =>
		service.simulator.requests.filter(({ path }) => !path.endsWith('/get-access-token'));

	describe('Get Alert while the triage runs', () => {
		const start = (triageSeconds: number) => {
			service.simulator.triageSeconds = triageSeconds;
			return service.simulator.alerts.add().alert_id;
		};

		test('stops when the execution is canceled', async () => {
			const alertId = start(3600);
			// The clock of the pauses stands still: only canceling can end one.
			fakeOnly('setTimeout', 'clearTimeout');
			let cancel = () => {};
			const run = get(
				alertId,
				{ waitForTriage: true },
				{
					onStart: (cancelRun) => {
						cancel = cancelRun;
					},
				},
			);
			await waitFor(() => {
				expect(requests()).toMatchObject([{ status: 200 }]);
			});
			cancel();
			expect((await run).items).toEqual([]);
			expect(requests()).toHaveLength(1);
		});

		test('fails, and says how to wait', async () => {
			const alertId = start(600);
			const { error } = await get(alertId);
			expect(error?.message).toBe(`The triage of alert ${alertId} is not finished`);
			expect(error?.description).toContain("'Wait for Triage'");
			expect(requests()).toHaveLength(1);
		});

		test('returns the alert so far with its status, if the user wants that', async () => {
			const { json } = await get(start(600), { whenInProgress: 'return' });
			expect(json).toMatchObject([{ status: 'queued', alert_verdict: null, source: 's1' }]);
		});

		test('waits for an alert about which Intezer knows nothing yet', async () => {
			const alertId = start(0);
			service.simulator.fail({ path: '/get-by-id', body: { result: null, status: 'queued' } });
			const { json } = await withoutWaiting(
				async () => await get(alertId, { waitForTriage: true }),
			);
			expect(json).toMatchObject([{ alert_id: alertId, status: 'success' }]);
		});

		test('waits with growing pauses until it is finished', async () => {
			const alertId = start(120);
			const { json, error } = await withoutWaiting(
				async () => await get(alertId, { waitForTriage: true }),
			);
			expect(error).toBeUndefined();
			expect(json).toMatchObject([{ status: 'success', alert_verdict: 'suspicious_behavior' }]);
			const times = requests().map(({ receivedAt }) => receivedAt);
			const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
			expect(pauses.length).toBeLessThan(8);
			for (const [index, pause] of pauses.slice(1).entries()) {
				expect(pause).toBeGreaterThan(pauses[index] ?? 0);
			}
		});

		test('gives up after the minutes that the user allows', async () => {
			const alertId = start(3600);
			const { error } = await withoutWaiting(
				async () => await get(alertId, { waitForTriage: true, waitMinutes: 3 }),
			);
			expect(error?.message).toBe(`The triage of alert ${alertId} did not finish within 3 minutes`);
			const times = requests().map(({ receivedAt }) => receivedAt);
			const waited = (times.at(-1) ?? 0) - (times[0] ?? 0);
			// The last check is at the end of the three minutes. Requests take real time, too.
			expect(Math.abs(waited - 180_000)).toBeLessThan(10_000);
		});

		test.each([
			['is unavailable for longer than a request is retried', { status: 502, times: 12 }],
			['asks for a long pause', { status: 429, headers: { 'retry-after': '65' } }],
			[
				'responds from a copy that does not have the alert yet',
				{ status: 404, body: { error: 'Alert not found' } },
			],
		])('continues to wait if Intezer %s', async (_what, fault) => {
			const alertId = start(200);
			service.simulator.fail({ path: '/get-by-id', after: 2, ...fault });
			const { json, error } = await withoutWaiting(
				async () => await get(alertId, { waitForTriage: true, waitMinutes: 10 }),
			);
			expect(error).toBeUndefined();
			expect(json).toMatchObject([{ alert_id: alertId, status: 'success' }]);
		});

		test('requests nothing before the time that Intezer asks for', async () => {
			const alertId = start(200);
			const fault = { status: 429, headers: { 'retry-after': '65' } };
			service.simulator.fail({ path: '/get-by-id', after: 1, ...fault });
			await withoutWaiting(async () => await get(alertId, { waitForTriage: true }));
			const [, refused, next] = requests();
			expect(refused?.status).toBe(429);
			expect((next?.receivedAt ?? 0) - (refused?.receivedAt ?? 0)).toBeGreaterThanOrEqual(65_000);
		});

		test.each([
			['is deleted', { status: 404, body: { error: 'Alert not found' } }, 'Alert not found'],
			['can no longer be read', { status: 500 }, 'Intezer is unavailable (500)'],
			[
				'would be read too late',
				{ status: 429, headers: { 'retry-after': '3600' } },
				'Intezer is rate-limiting this account and says to retry after 3,600 seconds',
			],
		])('says so if the alert %s while it waits', async (_what, fault, message) => {
			const alertId = start(3600);
			service.simulator.fail({ path: '/get-by-id', after: 2, times: Infinity, ...fault });
			const { error, items } = await withoutWaiting(
				async () => await get(alertId, { waitForTriage: true, waitMinutes: 2 }),
			);
			expect(items).toEqual([]);
			expect(error?.message).toBe(message);
		});

		test.each([
			['loses the permission', { status: 403, body: { error: 'Insufficient Permissions' } }, 2],
			["can't read the alert at all", { status: 502 }, 0],
		])('stops waiting if it %s', async (_what, fault, after) => {
			const alertId = start(3600);
			service.simulator.fail({ path: '/get-by-id', after, times: Infinity, ...fault });
			const { error } = await withoutWaiting(
				async () => await get(alertId, { waitForTriage: true, waitMinutes: 60 }),
			);
			expect(error).toBeDefined();
			// A 502 is retried as without the wait.
			expect(requests()).toHaveLength(fault.status === 403 ? after + 1 : 5);
		});

		test('waits for all items in parallel, however many there are', async () => {
			const input = Array.from({ length: 50 }, () => ({ id: start(60) }));
			const { json } = await withoutWaiting(
				async () => await get('={{ $json.id }}', { waitForTriage: true }, { input }),
			);
			expect(json.map(({ alert_id }) => alert_id)).toEqual(input.map(({ id }) => id));
			const times = requests().map(({ receivedAt }) => receivedAt);
			expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(120_000);
		});
	});

	describe('Get Alert', () => {
		test('returns the alert with its verdict, flat, and the status', async () => {
			const { items, error } = await get(' ldt:1/2 ');
			expect(error).toBeUndefined();
			expect(items[0]?.pairedItem).toEqual({ item: 0 });
			expect(Object.entries(items[0]?.json ?? {})).toEqual([
				['alert_id', 'ldt:1/2'],
				['environment', 'production'],
				['source', 'cs'],
				['sender', null],
				['alert_verdict', 'confirmed_threat'],
				['alert_verdict_display', 'Confirmed Threat'],
				['risk_category', 'malware'],
				['risk_level', 'high'],
				['threat_name', 'Example Stealer'],
				['family_name', 'ExampleStealer'],
				['family_id', expect.any(String)],
				['alert_update_time', new Date(CASE.creation_time * 1000).toISOString()],
				['intezer_alert_url', `${service.simulator.url}/alerts/ldt%3A1%2F2`],
				['status', 'success'],
			]);
		});

		test('sends a GET with a JSON body', async () => {
			await get('twin', { environment: 'lab' });
			expect(requests().map(({ method, path, body }) => ({ method, path, body }))).toEqual([
				{
					method: 'GET',
					path: '/api/v2-0/alerts/get-by-id',
					body: { alert_id: 'twin', environment: 'lab' },
				},
			]);
			expect(requests()[0]?.headers['content-type']).toMatch(/^application\/json/);
		});

		test('sends the body again after its token was revoked', async () => {
			await get('ldt:1/2');
			service.simulator.revokeTokens();
			const { json } = await get('ldt:1/2');
			expect(json).toMatchObject([{ alert_id: 'ldt:1/2' }]);
			expect(requests().map(({ status, body }) => [status, body])).toEqual([
				[200, { alert_id: 'ldt:1/2' }],
				[401, { alert_id: 'ldt:1/2' }],
				[200, { alert_id: 'ldt:1/2' }],
			]);
		});

		test('returns the alert as received with Simplify off, with its ID filled in', async () => {
			const { simulator } = service;
			simulator.alerts.add({
				alert_id: 'nameless',
				onTheWire: { alert_id: undefined, extra: [1] },
			});
			const { json } = await get('nameless', { simplify: false });
			expect(json[0]).toMatchObject({
				alert_id: 'nameless',
				extra: [1],
				triage_result: { alert_verdict: 'suspicious_behavior' },
			});
		});

		test('fills missing fields with null', async () => {
			service.simulator.fail({ path: '/get-by-id', body: { result: {}, status: 'success' } });
			const { json } = await get('ldt:1/2');
			expect(Object.values(json[0] ?? {}).filter((value) => value !== null)).toEqual([
				'ldt:1/2',
				'success',
			]);
		});

		test.each([
			["={{ '' }}", {}, "'Alert ID' is empty"],
			['..', {}, "The alert ID in 'Alert ID' is invalid: '..' is a path, not an ID"],
			[
				'={{ 12345678901234567890 }}',
				{},
				"'Alert ID' contains a number that is too large to be exact: 12345678901234567000",
			],
			['none', {}, 'Alert not found'],
			['twin', {}, 'The alert exists in several environments: enter one'],
			['twin', { environment: 'other' }, 'Alert not found'],
			[
				'twin',
				{ whenInProgress: 'perhaps' },
				"'perhaps' is not a known value for 'When in Progress'",
			],
			[
				'twin',
				{ waitForTriage: true, waitMinutes: 5000 },
				"'Wait Minutes' must be at most 1,440, but is 5000",
			],
		])('with the alert ID %j and %j says: %s', async (alertId, parameters, message) => {
			const { error, items } = await get(alertId, parameters);
			expect(items).toEqual([]);
			expect(error?.message).toBe(message);
			expect(error?.description).toMatch(/^[A-Z].*\.$/s);
		});

		test('says what a 404 may mean on an on-premises deployment', async () => {
			service.simulator.onPremises = true;
			const { error } = await get('ldt:1/2');
			expect(error?.message).toBe('Alert not found');
			expect(error?.description).toMatch(/If your Intezer is on-premises, this can also mean/);
		});

		test('says so if the account may not use alerts', async () => {
			service.simulator.alertsForbidden = true;
			const { error } = await get('ldt:1/2');
			expect(error?.message).toBe('The Intezer account does not have access to alerts');
		});

		test('returns an item with the error and the alert ID with Continue On Fail', async () => {
			const input = [{ id: 'none' }, { id: 'ldt:1/2' }];
			const { json } = await get('={{ $json.id }}', {}, { input, continueOnFail: true });
			expect(json).toMatchObject([
				{ error: 'Alert not found', alert_id: 'none' },
				{ alert_id: 'ldt:1/2', alert_verdict: 'confirmed_threat' },
			]);
		});
	});
});
