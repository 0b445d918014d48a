// The story of a person who has just installed the package. Each test goes on where the last ended.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { startSimulator, type Simulator } from '../simulator/simulator.mts';
import { launchChromium } from './chromium.mts';
import { Editor } from './editor.mts';
import { isIconShown } from './icons.mts';
import type { NodeView } from './nodeView.mts';

const WRONG_KEY = '99999999-9999-4999-8999-999999999999';

const n8n = inject('n8n');
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

	test('finds the node by typing "intezer", with an icon and a description', async () => {
		await editor.searchNodePanel('intezer');
		const entry = editor.nodePanelEntry('Intezer Cases');
		expect(await entry.innerText()).toMatch(/Get cases from Intezer and search their history/);
		for (const theme of ['light', 'dark'] as const) {
			await editor.useTheme(theme);
			expect(await isIconShown(entry, theme)).toBe(true);
		}
		await editor.useTheme('light');
	});

	test('is told that a key is wrong when creating the credential', async () => {
		node = await editor.addFromNodePanel('Intezer Cases');
		const dialog = await node.connect();
		await dialog.fill('apiKey', WRONG_KEY);
		await dialog.choose('region', 'On-Premise or Other');
		await dialog.fill('baseUrl', simulator.url);
		await dialog.save();
		expect(await dialog.refusal()).toMatch(/Intezer refused the API key/);

		await dialog.fill('apiKey', simulator.apiKey);
		await dialog.save();
		await dialog.closed();
	});

	test('sees the credential succeed with the right key', async () => {
		const dialog = await node.editCredential();
		await dialog.success();
		await dialog.close();
	});

	test('searches the history with three filters, and reads the cases as a table', async () => {
		await node.choose('operation', 'Search History');
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
		expect(rows.map(({ case_title }) => case_title).sort()).toEqual(
			expected.map(({ case_title }) => case_title).sort(),
		);
	});
});
