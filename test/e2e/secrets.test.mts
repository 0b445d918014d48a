import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { ExecutionResult } from '../../tools/n8nHost/execution.mts';
import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';
import { chosenVersion, ensureN8n } from '../../tools/n8nHost/n8n.mts';
import { freePort } from '../../tools/n8nHost/ports.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { saveCredential, saveWorkflow } from '../../tools/n8nHost/saving.mts';
import { jsonBody, type N8nSession } from '../../tools/n8nHost/session.mts';
import { startSimulator, type Fault, type Simulator } from '../../tools/simulator/simulator.mts';
import { filesBelow, SecretSearch, type Finding } from './secretSearch.mts';
import { workflow } from './workflows.mts';
import { tarball } from './tarball.mts';

const SEARCH = '/cases/search';
const EXCHANGE = '/get-access-token';
const ALWAYS = { times: Infinity };

/** A run with what goes wrong in it, and how n8n shows it. */
interface Scene {
	/** What the service does wrong. Only this run uses the key. */
	faults?: (key: string) => Fault[];
	/** The key in the credential, if it is a wrong one. */
	key?: string;
	baseUrl?: () => Promise<string>;
	parameters?: Record<string, unknown>;
	continueOnFail?: true;
	/** The service rejects a search and repeats the token in its response. */
	repeatsToken?: true;
	/** Cancels the execution while it waits for an answer. */
	cancel?: true;
	/** The beginning of the error's message; none if the run succeeds. */
	message?: RegExp;
}

const WRONG_KEY = randomUUID();
/** A broken token: it contains a line break, so it is never sent. */
const BROKEN_TOKEN = `${randomUUID()}\r\n${randomUUID()}`;
const NO_ACCESS = { error: 'Insufficient Permissions' };

const scenes: Record<string, Scene> = {
	success: { parameters: { returnAll: true } },
	limited: { parameters: { limit: 5 } },
	wrongKey: { key: WRONG_KEY, message: /^Intezer rejected the API key/ },
	unauthorized: {
		faults: () => [{ path: SEARCH, status: 401, ...ALWAYS }],
		message: /^Intezer rejected the API key/,
	},
	forbidden: {
		faults: () => [{ path: SEARCH, status: 403, body: NO_ACCESS, ...ALWAYS }],
		message: /^The Intezer account does not have access to cases/,
	},
	notFound: {
		parameters: { operation: 'get', caseId: { __rl: true, mode: 'id', value: 'unknown' } },
		message: /^Case not found/,
	},
	badRequest: {
		faults: () => [{ path: SEARCH, status: 400, ...ALWAYS }],
		message: /^Intezer rejected the request as invalid/,
	},
	tooMany: {
		faults: () => [{ path: SEARCH, status: 429, headers: { 'retry-after': '1' }, ...ALWAYS }],
		message: /^Intezer is rate-limiting this account/,
	},
	down: {
		faults: () => [{ path: SEARCH, status: 500, body: '<h1>Oops</h1>', ...ALWAYS }],
		message: /^Intezer is unavailable/,
	},
	reset: {
		faults: () => [{ path: SEARCH, reset: true, ...ALWAYS }],
		message: /^Could not connect to Intezer/,
	},
	halfSent: {
		faults: () => [{ path: SEARCH, truncate: true, ...ALWAYS }],
		message: /^(Could not connect to Intezer|Intezer returned an invalid response)/,
	},
	// A response that never comes takes two minutes, until the node gives up.
	timedOut: {
		faults: () => [
			{ path: SEARCH, hang: true },
			{ path: SEARCH, status: 400, after: 1, ...ALWAYS },
		],
		message: /^Intezer/,
	},
	canceled: { faults: () => [{ path: SEARCH, hang: true, ...ALWAYS }], cancel: true },
	html: {
		faults: () => [{ path: SEARCH, body: '<html>Log in</html>', ...ALWAYS }],
		message: /^Intezer returned an invalid response/,
	},
	redirected: {
		faults: () => [{ path: SEARCH, ...redirect(SEARCH), ...ALWAYS }],
		message: /^The Intezer address redirects to another address/,
	},
	exchangeRedirected: {
		faults: () => [{ path: EXCHANGE, ...redirect(EXCHANGE), ...ALWAYS }],
		message: /^The Intezer address redirects to another address/,
	},
	exchangeReset: {
		faults: () => [{ path: EXCHANGE, reset: true, ...ALWAYS }],
		message: /^Could not connect to Intezer/,
	},
	exchangeUnreadable: {
		faults: () => [{ path: EXCHANGE, body: { result: BROKEN_TOKEN }, ...ALWAYS }],
		message: /^Intezer returned an invalid response/,
	},
	keyRepeated: {
		faults: (key) => [
			{ path: EXCHANGE, status: 403, body: { error: `No quota for the key ${key}` }, ...ALWAYS },
		],
		message: /^The request to Intezer was refused/,
	},
	tokenRepeated: {
		repeatsToken: true,
		message: /^Intezer rejected the request as invalid \(400\)$/,
	},
	unreachable: {
		baseUrl: async () => `http://127.0.0.1:${await freePort()}`,
		message: /^Could not connect to Intezer/,
	},
	badAddress: {
		baseUrl: () => Promise.resolve('http://intezer.example.com'),
		message: /^The base URL in the Intezer API credential is invalid/,
	},
	goesOn: {
		faults: () => [{ path: SEARCH, status: 403, body: NO_ACCESS, ...ALWAYS }],
		continueOnFail: true,
	},
};

