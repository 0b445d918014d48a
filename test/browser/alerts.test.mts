// How a user adds Intezer Alerts and fills in its form. Each test continues where the last one ended.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { logIn, type N8nSession } from '../../tools/n8nHost/session.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { launchChromium } from './chromium.mts';
import { Editor } from './editor.mts';
import { isIconShown } from './icons.mts';
import { menuEntries } from './menu.mts';
import { ALERTS_ENTRY } from './nodePanel.mts';
import type { NodeView } from './nodeView.mts';
import { removeCredential, storeCredential, type CredentialReference } from './stored.mts';
import { sharedN8n } from './sharedN8n.mts';

const ACTIONS = [
	'Get an alert by ID',
	'Get several alerts by ID',
	'Get the cases of an alert',
	'Get an alert in its original format',
	'Search or count alerts',
	'Send the notifications for an alert',
	'Submit an email for triage',
];
const OPERATIONS = [
	'Get Alert',
	'Get Alerts by ID',
	'Get Cases of Alert',
	'Get Raw Alert',
	'Notify',
	'Search History',
	'Submit Email',
];

const n8n = sharedN8n();
let session: N8nSession;
let simulator: Simulator;
let credentials: CredentialReference;
let browser: Browser;
let editor: Editor;
let node: NodeView;

beforeAll(async () => {
	simulator = await startSimulator({ cases: [] });
	for (const alert_id of ['one', 'two', 'three']) {
		const environment = alert_id === 'three' ? 'lab' : 'production';
		simulator.alerts.add({ alert_id, environment, attributes: { hostnames: ['FIN-WKS-0231'] } });
	}
	simulator.alerts.add({ alert_id: 'elsewhere', attributes: { hostnames: ['host-8'] } });
	session = await logIn(n8n.url, n8n);
	credentials = await storeCredential(session, simulator, 'Alerts');
	browser = await launchChromium();
	// High enough for the form with several filters.
	editor = await Editor.open(browser, n8n.url, { screen: { width: 1440, height: 1800 } });
	await editor.logIn(n8n);
	await editor.newWorkflow();
});

afterAll(async () => {
	await browser.close();
	await removeCredential(session, credentials);
	await simulator.close();
});

/** Fails if one of these parameters is not shown, or one of the others is. */
async function expectLabels(shown: readonly string[], others: readonly string[]): Promise<void> {
	for (const label of shown) await node.label(label).waitFor();
	for (const label of others) await node.label(label).waitFor({ state: 'hidden' });
}

describe('A user of Intezer Alerts', () => {
	test('finds the node with its icon, and its seven operations', async () => {
		await editor.searchNodePanel('intezer alerts');
		const entry = editor.nodePanelEntry(ALERTS_ENTRY);
		await entry.waitFor();
		expect(await isIconShown(entry, 'light')).toBe(true);
		await entry.click();
		const entries = editor.page.getByTestId('item-iterator-item');
		for (const action of ACTIONS) await entries.getByText(action, { exact: true }).waitFor();
	});

	test('can change the operation to each of the seven', async () => {
		node = await editor.addShownAction('Submit an email for triage');
		await node.input('operation').click();
		await menuEntries(node.page).first().waitFor();
		const entries = await menuEntries(node.page).allInnerTexts();
		expect(entries.map((entry) => entry.split('\n')[0]?.trim())).toEqual(OPERATIONS);
		await node.page.keyboard.press('Escape');
		await menuEntries(node.page).first().waitFor({ state: 'hidden' });
	});

	test('sees the parameters of the operation, and those of another one instead', async () => {
		const ofEmail = ['Input Binary Field', 'Default Verdict', 'ZIP Password'];
		await expectLabels([...ofEmail, 'Environment', 'Wait for Triage'], ['Alert ID', 'Filters']);
		await node.choose('operation', 'Get Alert');
		await expectLabels(['Alert ID', 'Environment', 'Wait for Triage'], ofEmail);
		await node.choose('operation', 'Search History');
		await expectLabels(['Return All', 'Limit', 'Filters'], ['Alert ID', 'Wait for Triage']);
	});

	test('sees how long to wait only after turning on the wait', async () => {
		await node.choose('operation', 'Get Alert');
		await expectLabels(['Wait for Triage'], ['Wait Minutes']);
		await node.input('waitForTriage').locator('.el-switch').click();
		await expectLabels(['Wait for Triage', 'Wait Minutes'], []);
	});

	test('adds filters to Search History, and reads the alerts that match them all', async () => {
		await node.choose('operation', 'Search History');
		await node.add('filters', 'Hostnames');
		await node.add('filters', 'Environments');
		await node.fill('hostnames', 'FIN-WKS-0231');
		await node.fill('environments', 'production');
		await node.execute();
		const rows = await node.tableRows();
		expect(rows.map(({ alert_id }) => alert_id).sort()).toEqual(['one', 'two']);
	});
});
