import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import { startSimulator, type Simulator } from '../../../tools/simulator/simulator.mts';

let simulator: Simulator;
let client: PlainClient;

beforeEach(async () => {
	simulator = await startSimulator({ cases: 5 });
	client = await PlainClient.connect(simulator);
});

afterEach(() => simulator.close());

function search(body: object = {}) {
	return client.post('/cases/search', { payload: {}, ...body });
}

describe('faults', () => {
	it('return a status, headers and a body, for `times` requests after the first `after`', async () => {
		const headers = { 'retry-after': '3' };
		simulator.fail({ path: '/cases/search', after: 1, times: 2, status: 429, headers });
		const answers = [await search(), await client.get('/is-available')];
		answers.push(await search(), await search(), await search());
		expect(answers.map((answer) => answer.status)).toEqual([200, 200, 429, 429, 200]);
		expect(answers[2]?.headers.get('retry-after')).toBe('3');
		expect(answers[2]?.body).toEqual({ error: 'Too Many Requests' });
	});

	it('send a string as text/html, as a proxy would', async () => {
		simulator.fail({ status: 502, body: '<h1>Bad gateway</h1>' });
		const answer = await search();
		expect(answer.status).toBe(502);
		expect(answer.headers.get('content-type')).toContain('text/html');
		expect(answer.body).toBe('<h1>Bad gateway</h1>');
	});

	it('can send status 200 with another body', async () => {
		simulator.fail({ path: /devices$/, body: { result: { devices: null } } });
		const [first] = simulator.cases.all;
		const answer = await client.get(`/cases/${first?.case_id ?? ''}/devices`);
		expect(answer).toMatchObject({ status: 200, body: { result: { devices: null } } });
	});

	it('select requests by their body', async () => {
		simulator.fail({
			match: ({ body }) => JSON.stringify(body).includes('"offset":2'),
			times: Infinity,
			status: 500,
		});
		expect((await search({ offset: 0 })).status).toBe(200);
		expect((await search({ offset: 2 })).status).toBe(500);
		expect((await search({ offset: 2 })).status).toBe(500);
		simulator.clearFaults();
		expect((await search({ offset: 2 })).status).toBe(200);
	});

	it('happen one after the other when several match', async () => {
		simulator.fail({ status: 503 });
		simulator.fail({ status: 500 });
		const statuses = [await search(), await search(), await search()].map(({ status }) => status);
		expect(statuses).toEqual([503, 500, 200]);
	});

	it('reset the connection', async () => {
		simulator.fail({ reset: true });
		await expect(search()).rejects.toThrow();
		expect(simulator.requests.at(-1)?.status).toBe(0);
		expect((await search()).status).toBe(200);
	});

	it('break the connection in the middle of a response', async () => {
		simulator.fail({ truncate: true });
		const response = await fetch(`${simulator.url}/api/v2-0/is-available`);
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow();
	});

	it('leave a request without a response until the simulator closes', async () => {
		simulator.fail({ hang: true });
		const arrived = new Promise<void>((resolve) => {
			simulator.beforeAnswer(() => {
				resolve();
			});
		});
		const rejected = expect(search()).rejects.toThrow();
		await arrived;
		expect(simulator.inFlight.now).toBe(1);
		await simulator.close();
		await rejected;
	});

	it('have exactly one kind', () => {
		expect(() => {
			simulator.fail({ path: '/x' });
		}).toThrow();
		expect(() => {
			simulator.fail({ status: 500, hang: true });
		}).toThrow();
	});
});