/**
 * n8n 1 runs the credential test itself, and at the log level debug logs the response of a failed test, even one
 * in which the service repeats the token. SECURITY.md says so.
 */
const logsRefusedTests = chosenVersion().startsWith('1.');

/** The target of every redirect. */
let elsewhere: Simulator;
let instance: N8nInstance;
let n8n: RunningN8n;
let session: N8nSession;
let search: SecretSearch;
const simulators: Record<string, Simulator> = {};
const results: Record<string, ExecutionResult> = {};
/** The responses of n8n's API, by request. */
const answers: Record<string, string> = {};
/** What was found while n8n ran, before its database wrote back its log. */
let findingsAtRun: Finding[];

beforeAll(async () => {
	elsewhere = await startSimulator({ cases: 5 });
	instance = await createInstance(await ensureN8n(), tarball(), {
		N8N_LOG_LEVEL: 'debug',
		N8N_LOG_OUTPUT: 'console,file',
		EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
		EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
		EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'true',
		EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'true',
	});
	n8n = await instance.start();
	session = await n8n.login();

	await playAll();
	await testCredentials();
	await askForAll();

	search = new SecretSearch(secrets());
	findingsAtRun = await search.inFolder(instance.userFolder);
	await n8n.stop();
});

afterAll(async () => {
	await n8n.stop();
	await instance.remove();
	for (const each of [elsewhere, ...Object.values(simulators)]) await each.close();
});

describe('What n8n keeps and shows of runs', () => {
	test.each(Object.entries(scenes))('is as expected: %s', (name, { message }) => {
		const result = results[name];
		if (name === 'canceled') expect(result?.status).toBe('canceled');
		else if (message === undefined) expect(result?.error).toBeUndefined();
		else expect(result?.error?.message).toMatch(message);
	});

	test('contains neither a key nor a token in any file while n8n runs', () => {
		expect(findingsAtRun).toEqual([]);
	});

	test('contains neither a key nor a token in any file after n8n has ended', async () => {
		expect(await search.inFolder(instance.userFolder)).toEqual([]);
	});

	test("contains neither a key nor a token in the responses of n8n's API", () => {
		expect(Object.keys(answers).length).toBeGreaterThan(2 * Object.keys(scenes).length);
		const found = Object.entries(answers).flatMap(([where, answer]) => search.in(where, answer));
		expect(found).toEqual([]);
	});

	test('was searched where n8n writes: in its database, its log file and its console', async () => {
		const [known] = simulators.success?.cases.all ?? [];
		const found = await new SecretSearch([known?.case_id ?? '']).inFolder(instance.userFolder);
		expect(found.map(({ where }) => where)).toContain(join('.n8n', 'database.sqlite'));

		const logs = (await filesBelow(instance.userFolder)).filter((path) =>
			/(n8n|-start)\.log$/.test(path),
		);
		expect(logs).toHaveLength(2);
		for (const log of logs) {
			const lines = await readFile(log, 'utf8');
			expect(lines).toContain('"level":"debug"');
			for (const name of Object.keys(scenes)) expect(lines).toContain(name);
		}
	});
});

describe('What leaves n8n', () => {
	test('is the key exchange, which contains only the key, and requests for cases, which contain only the token', () => {
		const requests = Object.values(simulators).flatMap((each) => each.requests);
		const kinds = requests.map(({ method, path }) => `${method} ${path}`);
		expect([...new Set(kinds)].sort()).toEqual([
			'GET /api/v2-0/cases/unknown',
			'POST /api/v2-0/cases/search',
			'POST /api/v2-0/get-access-token',
		]);
		for (const { path, headers, body } of requests) {
			const { authorization, ...others } = headers;
			if (path.endsWith(EXCHANGE)) {
				expect(Object.keys(record(body))).toEqual(['api_key']);
				expect(authorization).toBeUndefined();
				expect(search.in(path, JSON.stringify([path, others]))).toEqual([]);
			} else {
				expect(search.in(path, JSON.stringify([path, others, body]))).toEqual([]);
			}
		}
	});
});

describe('A redirect to another host', () => {
	test('is followed neither with the token nor with the key', async () => {
		expect(elsewhere.requests).toEqual([]);
		// A followed redirect would have arrived there.
		const { url } = simulators.redirected ?? elsewhere;
		await fetch(new URL(`/api/v2-0${SEARCH}`, url), { method: 'POST' });
		expect(elsewhere.requests).toHaveLength(1);
	});
});

