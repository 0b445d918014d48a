import type { INodeParameters } from 'n8n-workflow';
import { beforeEach, describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';
import { withoutWaiting } from '../time.mts';

describe('Get Alerts by ID', () => {
	const CASE = makeCase({
		case_id: 'case',
		alerts: [
			{ alert_id: 'first', environment: 'production' },
			{ alert_id: 'twin', environment: 'production' },
			{ alert_id: 'twin', environment: 'lab' },
			...Array.from({ length: 250 }, (_, index) => ({
				alert_id: `alert-${index}`,
				environment: 'production',
			})),
		],
	});

	const service = simulatedIntezer({ cases: [CASE] });
	beforeEach(() => {
		service.simulator.maxListLength = undefined;
	});

	const getMany = (alertIds: string, parameters: INodeParameters = {}) =>
		runAlerts('getMany', { alertIds, ...parameters }, { credential: service.credential });
	const identities = (json: ReadonlyArray<Record<string, unknown>>) =>
		json.map(({ alert_id, environment }) => `${String(alert_id)} ${String(environment)}`);
	const lookups = () =>
		service.simulator.requests.filter(({ path }) => path.endsWith('/alerts/search'));

	test('returns an item per alert in the order of the IDs, one for each environment', async () => {
		const { items, json } = await getMany('twin, first, twin');
		expect(identities(json)).toEqual(['twin production', 'twin lab', 'first production']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(json.map(() => ({ item: 0 })));
		expect(json[0]).toHaveProperty('alert_verdict', 'suspicious_behavior');
		expect(lookups()).toMatchObject([{ method: 'GET', body: { alert_ids: ['twin', 'first'] } }]);
	});

	test('returns only the alerts of the environments', async () => {
		const { json } = await getMany('twin, first', {
			environments: 'lab',
			whenNotFound: 'skip',
			simplify: false,
		});
		expect(identities(json)).toEqual(['twin lab']);
		expect(json[0]).toHaveProperty('triage_result.alert_verdict');
		expect(lookups()).toMatchObject([{ body: { environments: ['lab'] } }]);
	});

	test('requests many alerts in several requests', async () => {
		const ids = Array.from({ length: 250 }, (_, index) => `alert-${index}`);
		const { json } = await getMany(`={{ ${JSON.stringify(ids)} }}`);
		expect(json.map(({ alert_id }) => alert_id)).toEqual(ids);
		expect(lookups()).toHaveLength(3);
	});

	test('requests fewer at a time if the service refuses the list', async () => {
		service.simulator.maxListLength = 30;
		const ids = Array.from({ length: 100 }, (_, index) => `alert-${index}`);
		const { json } = await getMany(ids.join());
		expect(json.map(({ alert_id }) => alert_id)).toEqual(ids);
	});

	test('requests fewer at a time if a response contains fewer than it counts', async () => {
		const [first, second] = ['alert-1', 'alert-2'].map((alert_id) => ({ alert_id }));
		service.simulator.fail({
			path: '/alerts/search',
			body: { result: { alerts_count: 2, alerts: [first] } },
		});
		const { json } = await getMany(`${first?.alert_id ?? ''},${second?.alert_id ?? ''}`);
		expect(json.map(({ alert_id }) => alert_id)).toEqual(['alert-1', 'alert-2']);
	});

	test('requests fewer at a time if a response without a count lacks alerts', async () => {
		service.simulator.fail({
			path: '/alerts/search',
			body: {
				result: {
					alerts: [
						{ alert_id: 'alert-1', environment: 'lab' },
						{ alert_id: 'alert-1', environment: 'production' },
					],
				},
			},
		});
		const { json } = await getMany('alert-1, alert-2', { whenNotFound: 'skip' });
		expect(json.map(({ alert_id }) => alert_id)).toEqual(['alert-1', 'alert-2']);
	});

	test('returns an alert once, even if a response contains it twice', async () => {
		const twin = { alert_id: 'twin', environment: 'lab' };
		const alerts = [twin, { alert_id: 'twin', environment: 'production' }, { ...twin }];
		service.simulator.fail({
			path: '/alerts/search',
			body: { result: { alerts_count: 3, alerts } },
		});
		const { json } = await getMany('twin');
		expect(identities(json)).toEqual(['twin lab', 'twin production']);
	});

	test('fails if a response lacks alerts even of a single ID', async () => {
		service.simulator.fail({
			path: '/alerts/search',
			times: Infinity,
			body: { result: { alerts_count: 2, alerts: [{ alert_id: 'twin', environment: 'lab' }] } },
		});
		const { error, items } = await withoutWaiting(async () => await getMany('twin'));
		expect(items).toEqual([]);
		expect(error?.message).toBe(
			"Intezer returned an invalid response: it contains fewer alerts than its 'alerts_count'",
		);
	});

	test.each([
		{ status: 400, body: { error: 'Too long' } },
		{ status: 403, body: '<html>' },
		{ status: 404, body: '<html>' },
		{ status: 413, body: '<html>' },
		{ status: 302, body: '', headers: { location: '/blocked' } },
		{ status: 200, body: '<html>' },
	])('requests fewer at a time if a firewall refuses a long request with %j', async (refusal) => {
		service.simulator.fail({
			times: Infinity,
			match: ({ body }) => JSON.stringify(body ?? '').length > 200,
			...refusal,
		});
		const ids = Array.from({ length: 40 }, (_, index) => `alert-${index}`);
		const { json, error } = await withoutWaiting(async () => await getMany(ids.join()));
		expect(error).toBeUndefined();
		expect(json.map(({ alert_id }) => alert_id)).toEqual(ids);
	});

	test('sends no further requests if the service refuses even a single ID', async () => {
		service.simulator.fail({ path: '/alerts/search', status: 403, times: Infinity });
		const { error } = await getMany('alert-1, alert-2, alert-3, alert-4');
		expect(error?.message).toBe('The request to Intezer was refused (403)');
		expect(lookups()).toHaveLength(2);
	});

	test('drops alerts that it did not request', async () => {
		const alerts = [{ alert_id: 'other' }, { alert_id: 'first' }];
		service.simulator.fail({
			path: '/alerts/search',
			body: { result: { alerts_count: 2, alerts } },
		});
		expect(identities((await getMany('first')).json)).toEqual(['first null']);
	});

	test('fails if one is missing, and names it', async () => {
		const { error, items } = await getMany('first, none, nowhere');
		expect(items).toEqual([]);
		expect(error?.message).toBe('2 of 3 alerts not found: none, nowhere');
		expect(error?.description).toContain("'When Not Found'");
	});

	test('shortens missing IDs to one line each', async () => {
		const { error } = await getMany(`${'x'.repeat(1000)},first\nline`);
		expect(error?.message).toBe(`2 of 2 alerts not found: ${'x'.repeat(99)}…, first line`);
	});

	test('skips missing alerts, or returns an item for each, if the user wants that', async () => {
		expect((await getMany('none, first', { whenNotFound: 'skip' })).json).toMatchObject([
			{ alert_id: 'first' },
		]);
		expect((await getMany('none, first', { whenNotFound: 'item' })).json).toMatchObject([
			{ alert_id: 'none', error: 'Alert not found' },
			{ alert_id: 'first' },
		]);
	});

	test('refuses an empty list', async () => {
		const { error } = await getMany('={{ [] }}');
		expect(error?.message).toBe("'Alert IDs' is empty");
	});

	test('refuses a number that may be rounded, because it may be the ID of another alert', async () => {
		const { error } = await getMany('={{ ["first", 12345678901234567890] }}');
		expect(error?.message).toBe(
			"'Alert IDs' contains a number that is too large to be exact: 12345678901234567000",
		);
		expect(error?.description).toMatch(/Use text instead/);
		expect(lookups()).toEqual([]);
	});

	test('says so if the service does not offer the call', async () => {
		service.simulator.onPremises = true;
		const { error } = await getMany('first');
		service.simulator.onPremises = false;
		expect(error?.message).toBe('Intezer does not offer this operation at this address (404)');
		expect(error?.description).toMatch(/only available in the cloud/);
	});
});
