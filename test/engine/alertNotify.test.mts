import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { makeCase } from '../../tools/simulator/simulator.mts';
import { runAlerts } from './alerts.mts';
import { simulatedIntezer } from './service.mts';

const CASE = makeCase({
	alerts: [
		{ alert_id: 'a/1', environment: 'production' },
		{ alert_id: 'twin', environment: 'production' },
		{ alert_id: 'twin', environment: 'lab' },
	],
});
const service = simulatedIntezer({ cases: [CASE] });
const notify = (alertId: string, parameters: INodeParameters = {}) =>
	runAlerts('notify', { alertId, ...parameters }, { credential: service.credential });

describe('Notify', () => {
	test('returns the channels that were notified', async () => {
		const { json } = await notify('a/1');
		expect(json).toEqual([{ notified_channels: ['soc-alerts'] }]);
		expect(service.simulator.requests.at(-1)).toMatchObject({
			method: 'POST',
			path: '/api/v2-0/alerts/a%2F1/notify',
			body: {},
		});
	});

	test('sends the environment', async () => {
		expect((await notify('twin', { environment: 'lab' })).json).toHaveLength(1);
		expect(service.simulator.requests.at(-1)?.body).toEqual({ environment: 'lab' });
		expect((await notify('twin')).error?.message).toMatch(/^The alert exists in several/);
	});

	test('returns an empty list if the service sends none', async () => {
		service.simulator.fail({ path: '/notify', body: { result: true } });
		expect((await notify('a/1')).json).toEqual([{ notified_channels: [] }]);
	});

	test('says so if the alert does not exist', async () => {
		expect((await notify('none')).error?.message).toBe('Alert not found');
	});
});
