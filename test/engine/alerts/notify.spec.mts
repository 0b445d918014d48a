import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';

describe('Notify', () => {
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

	test.each([{ result: true }, { notified_channels: null }])(
		'returns an empty list for %j',
		async (body) => {
			service.simulator.fail({ path: '/notify', body });
			expect((await notify('a/1')).json).toEqual([{ notified_channels: [] }]);
		},
	);

	test.each([['soc', 7], { soc: true }, 'soc'])(
		'returns the channels as received: %j',
		async (notified_channels) => {
			service.simulator.fail({ path: '/notify', body: { notified_channels } });
			const { json } = await notify('a/1');
			expect(json).toEqual([
				{
					notified_channels: Array.isArray(notified_channels)
						? notified_channels
						: [notified_channels],
				},
			]);
		},
	);

	test('notifies once, whatever JSON the service responds with, or nothing', async () => {
		for (const body of [
			{ notified_channels: 'soc' },
			{ notified_channels: [null] },
			{},
			[],
			true,
			'',
		]) {
			service.simulator.forgetRequests();
			service.simulator.fail({ path: '/notify', body, times: Infinity });
			await notify('a/1');
			service.simulator.clearFaults();
			const sent = service.simulator.requests.filter(({ path }) => path.endsWith('/notify'));
			expect(sent).toHaveLength(1);
		}
	});

	test('says so if the alert does not exist', async () => {
		expect((await notify('none')).error?.message).toBe('Alert not found');
	});
});
