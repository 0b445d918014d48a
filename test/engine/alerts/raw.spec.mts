import type { INodeParameters } from 'n8n-workflow';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';

import { makeCase } from '../../../tools/simulator/simulator.mts';
import { runAlerts } from './runAlerts.mts';
import { simulatedIntezer } from '../service.mts';
import { withoutWaiting } from '../time.mts';

describe('Get Raw Alert', () => {
	const CASE = makeCase({ alerts: [{ alert_id: 'a/1', environment: 'production' }] });
	const service = simulatedIntezer({ cases: [CASE] });

	let host: Server | undefined;
	afterEach(() => {
		host?.closeAllConnections();
		host?.close();
	});

	const getRaw = (parameters: INodeParameters = {}) =>
		runAlerts(
			'getRaw',
			{ alertId: 'a/1', environment: 'production', ...parameters },
			{ credential: service.credential },
		);

	/** Makes the service return an address for the raw alert. */
	function addressed(result_url: string): void {
		service.simulator.fail({ path: '/raw-data', body: { result_url, metadata: {} } });
	}

	/** Makes another host serve the raw alert. */
	async function served(listener: RequestListener): Promise<string> {
		host = createServer(listener).listen(0, '127.0.0.1');
		await once(host, 'listening');
		const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/raw?signature=secret`;
		addressed(url);
		return url;
	}

	test('downloads the raw alert from the other host, without the token', async () => {
		const { json, error } = await getRaw();
		expect(error).toBeUndefined();
		expect(json).toEqual([{ id: 'a/1', title: CASE.case_title, product: 's1' }]);
		const { requests, rawAlertRequests } = service.simulator;
		expect(requests.at(-1)).toMatchObject({
			method: 'GET',
			path: '/api/v2-0/alerts/a%2F1/raw-data',
			body: { environment: 'production', raw_data_type: 'raw_alert' },
		});
		expect(rawAlertRequests).toHaveLength(1);
		expect(rawAlertRequests[0]?.headers).not.toHaveProperty('authorization');
		expect(JSON.stringify(rawAlertRequests)).not.toContain(service.apiKey);
	});

	test('returns only the address, if the user wants that', async () => {
		const { json } = await getRaw({ output: 'url' });
		expect(json).toEqual([
			{
				alert_id: 'a/1',
				environment: 'production',
				result_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/raw-alerts\//),
				metadata: { environment: 'production', raw_data_type: 'raw_alert' },
			},
		]);
		expect(service.simulator.rawAlertRequests).toEqual([]);
	});

	test('puts a list into an item', async () => {
		await served((_request, response) => response.end('\uFEFF[{"a":1},2]'));
		expect((await getRaw()).json).toEqual([{ raw_alert: [{ a: 1 }, 2] }]);
	});

	test('follows no redirect', async () => {
		let followed = 0;
		await served((request, response) => {
			if (request.url === '/elsewhere') followed++;
			response.writeHead(302, { location: '/elsewhere' }).end();
		});
		const { error } = await getRaw();
		expect(error?.message).toMatch(
			/^Could not download the raw alert from 127\.0\.0\.1:\d+: the address redirects to another one$/,
		);
		expect(followed).toBe(0);
	});

	test('reads no more than 20 MB', async () => {
		const chunk = Buffer.alloc(1_000_000, ' ');
		let sent = 0;
		await served((_request, response) => {
			const send = () => {
				while (!response.destroyed && sent < 200) {
					sent++;
					if (!response.write(chunk)) {
						response.once('drain', send);
						return;
					}
				}
			};
			send();
		});
		const { error } = await getRaw();
		expect(error?.message).toMatch(/it is larger than 20 MB$/);
		expect(error?.description).toBe(
			"Set 'Output' to 'URL', and download the raw alert with another node.",
		);
		expect(sent).toBeLessThan(60);
	});

	test('retries after a failure of the host, and never shows the address', async () => {
		let requests = 0;
		await served((_request, response) => {
			requests++;
			response.writeHead(requests < 3 ? 503 : 403).end('<Error/>');
		});
		const { error, saved } = await withoutWaiting(async () => await getRaw());
		expect(requests).toBe(3);
		expect(error?.message).toMatch(/: the host refused it \(403\)$/);
		expect(JSON.stringify(saved)).not.toContain('signature=secret');
	});

	test('names the host if nothing responds there, in the words of this package', async () => {
		// Nothing listens on this port.
		addressed('http://127.0.0.1:1/raw?signature=secret');
		const { error, saved } = await withoutWaiting(async () => await getRaw());
		expect(error?.message).toMatch(
			/^Could not download the raw alert from 127\.0\.0\.1:\d+: the connection failed$/,
		);
		expect(error?.description).toMatch(/The connection failed with: .*ECONNREFUSED/);
		expect(JSON.stringify(saved)).not.toContain('signature=secret');
	});

	test('refuses a response without an address, also if the user wants only the address', async () => {
		service.simulator.fail({ path: '/raw-data', body: { result_url: '' }, times: Infinity });
		const { error } = await withoutWaiting(async () => await getRaw({ output: 'url' }));
		expect(error?.message).toMatch(/it does not contain an https address of the raw alert$/);
	});

	test('says so if it is not JSON', async () => {
		await served((_request, response) => response.end('From: someone'));
		expect((await getRaw()).error?.message).toMatch(/: it is not JSON$/);
	});

	test.each([
		'http://intezer.example.com/raw',
		'ftp://127.0.0.1/raw',
		'https://user:password@127.0.0.1/raw',
		'/raw',
	])('refuses the address %s', async (address) => {
		addressed(address);
		expect((await getRaw()).error?.message).toBe(
			'Intezer returned an invalid response: it does not contain an https address of the raw alert',
		);
	});

	test('shows why Intezer has no raw alert', async () => {
		const body = { error: 'Raw data has expired' };
		service.simulator.fail({ path: '/raw-data', status: 404, body });
		const { error } = await getRaw();
		expect(error?.message).toBe('Alert not found');
		expect(error?.description).toMatch(/ Intezer responded: Raw data has expired$/);
	});

	test('needs an environment', async () => {
		expect((await getRaw({ environment: "={{ '' }}" })).error?.message).toBe(
			"'Environment' is empty",
		);
	});
});
