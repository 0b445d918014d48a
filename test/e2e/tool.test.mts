import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import example from '../../examples/agent-tools.json' with { type: 'json' };
import { createInstance, type N8nInstance } from '../../tools/n8nHost/instance.mts';
import { ensureN8n } from '../../tools/n8nHost/n8n.mts';
import type { RunningN8n } from '../../tools/n8nHost/running.mts';
import { TWELVE_FIELDS } from '../engine/cases/simplifiedCase.mts';
import { makeCase, startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { openMcp, type McpSession, type OfferedTool } from './mcp.mts';
import { tarball } from './tarball.mts';

const HISTORY = 40;
const WANTED = makeCase({
	case_title: 'Suspicious PowerShell on FIN-WKS-0231',
	case_status: 'on_hold',
	case_priority: 'escalated',
	devices: [{ hostname: 'FIN-WKS-0231' }],
	users: [{ user_email: 'finance@example.com' }],
	ttps: [{ ttp_id: 'T1059' }],
});

/** What a model sends of a search's arguments when it leaves all filters blank. */
const BLANK = {
	Statuses: '',
	Hostnames: '',
	Text: '',
	Priorities: '',
	Sources: '',
	Created_Until: '',
	Created_From: '',
	Emails: '',
};

/** What a client of the MCP server sends. The example can't be published without it. */
const CLIENT_HEADER = { name: 'X-Agent', value: 'the-agent-of-this-test' };

/** The example with the credential that its user chooses. */
const published = {
	...example,
	nodes: example.nodes.map((node) =>
		node.name === 'MCP Server Trigger'
			? { ...node, credentials: { httpHeaderAuth: { id: 'mcpClients', name: 'MCP clients' } } }
			: node,
	),
};

/** The same for alerts: a tool that gets one, and one that searches them. */
const alertTools = {
	id: 'alertTools',
	name: 'Alert tools',
	settings: { executionOrder: 'v1' },
	nodes: [
		...published.nodes
			.filter(({ name }) => name === 'MCP Server Trigger')
			.map((node) => ({
				...node,
				webhookId: 'alert-tools',
				parameters: { ...node.parameters, path: 'alerts' },
			})),
		alertTool('get_alert', {
			operation: 'get',
			alertId: "={{ $fromAI('Alert', 'The alert_id of the alert', 'string') }}",
			environment: "={{ $fromAI('Environment', 'Its environment. Empty for any', 'string', '') }}",
		}),
		alertTool('search_alerts', {
			operation: 'search',
			filters: { hostnames: "={{ $fromAI('Hostnames', 'Separated by commas', 'string', '') }}" },
		}),
	],
	connections: Object.fromEntries(
		['get_alert', 'search_alerts'].map((name) => [
			name,
			{ ai_tool: [[{ node: 'MCP Server Trigger', type: 'ai_tool', index: 0 }]] },
		]),
	),
};

function alertTool(name: string, parameters: object) {
	return {
		id: name,
		name,
		type: 'n8n-nodes-intezer.intezerAlertsTool',
		typeVersion: 1,
		position: [0, 320],
		parameters: { resource: 'alert', ...parameters },
		credentials: { intezerApi: { id: 'intezerApi', name: 'Intezer API' } },
	};
}

let simulator: Simulator;
let instance: N8nInstance;
let n8n: RunningN8n;
let mcp: McpSession;
let offered: OfferedTool[];

beforeAll(async () => {
	simulator = await startSimulator({ cases: HISTORY });
	simulator.cases.add(WANTED);
	instance = await createInstance(await ensureN8n(), tarball());
	const data = { apiKey: simulator.apiKey, region: 'custom', baseUrl: simulator.url };
	await instance.importCredential(
		{ id: 'intezerApi', name: 'Intezer API', data },
		{ id: 'mcpClients', name: 'MCP clients', type: 'httpHeaderAuth', data: CLIENT_HEADER },
	);
	await instance.importWorkflow(published, alertTools);
	n8n = await instance.start();
	await n8n.publish(example.id);
	await n8n.publish(alertTools.id);
	mcp = await openMcp(mcpUrl(), { [CLIENT_HEADER.name]: CLIENT_HEADER.value });
	offered = await mcp.tools();
});

afterAll(async () => {
	await n8n.stop();
	await instance.remove();
	await simulator.close();
});

const mcpUrl = () => new URL('/mcp/intezer', n8n.url).href;

test('A client without the header is rejected', async () => {
	await expect(openMcp(mcpUrl())).rejects.toThrow(/MCP answered 403/);
});

/** Calls a tool, and reads the JSON that the model gets. */
async function call(name: string, toolArguments: Record<string, unknown>): Promise<unknown> {
	const { text } = await mcp.call(name, toolArguments);
	return JSON.parse(text) as unknown;
}

/** The body of the search that the service was asked last. */
const asked = () => simulator.requests.findLast(({ path }) => path.endsWith('/search'))?.body;

describe('What a model sees', () => {
	test('is a tool for each operation, whose description says what it returns', () => {
		expect(offered.map(({ name, description }) => [name, description]).sort()).toEqual([
			['get_case', 'Get a case by ID or URL in Intezer Cases'],
			['get_devices', 'Get the devices of a case in Intezer Cases'],
			['get_ttps', 'Get the tactics and techniques of a case in Intezer Cases'],
			['get_users', 'Get the users of a case in Intezer Cases'],
			['search_cases', 'Search or count cases in Intezer Cases'],
		]);
	});

	test('is a description of every field that it fills', () => {
		const search = offered.find(({ name }) => name === 'search_cases')?.inputSchema.properties;
		expect(Object.keys(search ?? {}).sort()).toEqual(
			[...Object.keys(BLANK), 'Count_Only', 'Limit'].sort(),
		);
		expect(search?.['Count_Only']?.description).toMatch(/the number of all matching cases/);
		for (const { inputSchema } of offered) {
			for (const field of Object.values(inputSchema.properties)) {
				expect(field.description).toMatch(/\w+ \w+/);
			}
		}
	});
});

describe('What a model gets', () => {
	test('from a search are the simplified cases that match comma-separated filters', async () => {
		const found = await call('search_cases', {
			...BLANK,
			Statuses: 'On Hold, new',
			Hostnames: 'FIN-WKS-0231, host-8',
			Limit: 10,
			Count_Only: false,
		});
		expect(asked()).toEqual({
			payload: {
				case_statuses: ['on_hold', 'new'],
				devices: { hostnames: ['FIN-WKS-0231', 'host-8'] },
			},
			offset: 0,
			limit: 10,
		});
		expect(found).toEqual(
			expect.arrayContaining([expect.objectContaining({ case_id: WANTED.case_id })]),
		);
		expect(Object.keys((found as object[])[0] ?? {})).toEqual(TWELVE_FIELDS);
	});

	test.each([
		['blank', BLANK],
		['left out', {}],
	])('of a search with all filters %s is the newest cases', async (_how, filters) => {
		const found = await call('search_cases', { ...filters, Limit: 3 });
		expect(found).toHaveLength(3);
		expect(asked()).toEqual({ payload: {}, offset: 0, limit: 3 });
	});

	test('from a count is the number of all matching cases', async () => {
		const found = await call('search_cases', { ...BLANK, Limit: 1, Count_Only: true });
		expect(found).toEqual([{ cases_count: HISTORY + 1 }]);
	});

	test.each([
		['its ID', () => WANTED.case_id],
		['its link', () => `${simulator.url}/cases/${WANTED.case_id}`],
	])('of a case by %s is the case with the lists that it asked for', async (_by, value) => {
		const found = await call('get_case', { Case: value(), Include: 'devices, users' });
		expect(found).toEqual([
			expect.objectContaining({
				case_title: WANTED.case_title,
				devices: WANTED.devices,
				users: WANTED.users,
			}),
		]);
	});

	test.each([
		['get_devices', WANTED.devices],
		['get_users', WANTED.users],
		['get_ttps', WANTED.ttps],
	])('of %s is what belongs to the case', async (tool, expected) => {
		expect(await call(tool, { Case: WANTED.case_id })).toEqual(
			expected.map((each) => ({ ...each, case_id: WANTED.case_id })),
		);
	});

	test('for an unknown case is an error that says so', async () => {
		const { text } = await mcp.call('get_case', { Case: 'unknown', Include: '' });
		expect(text).toContain('Case not found');
	});

	test('for a filter with an unknown value is the list of known values', async () => {
		const { text } = await mcp.call('search_cases', { ...BLANK, Priorities: 'urgent', Limit: 1 });
		expect(text).toContain("'urgent' is not a known value for 'Priorities'");
		expect(text).toContain('Use one of these values: informational, low, medium, high, escalated.');
	});
});

describe('A model with tools of Intezer Alerts', () => {
	let alerts: McpSession;

	beforeAll(async () => {
		simulator.alerts.add({ alert_id: 'ldt:1', environment: 'production' });
		simulator.alerts.add({ alert_id: 'ldt:2', attributes: { hostnames: ['HR-WKS-0417'] } });
		const url = new URL('/mcp/alerts', n8n.url).href;
		alerts = await openMcp(url, { [CLIENT_HEADER.name]: CLIENT_HEADER.value });
	});

	test('gets an alert by its ID, with its environment left blank', async () => {
		const { text } = await alerts.call('get_alert', { Alert: 'ldt:1', Environment: '' });
		expect(JSON.parse(text)).toEqual([
			expect.objectContaining({ alert_id: 'ldt:1', environment: 'production', status: 'success' }),
		]);
	});

	test('gets the alerts that match', async () => {
		const { text } = await alerts.call('search_alerts', { Hostnames: 'HR-WKS-0417, host-99' });
		expect(JSON.parse(text)).toEqual([expect.objectContaining({ alert_id: 'ldt:2' })]);
	});

	test('is told that an alert does not exist', async () => {
		const { text } = await alerts.call('get_alert', { Alert: 'unknown', Environment: '' });
		expect(text).toContain('Alert not found');
	});
});
