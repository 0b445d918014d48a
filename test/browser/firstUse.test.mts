// What a user does after installing the package. Each test continues where the last one ended.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { logIn } from '../../tools/n8nHost/session.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { launchChromium } from './chromium.mts';
import { Editor } from './editor.mts';
import { isIconShown } from './icons.mts';
import { cutOffTexts } from './legibility.mts';
import { DESCRIPTIONS, ENTRY, TOOL_ENTRY } from './nodePanel.mts';
import type { NodeView } from './nodeView.mts';
import { storeWorkflow } from './stored.mts';
import { sharedN8n } from './sharedN8n.mts';
import { waitFor } from '../waitFor.mts';

const WRONG_KEY = '99999999-9999-4999-8999-999999999999';

const n8n = sharedN8n();
let simulator: Simulator;
let browser: Browser;
let editor: Editor;
let node: NodeView;

beforeAll(async () => {
	simulator = await startSimulator();
	browser = await launchChromium();
	editor = await Editor.open(browser, n8n.url);
});

afterAll(async () => {
	await browser.close();
	await simulator.close();
});

describe('A new user', () => {
	test('logs in', async () => {
		await editor.logIn(n8n);
		await editor.newWorkflow();
	});

	test('finds both nodes by typing "intezer", with an icon and a description', async () => {
		await editor.searchNodePanel('intezer');
		const entry = editor.nodePanelEntry(ENTRY);
		for (const theme of ['light', 'dark'] as const) {
			await editor.useTheme(theme);
			const description = entry.getByTestId('node-creator-item-description');
			expect(DESCRIPTIONS).toContain(await description.innerText());
			expect(await isIconShown(entry, theme)).toBe(true);
		}
		await editor.useTheme('light');
	});

	test('starts with the trigger, and sees an error if the API key is wrong', async () => {
		node = await editor.addFromNodePanel(ENTRY, 'On case created');
		const dialog = await node.connect();
		await dialog.fill('apiKey', WRONG_KEY);
		await dialog.choose('region', 'On-Premises or Other');
		await dialog.fill('baseUrl', simulator.url);
		await dialog.save();
		expect(await dialog.refusal()).toMatch(/Intezer rejected the API key/);

		await dialog.fill('apiKey', simulator.apiKey);
		await dialog.save();
		await dialog.closed();
	});

	test('sees the credential succeed with the right key', async () => {
		const dialog = await node.editCredential();
		await dialog.success();
		await dialog.close();
	});

	test('fetches a test event', async () => {
		await node.execute();
		const [event, ...more] = await node.tableRows();
		expect(more).toEqual([]);
		expect(simulator.cases.get(event?.case_id ?? '')?.case_title).toBe(event?.case_title);
		expect(event?.event).toBe('caseCreated');
		await node.close();
	});

	test('adds Search History with three filters, and reads the cases as a table', async () => {
		await editor.searchNodePanel('intezer');
		node = await editor.addFromNodePanel(ENTRY, 'Search or count cases');
		await node.add('filters', 'Case Statuses');
		await node.chooseAll('caseStatuses', ['New', 'In Progress']);
		await node.add('filters', 'Priorities');
		await node.chooseAll('priorities', ['High', 'Escalated']);
		await node.add('filters', 'Time Range Last Hours');
		await node.fill('timeRangeLastHours', '168');
		await node.execute();

		const rows = await node.tableRows();
		const aWeekAgo = Date.now() / 1000 - 168 * 3600;
		const expected = [...simulator.cases.all].filter(
			({ case_status, case_priority, creation_time }) =>
				['new', 'in_progress'].includes(case_status) &&
				['high', 'escalated'].includes(case_priority) &&
				creation_time >= aWeekAgo,
		);
		expect(rows.map(({ case_id }) => case_id).sort()).toEqual(
			expected.map(({ case_id }) => case_id).sort(),
		);
		await node.close();
	});

	test('chooses a case from the list by typing the name of a device', async () => {
		await editor.searchNodePanel('intezer');
		node = await editor.addFromNodePanel(ENTRY, 'Get a case by ID or URL');
		await node.searchLocator('caseId', 'host-8');
		const onHost8 = [...simulator.cases.all].filter(({ devices }) =>
			devices.some(({ hostname }) => hostname === 'host-8'),
		);
		const listedTitles = async (): Promise<string[]> => {
			const entries = await node.locatorEntries.allInnerTexts();
			return entries.map((entry) => entry.trim().replace(/ \([^)]*\)$/, '')).sort();
		};
		await waitFor(async () => {
			expect(await listedTitles()).toEqual(onHost8.map(({ case_title }) => case_title).sort());
		});

		await node.locatorEntries.first().click();
		await node.execute();
		const [found] = await node.tableRows();
		expect(onHost8.map(({ case_id }) => case_id)).toContain(found?.case_id);
	});

	test('can enter a case by its ID or its URL instead', async () => {
		for (const [mode, hint] of [
			['By ID', 'The case_id from a search result'],
			[
				'By URL',
				'The intezer_case_url from a search result, or the address of the case in your browser',
			],
		] as const) {
			await node.chooseLocatorMode('caseId', mode);
			await node.parameters.getByText(hint, { exact: true }).waitFor();
		}
		await node.close();
	});

	test('finds the tool for an AI agent', async () => {
		const agent = {
			id: 'agent',
			name: 'AI Agent',
			type: '@n8n/n8n-nodes-langchain.agent',
			typeVersion: 2,
			position: [0, 0],
			parameters: {},
		};
		const start = {
			id: 'start',
			name: 'Start',
			type: 'n8n-nodes-base.manualTrigger',
			typeVersion: 1,
			position: [-300, 0],
			parameters: {},
		};
		const session = await logIn(n8n.url, n8n);
		const nodes = [start, agent];
		await editor.openWorkflow(await storeWorkflow(session, { name: 'Agent', nodes }));
		await editor.searchToolPanel('AI Agent', 'intezer');
		const entry = editor.nodePanelEntry(TOOL_ENTRY);
		await entry.waitFor();
		expect(await isIconShown(entry, 'light')).toBe(true);
		await entry.click();
		node = await editor.shownNode();
		await node.label('Tool Description').waitFor();
		expect(await cutOffTexts(node.parameters)).toEqual([]);
	});
});
