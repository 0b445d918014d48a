// Takes the README's pictures. Each shows what a user sees on the way to a first result.
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import example from '../../examples/escalation-alert.json' with { type: 'json' };
import { HostError } from '../../tools/n8nHost/hostError.mts';
import { logIn, type N8nLogin } from '../../tools/n8nHost/session.mts';
import type { Simulator } from '../../tools/simulator/simulator.mts';
import type { StoredAlert } from '../../tools/simulator/storedAlert.mts';
import { launchChromium } from './chromium.mts';
import { Editor } from './editor.mts';
import { ALERTS_ENTRY, ENTRY } from './nodePanel.mts';
import type { NodeView } from './nodeView.mts';
import { storeCredential, storeWorkflow } from './stored.mts';

/** Wide enough for a table, and high enough for all events and actions in the node panel. */
const SCREEN = { width: 1280, height: 900 };

/** The dark edge of a node's view. */
const BORDER = 2;

/** Takes them all from this n8n, with the simulator's cases, into `folder` as PNG files. */
export async function takePictures(
	n8n: N8nLogin & { readonly url: string },
	simulator: Simulator,
	folder: string,
): Promise<void> {
	const session = await logIn(n8n.url, n8n);
	const credentials = await storeCredential(session, simulator);
	const browser = await launchChromium();
	const editor = await Editor.open(browser, n8n.url, { screen: SCREEN, scale: 2 });
	const picture = (name: string, part: Locator, area: Area = {}): Promise<void> =>
		takePicture(part, join(folder, `${name}.png`), area);
	/** The node's parameters and its output, without its title and its input. */
	const pictureWithOutput = async (name: string, node: NodeView, to: number): Promise<void> => {
		const parameters = await node.parameters.boundingBox();
		const left = (parameters?.x ?? 0) - 1;
		await picture(name, node.root, { left, from: 42, to, right: BORDER });
	};
	await editor.logIn(n8n);

	await editor.newWorkflow();
	await editor.searchNodePanel('intezer');
	await editor.nodePanelEntry(ENTRY).waitFor();
	await editor.nodePanelEntry(ENTRY).click();
	await editor.openNodePanelSections('Triggers', 'Actions');
	await picture('node-panel', editor.nodePanel, { to: 800 });

	const trigger = await editor.addShownAction('On case escalated');
	await trigger.execute();
	await trigger.widenOutput();
	await trigger.showOutputAs('json');
	await editor.withoutToasts();
	await pictureWithOutput('trigger', trigger, 562);
	await trigger.close();

	await editor.searchNodePanel('intezer');
	const search = await editor.addFromNodePanel(ENTRY, 'Search or count cases');
	await search.add('filters', 'Case Statuses');
	await search.chooseAll('caseStatuses', ['New', 'In Progress']);
	await search.add('filters', 'Priorities');
	await search.chooseAll('priorities', ['High', 'Escalated']);
	await search.add('filters', 'Sources');
	await search.fill('sources', 's1, cs');
	// A field shows a tip below it while it has the focus, and buttons above it while the mouse is over it.
	await editor.page.locator(':focus').blur();
	await editor.page.mouse.move(0, 0);
	await picture('filters', search.parameters, { to: 620 });
	await search.execute();
	await search.widenOutput();
	await search.tableRows();
	await editor.withoutToasts();
	await editor.useTheme('dark');
	await picture('result', search.output, { to: 352 });
	await editor.useTheme('light');
	await search.close();

	const alert = simulator.alerts.all.find(isConfirmedThreat);
	if (alert === undefined)
		throw new HostError('The simulator has no alert with a confirmed threat');
	await editor.newWorkflow();
	await editor.searchNodePanel('intezer alerts');
	const getAlert = await editor.addFromNodePanel(ALERTS_ENTRY, 'Get an alert by ID');
	await getAlert.fill('alertId', alert.alert_id);
	await getAlert.fill('environment', alert.environment);
	await getAlert.execute();
	await getAlert.widenOutput();
	await getAlert.showOutputAs('json');
	await editor.withoutToasts();
	await pictureWithOutput('alert', getAlert, 562);
	await getAlert.close();

	const nodes = example.nodes.map((node) =>
		'credentials' in node ? { ...node, credentials } : node,
	);
	await editor.openWorkflow(await storeWorkflow(session, { ...example, nodes }));
	await editor.withoutToasts();
	const clip = await editor.canvasContent();
	await editor.page.screenshot({
		path: join(folder, 'workflow.png'),
		clip,
		animations: 'disabled',
	});

	await browser.close();
}

function isConfirmedThreat({ triage_result, triage_time }: StoredAlert): boolean {
	return triage_result.alert_verdict === 'confirmed_threat' && triage_time < Date.now() / 1000;
}

/** What is shown of a part of the page, in pixels of the screen. */
interface Area {
	/** Where it begins on the page. */
	readonly left?: number;
	/** How much is cut off at its right edge. */
	readonly right?: number;
	/** Which part of the height is shown. */
	readonly from?: number;
	readonly to?: number;
}

async function takePicture(part: Locator, path: string, area: Area): Promise<void> {
	const box = await part.boundingBox();
	if (!box) throw new HostError(`There is nothing to see for ${path}`);
	const { left = box.x, right = 0, from = 0, to = Infinity } = area;
	const clip = {
		x: left,
		y: box.y + from,
		width: box.x + box.width - right - left,
		height: Math.min(box.height, to) - from,
	};
	await part.page().screenshot({ path, clip, animations: 'disabled' });
}
