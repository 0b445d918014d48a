// The pictures of the README. Each is of what a person sees on the way to a first result.
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import example from '../../examples/escalated-cases.json' with { type: 'json' };
import { HostError } from '../../tools/n8nHost/hostError.mts';
import { logIn, type N8nLogin } from '../../tools/n8nHost/session.mts';
import type { Simulator } from '../../tools/simulator/simulator.mts';
import { launchChromium } from './chromium.mts';
import { Editor } from './editor.mts';
import { ENTRY } from './nodePanel.mts';
import { storeCredential, storeWorkflow } from './stored.mts';

/** Wide enough for a table, and no larger than a README shows. */
const SCREEN = { width: 1280, height: 800 };

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
	const picture = (name: string, part: Locator, rows?: Partial<Rows>): Promise<void> =>
		takePicture(part, join(folder, `${name}.png`), { from: 0, to: Infinity, ...rows });
	await editor.logIn(n8n);

	await editor.newWorkflow();
	await editor.searchNodePanel('intezer');
	await editor.nodePanelEntry(ENTRY).waitFor();
	await picture('node-panel', editor.nodePanel, { to: 320 });

	const trigger = await editor.addFromNodePanel(ENTRY, 'On case escalated');
	await trigger.execute();
	await trigger.tableRows();
	await editor.withoutToasts();
	await picture('trigger', trigger.root, { to: 560 });
	await trigger.close();

	await editor.searchNodePanel('intezer');
	const search = await editor.addFromNodePanel(ENTRY, 'Search or count cases');
	await search.add('filters', 'Case Statuses');
	await search.chooseAll('caseStatuses', ['New', 'In Progress']);
	await search.add('filters', 'Priorities');
	await search.chooseAll('priorities', ['High', 'Escalated']);
	await search.add('filters', 'Sources');
	await search.fill('sources', 's1, cs');
	// A field with the focus has a tip below it.
	await editor.page.locator(':focus').blur();
	await picture('filters', search.parameters);
	await search.execute();
	await search.widenOutput();
	await search.tableRows();
	await editor.withoutToasts();
	await picture('result', search.output, { to: 400 });
	await search.close();

	const nodes = example.nodes.map((node) =>
		'credentials' in node ? { ...node, credentials } : node,
	);
	await editor.openWorkflow(await storeWorkflow(session, { ...example, nodes }));
	await editor.executeWorkflow();
	await editor.withoutToasts();
	// Above, n8n's tabs lie half on the canvas.
	await picture('workflow', editor.canvas, { from: 16 });

	await browser.close();
}

/** Which part of the height is shown, in pixels of the screen. */
interface Rows {
	readonly from: number;
	readonly to: number;
}

async function takePicture(part: Locator, path: string, { from, to }: Rows): Promise<void> {
	const box = await part.boundingBox();
	if (!box) throw new HostError(`There is nothing to see for ${path}`);
	const height = Math.min(box.height, to) - from;
	const clip = { ...box, y: box.y + from, height };
	await part.page().screenshot({ path, clip, animations: 'disabled' });
}
