import type { INodeParameters } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';

describe('Get Cases of Alert', () => {
	const both = makeCase({
		case_id: 'both',
		alerts: [
			{ alert_id: 'a', environment: 'production' },
			{ alert_id: 'a', environment: 'lab' },
		],
	});
	const lab = makeCase({ case_id: 'lab', alerts: [{ alert_id: 'a', environment: 'lab' }] });
	const other = makeCase({ case_id: 'other' });

	const service = simulatedIntezer({ cases: [both, lab, other] });
	const getCases = (alertId: string, parameters: INodeParameters = {}) =>
		runAlerts('getCases', { alertId, ...parameters }, { credential: service.credential });

	test('returns the cases that contain the alert, simplified', async () => {
		const { json, items } = await getCases('a');
		expect(json.map(({ case_id }) => case_id).sort()).toEqual(['both', 'lab']);
		expect(json[0]).toHaveProperty('case_verdict', 'suspicious');
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 0 }]);
	});

	test('sends the environment, and returns the cases as received with Simplify off', async () => {
		const { json } = await getCases('a', { environment: 'production', simplify: false });
		expect(json).toMatchObject([{ case_id: 'both', case_triage: { case_verdict: 'suspicious' } }]);
		expect(service.simulator.requests.at(-1)?.body).toMatchObject({
			payload: { alert_identifiers: [{ alert_id: 'a', environment: 'production' }] },
		});
	});

	test('returns no items for an alert without a case', async () => {
		const { json, error } = await getCases('none');
		expect({ json, error }).toEqual({ json: [], error: undefined });
	});

	test('returns all of many cases', async () => {
		for (let index = 0; index < 150; index++) {
			service.simulator.cases.add({ alerts: [{ alert_id: 'many', environment: 'lab' }] });
		}
		expect((await getCases('many')).json).toHaveLength(150);
	});
});
