import type { INodeParameters } from 'n8n-workflow';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
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

	describe('of many items whose first download fails with a 503', () => {
		const IDS = Array.from({ length: 100 }, (_, n) => `alert-${n}`);
		/** The requests after the 503 whose response is held back. */
		let held: Array<(status: number) => void>;
		let sent: number;
		let peak: number;

		/** Responds to requests with these codes, the last one also to the others, after further ones had time to arrive. */
		async function respond(statuses: readonly number[]): Promise<void> {
			for (let turn = 0; turn < 100; turn++) await nextTurn();
			peak = Math.max(peak, held.length);
			for (const [index, end] of held.splice(0).entries()) end(statuses[index] ?? 200);
		}

		/** @param statuses of the responses to the first repeated requests; 200 for all others */
		async function getAll(statuses: readonly number[] = []) {
			[held, sent, peak] = [[], 0, 0];
			const refused = new Set<string | undefined>();
			const url = await served(({ url: path }, response) => {
				if (refused.size < refused.add(path).size) {
					response.writeHead(503, { 'retry-after': '5' }).end();
					return;
				}
				sent++;
				const end = (status: number) => response.writeHead(status).end(JSON.stringify({ path }));
				if (held.push(end) === 20) void respond(statuses);
			});
			service.simulator.clearFaults();
			for (const id of IDS) {
				const body = { result_url: new URL(id, url).href };
				service.simulator.fail({ path: `/${id}/raw-data`, body });
			}
			return await withoutWaiting(() =>
				runAlerts(
					'getRaw',
					{ alertId: '={{ $json.id }}', environment: 'production' },
					{ credential: service.credential, input: IDS.map((id) => ({ id })) },
				),
			);
		}

		test('has no more than 20 in flight, also after the wait', async () => {
			const { items, error } = await getAll();
			expect(error).toBeUndefined();
			expect(items).toEqual(
				IDS.map((id, item) => ({ json: { path: `/${id}` }, pairedItem: { item } })),
			);
			expect(peak).toBe(20);
		});

		test('sends no more requests if one fails while others wait for their turn', async () => {
			const { error } = await getAll([403]);
			expect(error?.message).toMatch(/: the host refused it \(403\) \[item \d+\]$/);
			expect(sent).toBe(20);
		});
	});

	test('ends a download when another item fails', async () => {
		let isStarted: () => void = () => undefined;
		const started = new Promise<void>((resolve) => {
			isStarted = resolve;
		});
		const url = await served((request, response) => {
			if (request.url === '/endless') response.write('{', isStarted);
			else void started.then(() => response.writeHead(403).end());
		});
		service.simulator.clearFaults();
		for (const id of ['endless', 'refused']) {
			const body = { result_url: new URL(id, url).href };
			service.simulator.fail({ path: `/${id}/raw-data`, body });
		}
		const { error } = await runAlerts(
			'getRaw',
			{ alertId: '={{ $json.id }}', environment: 'production' },
			{ credential: service.credential, input: [{ id: 'endless' }, { id: 'refused' }] },
		);
		expect(error?.message).toMatch(/: the host refused it \(403\) \[item 1\]$/);
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
