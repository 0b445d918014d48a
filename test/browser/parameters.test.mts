import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';
import { logIn, type N8nSession } from '../../tools/n8nHost/session.mts';
import { startSimulator, type Simulator } from '../../tools/simulator/simulator.mts';
import { launchChromium } from './chromium.mts';
import { Editor } from './editor.mts';
import { cutOffTexts } from './legibility.mts';
import { menuEntries } from './menu.mts';
import { nodeForms, type NodeForm } from './nodeForms.mts';
import type { NodeView } from './nodeView.mts';
import {
	removeCredential,
	storeCredential,
	storeWorkflow,
	type CredentialReference,
} from './stored.mts';
import { sharedN8n } from './sharedN8n.mts';

/** How long a part of a form may take to appear; short enough to report several missing ones within a test's time. */
const LATEST_MS = 30_000;

const NODES = ['intezerCases', 'intezerCasesTrigger', 'intezerAlerts'];

const n8n = sharedN8n();
let session: N8nSession;
let simulator: Simulator;
let credentials: CredentialReference;
let browser: Browser;
let editor: Editor;

beforeAll(async () => {
	simulator = await startSimulator();
	session = await logIn(n8n.url, n8n);
	credentials = await storeCredential(session, simulator, 'Parameters');
	browser = await launchChromium();
	// High enough for every filter at once.
	editor = await Editor.open(browser, n8n.url, { screen: { width: 1440, height: 3200 } });
	await editor.logIn(n8n);
});

afterAll(async () => {
	await browser.close();
	await removeCredential(session, credentials);
	await simulator.close();
});

describe.each(NODES)('The parameters of %s', (name) => {
	test('can all be entered and read, for each operation and event', async () => {
		const type = `n8n-nodes-intezer.${name}`;
		const forms = nodeForms(await describedType(type));
		expect(forms).not.toEqual([]);
		const workflow = await storeWorkflow(session, {
			name: `Every parameter of ${name}`,
			nodes: forms.map(({ title, parameters }, index) => ({
				id: title,
				name: title,
				type,
				typeVersion: 1,
				position: [index * 220, 0],
				parameters,
				credentials,
			})),
		});
		await editor.openWorkflow(workflow);
		const faults: Record<string, string[]> = {};
		for (const form of forms) faults[form.title] = await faultsOf(form);
		expect(faults).toEqual(Object.fromEntries(forms.map(({ title }) => [title, []])));
	});
});

/** What a person would find wrong in a node's form. */
async function faultsOf(form: NodeForm): Promise<string[]> {
	const node = await editor.openNode(form.title);
	const faults: string[] = [];
	for (const { name, label, type } of form.shown) {
		if (!(await appears(node.label(label), 'visible'))) faults.push(`no label: ${label}`);
		const widgets = node
			.input(name)
			.or(node.parameter(name))
			.locator(WIDGETS[type] ?? UNKNOWN);
		if (!(await appears(widgets.first(), 'attached'))) {
			faults.push(`nothing to enter it with: ${name} (${type})`);
		}
	}
	for (const theme of ['light', 'dark'] as const) {
		await editor.useTheme(theme);
		faults.push(...(await cutOffTexts(node.parameters)).map((each) => `cut off: ${each}`));
	}
	for (const { name, choices } of form.shown) {
		if (choices.length > 0) faults.push(...(await menuFaults(node, name, choices)));
	}
	await node.close();
	return faults;
}

/** Whether a part of the form appears: n8n loads some of them late. */
async function appears(place: Locator, state: 'visible' | 'attached'): Promise<boolean> {
	return place.waitFor({ state, timeout: LATEST_MS }).then(
		() => true,
		() => false,
	);
}

async function menuFaults(node: NodeView, name: string, choices: readonly string[]) {
	await node.input(name).click();
	const entries = menuEntries(node.page);
	await entries.first().waitFor();
	const names = (await entries.allInnerTexts()).map((entry) => entry.split('\n')[0]?.trim() ?? '');
	const missing = choices.filter((choice) => !names.includes(choice));
	const cutOff = await Promise.all((await entries.all()).map(cutOffTexts));
	await node.page.keyboard.press('Escape');
	await entries.first().waitFor({ state: 'hidden' });
	return [...missing.map((each) => `not in the list of ${name}: ${each}`), ...cutOff.flat()];
}

/** The input of n8n's editor for each type of parameter. */
const WIDGETS: Readonly<Record<string, string>> = {
	boolean: '.el-switch',
	collection: '.multi-parameter, [data-test-id^="collection"], .parameter-item',
	dateTime: '.el-date-editor',
	fixedCollection: '[data-test-id^="fixed-collection"]',
	json: '.cm-content',
	multiOptions: '.el-select',
	number: 'input',
	options: '.el-select',
	resourceLocator: '[data-test-id="rlc-input"]',
	string: 'input, textarea',
};
const UNKNOWN = 'unknown-type';

async function describedType(type: string): Promise<unknown> {
	const types: unknown = await (await session('/types/nodes.json')).json();
	return array(types).find((each) => text(record(each)['name']) === type);
}
