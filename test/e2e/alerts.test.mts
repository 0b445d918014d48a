import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { makeCase, startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { tarball } from './tarball.mts';
import { ALERTS_NODE, alertsWorkflow } from './workflows.mts';

const EMAIL = 'Subject: Invoice\r\n\r\nOpen the attachment.';
const HASH = createHash('sha256').update(EMAIL).digest('hex');
/** 240 alerts with 160 IDs: every second ID is in two environments. */
const ALERTS = Array.from({ length: 160 }, (_, index) =>
	['production', 'lab'].slice(0, (index % 2) + 1).map((environment) => ({
		alert_id: `alert-${index}`,
		environment,
	})),
).flat();

let simulator: Simulator;
let instance: N8nInstance;
let n8n: RunningN8n;

beforeAll(async () => {
	simulator = await startSimulator({
		cases: [makeCase({ case_id: 'case', alerts: ALERTS })],
	});
	instance = await createInstance(await ensureN8n(), tarball());
	const { apiKey, url: baseUrl } = simulator;
	await instance.importCredential({
		id: 'simulator',
		name: 'simulator',
		data: { apiKey, region: 'custom', baseUrl },
	});
	await instance.importWorkflow(
		alertsWorkflow('get', { operation: 'get', alertId: 'alert-1', environment: 'lab' }),
		alertsWorkflow('ambiguous', { operation: 'get', alertId: 'alert-1' }),
		alertsWorkflow('all', { operation: 'search', returnAll: true }),
		alertsWorkflow('cases', { operation: 'getCases', alertId: 'alert-1' }),
		alertsWorkflow('raw', { operation: 'getRaw', alertId: 'alert-1', environment: 'lab' }),
		alertsWorkflow('submit', { operation: 'submitEmail', waitForTriage: true }, EMAIL),
	);
	n8n = await instance.start();
});

afterAll(async () => {
	await n8n.stop();
	await instance.remove();
	await simulator.close();
});

describe('In a real n8n', () => {
	test('Get Alert sends its GET with a body', async () => {
		const result = await n8n.runWorkflow('get');
		expect(result.error).toBeUndefined();
		expect(result.items(ALERTS_NODE)).toMatchObject([
			{ alert_id: 'alert-1', environment: 'lab', status: 'success' },
		]);
	});

	test('an alert of several environments is an error that says what to enter', async () => {
		const { error } = await n8n.runWorkflow('ambiguous');
		expect(error?.message).toBe('The alert exists in several environments: enter one');
	});

	test('a search returns all alerts, each once', async () => {
		const result = await n8n.runWorkflow('all');
		expect(result.error).toBeUndefined();
		const found = result
			.items(ALERTS_NODE)
			.map(({ alert_id, environment }) => `${String(alert_id)} ${String(environment)}`);
		expect(found.sort()).toEqual(
			ALERTS.map(({ alert_id, environment }) => `${alert_id} ${environment}`).sort(),
		);
	});

	test('Get Cases of Alert returns its case', async () => {
		expect((await n8n.runWorkflow('cases')).items(ALERTS_NODE)).toMatchObject([
			{ case_id: 'case' },
		]);
	});

	test('Get Raw Alert downloads it from another host, without the token', async () => {
		expect((await n8n.runWorkflow('raw')).items(ALERTS_NODE)).toMatchObject([{ id: 'alert-1' }]);
		expect(simulator.rawAlertRequests.map(({ headers }) => headers.authorization)).toEqual([
			undefined,
		]);
	});

	test('Submit Email uploads a file of another node again after a 401', async () => {
		simulator.revokeTokens();
		const result = await n8n.runWorkflow('submit');
		expect(result.error).toBeUndefined();
		expect(result.items(ALERTS_NODE)).toMatchObject([{ alert_id: HASH, status: 'success' }]);
		const uploads = simulator.requests.filter(({ path }) => path.endsWith('/ingest/binary'));
		expect(uploads.map(({ status }) => status)).toEqual([401, 200]);
		expect(simulator.mails.map(({ content }) => content.toString())).toEqual([EMAIL]);
	});
});
