import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import {
	defaultSettings,
	makeCase,
	startSimulator,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';

const NOW = 1_760_000_000;
const CASE = makeCase(
	{
		case_id: 'case',
		case_sources: ['cs'],
		alerts: [
			{ alert_id: 'a-1', environment: 'production' },
			{ alert_id: 'a-1', environment: 'lab' },
			{ alert_id: 'a/2', environment: 'production' },
		],
		devices: [{ hostname: 'host-1' }],
	},
	NOW - 100,
);

let clock = NOW;
let simulator: Simulator;
let client: PlainClient;

beforeAll(async () => {
	simulator = await startSimulator({ cases: [CASE], now: () => clock });
	client = await PlainClient.connect(simulator);
});
afterAll(() => simulator.close());
beforeEach(() => {
	Object.assign(simulator, defaultSettings());
	simulator.forgetRequests();
});

const get = (path: string, body: object) => client.getWith(path, body);

const idsOf = (body: unknown): string[] =>
	(
		body as { result: { alerts: Array<{ alert_id: string; environment: string }> } }
	).result.alerts.map(({ alert_id, environment }) => `${alert_id} ${environment}`);

describe('the alerts of the cases', () => {
	it('are found by id and environment; without the environment, an id of two gets 409', async () => {
		expect(await get('/alerts/get-by-id', { alert_id: 'a-1', environment: 'lab' })).toMatchObject({
			status: 200,
			body: { result: { alert_id: 'a-1', environment: 'lab', source: 'cs' }, status: 'success' },
		});
		expect((await get('/alerts/get-by-id', { alert_id: 'a-1' })).status).toBe(409);
		expect((await get('/alerts/get-by-id', { alert_id: 'none' })).status).toBe(404);
		expect((await get('/alerts/get-by-id', {})).status).toBe(400);
	});

	it('are found by their ids in all environments, or in some', async () => {
		const all = await get('/alerts/search', { alert_ids: ['a-1', 'none'] });
		expect(idsOf(all.body)).toEqual(['a-1 production', 'a-1 lab']);
		const some = await get('/alerts/search', { alert_ids: ['a-1'], environments: ['lab'] });
		expect(idsOf(some.body)).toEqual(['a-1 lab']);
	});

	it('are searched by filters; an excluded id is left out in every environment', async () => {
		const search = async (body: object) => idsOf((await client.post('/alerts/search', body)).body);
		expect(await search({ hostnames: ['host-1'] })).toHaveLength(3);
		expect(await search({ hostnames: ['host-2'] })).toEqual([]);
		expect(await search({ exclude_alert_ids: ['a-1'] })).toEqual(['a/2 production']);
		expect(await search({ environments: ['lab'], sort_by: ['CREATION_TIME'] })).toEqual([
			'a-1 lab',
		]);
		expect(await search({ start_time: NOW - 99.5 })).toEqual([]);
		expect((await client.post('/alerts/search', { payload: {} })).status).toBe(400);
	});

	it('appear when a case gets another alert', async () => {
		simulator.cases.attachAlert('case', { alert_id: 'a-3', environment: 'production' });
		expect((await get('/alerts/get-by-id', { alert_id: 'a-3' })).status).toBe(200);
	});

	it('are triaged as time passes', async () => {
		simulator.triageSeconds = 40;
		const { alert_id } = simulator.alerts.add();
		const status = async () => (await get('/alerts/get-by-id', { alert_id })).body;
		expect(await status()).toMatchObject({ status: 'queued' });
		clock += 20;
		const running = await status();
		expect(running).toMatchObject({ status: 'in_progress' });
		expect(running).not.toHaveProperty('result.triage_result');
		clock += 20;
		expect(await status()).toMatchObject({ status: 'success', result: { triage_result: {} } });
	});

	it('are refused where there are none, and to keys that may not use them', async () => {
		simulator.onPremises = true;
		expect((await get('/alerts/get-by-id', { alert_id: 'a-1' })).status).toBe(404);
		simulator.onPremises = false;
		simulator.alertsForbidden = true;
		expect((await client.post('/alerts/search', {})).status).toBe(403);
		expect((await client.get('/cases/case')).status).toBe(200);
	});
});

describe('a raw alert', () => {
	it('is on another host, which needs no token', async () => {
		const { body } = await get(`/alerts/${encodeURIComponent('a/2')}/raw-data`, {
			environment: 'production',
			raw_data_type: 'raw_alert',
		});
		const { result_url } = body as { result_url: string };
		expect(new URL(result_url).origin).toBe(simulator.rawAlertUrl);
		expect(await (await fetch(result_url)).json()).toMatchObject({ id: 'a/2' });
		expect(simulator.rawAlertRequests).toHaveLength(1);
		expect((await fetch(`${simulator.rawAlertUrl}/raw-alerts/none`)).status).toBe(403);
	});
});

describe('a mail', () => {
	const mail = 'Subject: Invoice\r\n\r\nOpen the attachment.';
	const hash = createHash('sha256').update(mail).digest('hex');

	async function submit(fields: Record<string, string>, fileName = hash) {
		const form = new FormData();
		form.append('file', new Blob([mail]), fileName);
		for (const [name, value] of Object.entries(fields)) form.append(name, value);
		const request = new Response(form);
		const contentType = request.headers.get('content-type') ?? '';
		return await client.send('/alerts/ingest/binary', await request.text(), contentType);
	}

	it('becomes an alert with the hash of the mail as its id', async () => {
		const fields = { alert_source: 'phishing_emails', environment: 'mail', alert_sender: 'me' };
		expect(await submit(fields)).toMatchObject({
			status: 200,
			body: { result: true, alert_id: hash },
		});
		expect(simulator.mails.at(-1)).toMatchObject({ fields, content: Buffer.from(mail) });
		expect(simulator.alerts.withId(hash)).toMatchObject([{ environment: 'mail', sender: 'me' }]);
	});

	it('is refused with another name, another source or an unknown field', async () => {
		expect((await submit({ alert_source: 'phishing_emails' }, 'mail.eml')).status).toBe(400);
		expect((await submit({ alert_source: 'other' })).status).toBe(400);
		expect((await submit({ alert_source: 'phishing_emails', extra: 'x' })).status).toBe(400);
		expect((await client.post('/alerts/ingest/binary', {})).status).toBe(400);
	});
});
