// cspell:ignore colour
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCommandLine } from '../../../tools/simulator/commandLine.mts';
import { UsageError } from '../../../tools/simulator/options.mts';
import { PlainClient } from '../../../tools/simulator/plainClient.mts';
import {
	ALL_SETTINGS,
	defaultSettings,
	settingsToJson,
} from '../../../tools/simulator/settings.mts';
import {
	DEMO_API_KEY,
	makeCase,
	startSimulator,
	type Simulator,
} from '../../../tools/simulator/simulator.mts';

const defaultsAsJson = settingsToJson(defaultSettings());

describe('control over HTTP', () => {
	let simulator: Simulator;

	beforeEach(async () => {
		simulator = await startSimulator({ cases: [makeCase({ case_id: 'one', creation_time: 1 })] });
	});

	afterEach(() => simulator.close());

	async function control(method: string, path: string, body?: object) {
		const response = await fetch(`${simulator.url}/_simulator${path}`, {
			method,
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		return {
			status: response.status,
			body: text === '' ? undefined : (JSON.parse(text) as unknown),
		};
	}

	it('describes itself and its routes', async () => {
		const { body } = await control('GET', '');
		expect(body).toMatchObject({ cases: 1, api_key: DEMO_API_KEY, settings: { latencyMs: 0 } });
		expect(body).toHaveProperty('routes');
		expect((await control('GET', '/')).status).toBe(200);
	});

	it('lists the recorded requests, except its own, and deletes them', async () => {
		await PlainClient.connect(simulator);
		await control('GET', '/nothing');
		const { body } = await control('GET', '/requests');
		expect(body).toMatchObject([{ path: '/api/v2-0/get-access-token', status: 200 }]);
		expect((await control('DELETE', '/requests')).status).toBe(204);
		expect(simulator.requests).toEqual([]);
	});

	it('changes the given settings and keeps the others', async () => {
		await control('POST', '/settings', { latencyMs: 5, pageCap: 3, maxExcludedIds: 2 });
		const changes = { pageCap: null, ascending: ['alerts_count'], shuffleTies: true };
		await control('POST', '/settings', changes);
		const { body } = await control('POST', '/settings', { timeFormat: 'iso' });
		expect(body).toEqual({
			...defaultsAsJson,
			latencyMs: 5,
			maxExcludedIds: 2,
			timeFormat: 'iso',
			ascending: ['alerts_count'],
			shuffleTies: true,
		});
		expect(simulator).toMatchObject({ latencyMs: 5, maxExcludedIds: 2, timeFormat: 'iso' });
		expect(simulator.pageCap).toBeUndefined();
	});

	it.each(ALL_SETTINGS.map(([name]) => name))('knows %s, with its help', async (name) => {
		const { body } = await control('GET', '');
		expect(body).toMatchObject({ settings_help: { [name]: expect.any(String) } });
		const same = { [name]: defaultsAsJson[name] };
		expect(await control('POST', '/settings', same)).toEqual({ status: 200, body: defaultsAsJson });
	});

	it('adds, changes and removes cases, and attaches alerts', async () => {
		const added = await control('POST', '/cases', { case_id: 'two', case_title: 'Two' });
		expect(added).toMatchObject({ status: 201, body: { case_id: 'two', case_title: 'Two' } });
		const changed = await control('PATCH', '/cases/two', { case_priority: 'escalated' });
		expect(changed).toMatchObject({ status: 200, body: { case_priority: 'escalated' } });
		await control('POST', '/cases/two/alerts');
		expect(simulator.cases.get('two')).toMatchObject({ alerts_count: 2 });
		expect((await control('DELETE', '/cases/two')).status).toBe(204);
		expect(simulator.cases.get('two')).toBeUndefined();
	});

	it('escalates an open case, or adds one if all are escalated', async () => {
		expect((await control('POST', '/escalate')).body).toMatchObject({ case_id: 'one' });
		expect(simulator.cases.get('one')?.modification_time).toBeGreaterThan(1);
		const { body } = await control('POST', '/escalate');
		expect(body).toMatchObject({ case_priority: 'escalated' });
		expect(simulator.cases.size).toBe(2);
	});

	it('adds, changes and removes alerts, by ID and environment', async () => {
		const added = await control('POST', '/alerts', { alert_id: 'a/1', source: 'cs' });
		expect(added).toMatchObject({
			status: 201,
			body: { alert_id: 'a/1', environment: 'production', source: 'cs' },
		});
		await control('POST', '/alerts', { alert_id: 'a/1', environment: 'lab' });
		const path = '/alerts/a%2F1?environment=lab';
		const changed = await control('PATCH', path, { source: 's1', raw: { a: 1 } });
		expect(changed).toMatchObject({ status: 200, body: { environment: 'lab', source: 's1' } });
		expect(simulator.alerts.withId('a/1', 'lab')).toMatchObject([{ raw: { a: 1 } }]);
		expect((await control('DELETE', path)).status).toBe(204);
		expect(simulator.alerts.withId('a/1')).toMatchObject([{ environment: 'production' }]);
	});

	it('changes the alerts of cases', async () => {
		await control('POST', '/cases', { case_id: 'two', alerts: [{ alert_id: 'of two' }] });
		const changed = await control('PATCH', '/alerts/of%20two', { is_mitigated: true });
		expect(changed).toMatchObject({ status: 200, body: { is_mitigated: true } });
	});

	it('finishes the triage of an alert, with a verdict if one is given', async () => {
		await control('POST', '/settings', { triageSeconds: 3600 });
		const client = await PlainClient.connect(simulator);
		for (const alert_id of ['one', 'two']) await control('POST', '/alerts', { alert_id });
		const triageOf = async (alert_id: string) =>
			(await client.getWith('/alerts/get-by-id', { alert_id })).body;
		expect(await triageOf('one')).toMatchObject({ status: 'queued' });
		await control('POST', '/alerts/one/finish-triage');
		await control('POST', '/alerts/two/finish-triage', { alert_verdict: 'confirmed_threat' });
		expect(await triageOf('one')).toMatchObject({
			status: 'success',
			result: { triage_result: { alert_verdict: 'suspicious_behavior' } },
		});
		expect(await triageOf('two')).toMatchObject({
			status: 'success',
			result: {
				triage_result: {
					alert_verdict: 'confirmed_threat',
					alert_verdict_display: 'Confirmed Threat',
				},
			},
		});
	});

	it('needs the environment of an alert if several have its ID', async () => {
		for (const environment of ['lab', 'production']) {
			const alert = { alert_id: 'twin', environment };
			expect((await control('POST', '/alerts', alert)).status).toBe(201);
			expect((await control('POST', '/alerts', alert)).status).toBe(409);
		}
		expect((await control('POST', '/alerts/twin/finish-triage')).status).toBe(409);
		expect((await control('DELETE', '/alerts/twin?environment=lab')).status).toBe(204);
		expect((await control('POST', '/alerts/twin/finish-triage')).status).toBe(200);
	});

	it('adds and clears faults, and revokes tokens', async () => {
		const client = await PlainClient.connect(simulator);
		await control('POST', '/faults', { path: '/cases/search', status: 503, always: true });
		await expect(client.search({})).rejects.toThrow('503');
		await expect(client.search({})).rejects.toThrow('503');
		await control('DELETE', '/faults');
		expect((await client.search({})).count).toBe(1);
		await control('POST', '/revoke-tokens');
		await expect(client.search({})).rejects.toThrow('401');
	});

	it.each([
		['POST', '/settings', { latency: 1 }, 400],
		['POST', '/settings', { pageCap: 0 }, 400],
		['POST', '/settings', { latencyMs: null }, 400],
		['POST', '/settings', { ascending: ['case_title'] }, 400],
		['POST', '/settings', { copyLags: [-1] }, 400],
		['POST', '/cases', { case_status: 'open' }, 400],
		['POST', '/cases', { case_id: 'one' }, 409],
		['PATCH', '/cases/one', { case_id: 'two' }, 400],
		['PATCH', '/cases/none', {}, 404],
		['DELETE', '/cases/none', undefined, 404],
		['POST', '/cases/none/alerts', undefined, 404],
		['POST', '/alerts', { alert_id: '' }, 400],
		['POST', '/alerts', { verdict: 'malicious' }, 400],
		['PATCH', '/alerts/none', {}, 404],
		['PATCH', '/alerts/none', { alert_id: 'two' }, 400],
		['DELETE', '/alerts/none', undefined, 404],
		['POST', '/alerts/none/finish-triage', undefined, 404],
		['POST', '/alerts/none/finish-triage', { verdict: 'malicious' }, 400],
		['POST', '/faults', {}, 400],
		['POST', '/faults', { status: 'bad' }, 400],
		['GET', '/nothing', undefined, 404],
	])('refuses %s %s %j with %i', async (method, path, body, status) => {
		expect((await control(method, path, body)).status).toBe(status);
	});
});

describe('the command', () => {
	const main = fileURLToPath(new URL('../../../tools/simulator/main.mts', import.meta.url));
	let child: ChildProcess | undefined;

	afterEach(() => {
		child?.kill('SIGKILL');
	});

	function run(...options: string[]) {
		const started = spawn(process.execPath, ['--import', 'tsx', main, ...options], {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		child = started;
		const said = { out: '', err: '' };
		started.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
		started.stderr.on('data', (data: Buffer) => (said.err += data.toString()));
		const ended = once(started, 'close').then(([code]) => ({ ...said, code: code as unknown }));
		return { started, said, ended };
	}

	it('prints its address, responds there, and stops on Ctrl-C', async () => {
		const shape = ['--page-cap', '3', '--shuffle-ties', '--copy-lags', '0,75'];
		const { started, said, ended } = run('--port', '0', '--cases', '7', ...shape);
		while (!said.out.includes('Ctrl-C')) await once(started.stdout, 'data');
		expect(said.out).toContain(DEMO_API_KEY);
		const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.out)?.[0] ?? '';
		const about: unknown = await (await fetch(`${url}/_simulator`)).json();
		expect(about).toMatchObject({
			cases: 7,
			settings: { pageCap: 3, shuffleTies: true, copyLags: [0, 75], noDate: false },
		});
		started.kill('SIGINT');
		expect(await ended).toMatchObject({ code: 0, err: '' });
	});

	it('imitates a profile, and options change it', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'profile-'));
		const file = join(folder, 'profile.json');
		const settings = { pageCap: 50, rangeEnd: 'exclusive' };
		writeFileSync(file, JSON.stringify({ version: 1, cases: 9, points: {}, settings }));
		const { said, started, ended } = run('--port', '0', '--profile', file, '--page-cap', '3');
		while (!said.out.includes('Ctrl-C')) await once(started.stdout, 'data');
		rmSync(folder, { recursive: true });
		const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.out)?.[0] ?? '';
		const about: unknown = await (await fetch(`${url}/_simulator`)).json();
		expect(about).toMatchObject({ cases: 9, settings: { pageCap: 3, rangeEnd: 'exclusive' } });
		started.kill('SIGINT');
		await ended;
	});

	it('reports a port in use in one sentence', async () => {
		const other = await startSimulator({ cases: 0 });
		const { port } = new URL(other.url);
		const { code, err } = await run('--port', port).ended;
		await other.close();
		expect({ code, err }).toEqual({
			code: 1,
			err: `Port ${port} is in use: choose another with --port, or 0 for any free one.\n`,
		});
	});

	it('reports an option that it does not know in one sentence', async () => {
		const { code, err } = await run('--colour', 'red').ended;
		expect({ code, err }).toEqual({
			code: 2,
			err: "Unknown option '--colour'. --help lists the options.\n",
		});
	});

	it.each([
		['--cases', 'many'],
		['--page-cap', '0'],
		['--range-end', 'open'],
		['--copy-lags', '0,soon'],
		['--profile', '/nowhere/profile.json'],
	])('refuses %s %s, and names the option', (option, value) => {
		const refused = () => readCommandLine([option, value]);
		expect(refused).toThrow(UsageError);
		expect(refused).toThrow(new RegExp(`^${option} .+\\.$`));
	});
});
