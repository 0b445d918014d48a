import type { Browser, Locator, Page } from 'playwright-core';
import type { N8nLogin } from '../../tools/n8nHost/session.mts';
import { NodeView } from './nodeView.mts';

/** The size of the screen: wide enough for the three panes of a node. */
const SCREEN = { width: 1440, height: 900 };

/** How long a busy machine may take to show something. */
const PATIENCE_MS = 120_000;

/** The appearance of n8n, which follows the system's setting. */
export type Theme = 'light' | 'dark';

export interface EditorOptions {
	readonly screen?: { readonly width: number; readonly height: number };
	/** Pixels of a picture per pixel of the screen. */
	readonly scale?: number;
}

/** n8n's editor in a browser, used like a person uses it. */
export class Editor {
	private constructor(readonly page: Page) {}

	/** Opens a new browser profile, in which nobody is logged in. Nothing is loaded from other hosts. */
	static async open(browser: Browser, url: string, options: EditorOptions = {}): Promise<Editor> {
		const { screen = SCREEN, scale = 1 } = options;
		const context = await browser.newContext({
			baseURL: url,
			viewport: screen,
			deviceScaleFactor: scale,
			colorScheme: 'light',
			reducedMotion: 'reduce',
			locale: 'en-US',
		});
		context.setDefaultTimeout(PATIENCE_MS);
		const { host } = new URL(url);
		await context.route(
			(asked) => asked.host !== host,
			(route) => route.abort(),
		);
		// n8n's first-time hint about pinning covers the output.
		await context.addInitScript(() => {
			localStorage.setItem('N8N_PIN_DATA_DISCOVERY_NDV', 'true');
			localStorage.setItem('N8N_PIN_DATA_DISCOVERY_CANVAS', 'true');
		});
		return new Editor(await context.newPage());
	}

	/** Uses the form that n8n shows to its first user. */
	async logIn({ email, password }: N8nLogin): Promise<void> {
		await this.page.goto('/signin');
		await this.page.getByLabel('Email').fill(email);
		await this.page.getByLabel('Password').fill(password);
		await this.page.getByRole('button', { name: 'Sign in' }).click();
		await this.page.waitForURL((shown) => !shown.pathname.startsWith('/signin'));
	}

	async newWorkflow(): Promise<void> {
		await this.page.goto('/workflow/new');
		await this.page.getByText('Add first step').waitFor();
	}

	/** Opens a stored workflow; its nodes are on the canvas then. */
	async openWorkflow(id: string): Promise<void> {
		await this.page.goto(`/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	async useTheme(theme: Theme): Promise<void> {
		await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
	}

	/** Opens the node panel for the next step, and types into its search. */
	async searchNodePanel(text: string): Promise<void> {
		const firstStep = this.page.getByTestId('canvas-plus-button');
		await firstStep.or(this.page.getByTestId('node-creator-plus-button')).first().click();
		await this.typeIntoNodePanel(text);
	}

	/** Opens the node panel for the tools of an AI agent on the canvas, and types into its search. */
	async searchToolPanel(agent: string, text: string): Promise<void> {
		// n8n loads the panel when it is first opened, and only shows the tools if the panel is loaded by then.
		await this.page.getByTestId('node-creator-plus-button').click();
		await this.searchBar.waitFor();
		await this.page.keyboard.press('Escape');
		await this.searchBar.waitFor({ state: 'hidden' });

		const handle = this.canvasNode(agent).locator('[data-handleid*="ai_tool"]');
		await handle.getByTestId('canvas-handle-plus').click();
		// n8n shows another list first, and clears what was typed there.
		await this.nodePanelEntry('HTTP Request Tool').waitFor();
		await this.typeIntoNodePanel(text);
	}

	private async typeIntoNodePanel(text: string): Promise<void> {
		await this.searchBar.fill(text);
	}

	/** The search bar of the node panel. */
	private get searchBar(): Locator {
		return this.page.getByTestId('node-creator-search-bar');
	}

	get nodePanel(): Locator {
		return this.page.locator('aside').filter({ has: this.page.getByTestId('nodes-list-header') });
	}

	/** The entry of the node panel with this name. n8n has one for an action node and its trigger together. */
	nodePanelEntry(name: string): Locator {
		const named = this.page.getByTestId('node-creator-item-name').getByText(name, { exact: true });
		return this.page.getByTestId('item-iterator-item').filter({ has: named });
	}

	/** Opens these sections on the node panel's page about a node, if they are closed. */
	async openNodePanelSections(...names: readonly string[]): Promise<void> {
		for (const name of names) {
			const section = this.page.getByTestId('node-creator-category-item').filter({ hasText: name });
			await section.waitFor();
			const collapsed = await section.evaluate((element) =>
				element.closest('[data-category-collapsed]')?.getAttribute('data-category-collapsed'),
			);
			if (collapsed === 'true') await section.click();
		}
	}

	/** Goes to the node panel's page about a node, and there clicks an event or an action. */
	async addFromNodePanel(name: string, action: string): Promise<NodeView> {
		await this.nodePanelEntry(name).click();
		return await this.addShownAction(action);
	}

	/** Clicks an event or an action on the node panel's page about a node. */
	async addShownAction(action: string): Promise<NodeView> {
		const actions = this.page.getByTestId('item-iterator-item');
		await actions.getByText(action, { exact: true }).click();
		return this.shownNode();
	}

	/** Opens a node on the canvas. */
	async openNode(name: string): Promise<NodeView> {
		await this.canvasNode(name).dblclick();
		return this.shownNode();
	}

	get canvas(): Locator {
		return this.page.getByTestId('canvas');
	}

	/** The part of the page with all nodes and notes, and a margin for the names of the nodes. */
	async canvasContent(): Promise<{ x: number; y: number; width: number; height: number }> {
		const boxes = await this.canvas.locator('.vue-flow__node').evaluateAll((elements) =>
			elements.map((element) => {
				const { left, top, right, bottom } = element.getBoundingClientRect();
				return { left, top, right, bottom };
			}),
		);
		const x = Math.min(...boxes.map(({ left }) => left)) - 24;
		const y = Math.min(...boxes.map(({ top }) => top)) - 24;
		const right = Math.max(...boxes.map((box) => box.right)) + 24;
		const bottom = Math.max(...boxes.map((box) => box.bottom)) + 72;
		return { x, y, width: right - x, height: bottom - y };
	}

	canvasNode(name: string): Locator {
		// The whole name, because it can be the beginning of another one.
		const named = this.page.locator(`[data-node-name=${JSON.stringify(name)}]`);
		return this.page.getByTestId('canvas-node').and(named);
	}

	/** The node whose parameters are open. */
	async shownNode(): Promise<NodeView> {
		const view = new NodeView(this.page);
		await view.parameters.waitFor();
		return view;
	}

	/** Waits until n8n has removed its messages from the screen. */
	async withoutToasts(): Promise<void> {
		await this.page.locator('.el-notification').first().waitFor({ state: 'hidden' });
	}

	async close(): Promise<void> {
		await this.page.context().close();
	}
}