describe('The search for secrets', () => {
	test.each<[string, (secret: string) => string | Buffer]>([
		['as it is', (secret) => `{"key":"${secret}"}`],
		['in JSON within JSON', (secret) => JSON.stringify(JSON.stringify({ secret }))],
		['in a URL', (secret) => encodeURIComponent(`key="${secret}"`)],
		['in hex', (secret) => Buffer.from(secret).toString('hex')],
		['in UTF-16', (secret) => Buffer.from(`x${secret}`, 'utf16le')],
		['in base64', (secret) => Buffer.from(secret).toString('base64')],
		['in base64, one byte on', (secret) => Buffer.from(`x${secret}y`).toString('base64url')],
		['in base64, two bytes on', (secret) => Buffer.from(`xy${secret}y`).toString('base64')],
		['cut off', (secret) => `Bearer ${secret.slice(0, 20)}…`],
	])('finds one %s', async (_form, hidden) => {
		const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
		const [secret, other] = [randomUUID(), randomUUID()];
		await writeFile(join(folder, 'file'), hidden(secret));
		const found = await new SecretSearch([other, secret]).inFolder(folder);
		await rm(folder, { recursive: true });
		expect(found.map((finding) => [finding.where, finding.secret])).toContainEqual(['file', 1]);
		expect(found.filter((finding) => finding.secret === 0)).toEqual([]);
	});
});

function redirect(path: string): Fault {
	return { status: 307, headers: { location: `${elsewhere.url}/api/v2-0${path}` } };
}

/** Plays a few scenes at a time, and the long one in parallel. */
async function playAll(): Promise<void> {
	const { timedOut, ...others } = scenes;
	const queue = Object.entries(others);
	const playOn = async (): Promise<void> => {
		for (let next = queue.shift(); next !== undefined; next = queue.shift()) await play(...next);
	};
	await Promise.all([play('timedOut', timedOut ?? {}), playOn(), playOn(), playOn()]);
}

/** Runs a workflow against a service of its own. */
async function play(name: string, scene: Scene): Promise<void> {
	const key = randomUUID();
	const simulator = await startSimulator({ cases: 20, apiKeys: [key] });
	simulators[name] = simulator;
	for (const fault of scene.faults?.(key) ?? []) simulator.fail(fault);
	const asked = new Promise<void>((resolve) => {
		simulator.beforeAnswer(({ path, headers: { authorization } }) => {
			if (!path.endsWith(SEARCH) || authorization === undefined) return;
			if (scene.repeatsToken) {
				const error = `the token ${String(authorization).replace('Bearer ', '')} is no good`;
				simulator.fail({ path: SEARCH, status: 400, body: { error } });
			}
			resolve();
		});
	});

	const credentialId = await saveCredential(session, name, {
		apiKey: scene.key ?? key,
		region: 'custom',
		baseUrl: (await scene.baseUrl?.()) ?? simulator.url,
	});
	const parameters = { operation: 'search', ...scene.parameters };
	const { continueOnFail } = scene;
	const scenario = workflow(name, parameters, { credentialId, continueOnFail });
	const id = await saveWorkflow(session, scenario);
	const run = n8n.runWorkflow(id);
	if (scene.cancel) {
		await asked;
		const [running] = array(record(await json('/rest/executions?limit=100')).results)
			.map(record)
			.filter(({ workflowId }) => workflowId === id);
		await session(`/rest/executions/${text(running?.id) ?? ''}/stop`, jsonBody({}));
	}
	results[name] = await run;
}

/** Tests the credentials of all scenes like the editor, with the data that n8n sends to it. */
async function testCredentials(): Promise<void> {
	for (const credential of array(await json('/rest/credentials')).map(record)) {
		const { id, name, type } = credential;
		const { data } = record(await json(`/rest/credentials/${text(id) ?? ''}?includeData=true`));
		// Scenes in which n8n takes long to respond are only run.
		if (['timedOut', 'canceled'].includes(text(name) ?? '')) continue;
		if (name === 'tokenRepeated' && logsRefusedTests) continue;
		const body = jsonBody({ credentials: { id, name, type, data } });
		const response = await session('/rest/credentials/test', body);
		answers[`test ${text(name) ?? ''}`] = await response.text();
	}
}

/** Requests everything that n8n shows of the runs. */
async function askForAll(): Promise<void> {
	const executions = array(record(await json('/rest/executions?limit=100')).results);
	for (const { id } of executions.map(record)) await json(`/rest/executions/${text(id) ?? ''}`);
	for (const name of Object.keys(scenes)) await json(`/rest/workflows/${name}`);
}

/** The `data` of a response of n8n's API; the response is kept. */
async function json(path: string): Promise<unknown> {
	const answer = await (await session(path)).text();
	answers[path] = answer;
	return record(JSON.parse(answer))['data'];
}

/** All keys, and of all tokens the signature: without it, a token is worth nothing. */
function secrets(): string[] {
	const services = Object.values(simulators);
	const tokens = services.flatMap(({ tokensGiven }) => tokensGiven);
	return [
		WRONG_KEY,
		...BROKEN_TOKEN.split('\r\n'),
		...services.map(({ apiKey }) => apiKey),
		...tokens.map((token) => token.split('.')[2] ?? ''),
	];
}
