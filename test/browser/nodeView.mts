import type { Locator, Page } from 'playwright-core';
import { CredentialDialog } from './credentialDialog.mts';
import { chooseFromMenu } from './menu.mts';

/** The view of one node: its parameters, between its input and its output. */
export class NodeView {
	constructor(readonly page: Page) {}

	get root(): Locator {
		return this.page.getByTestId('ndv');
	}

	get parameters(): Locator {
		return this.root.getByTestId('node-parameters');
	}

	get output(): Locator {
		return this.root.getByTestId('output-panel');
	}

	/** The input of a parameter. */
	input(name: string): Locator {
		return this.parameters.getByTestId(`parameter-input-${name}`);
	}

	/** A parameter with its label and everything that belongs to it. */
	parameter(name: string): Locator {
		const label = this.page.locator(`label[for="${name}"]`);
		return this.parameters.getByTestId('parameter-item').filter({ has: label }).last();
	}

	/** The label with this text. */
	label(text: string): Locator {
		return this.parameters.locator('label').getByText(text, { exact: true }).first();
	}

	async connect(): Promise<CredentialDialog> {
		await this.parameters.getByTestId('node-credentials-empty-state').getByRole('button').click();
		return CredentialDialog.shown(this.page);
	}

	async editCredential(): Promise<CredentialDialog> {
		await this.parameters.getByTestId('credential-edit-button').click();
		return CredentialDialog.shown(this.page);
	}

	/** Picks one value of a list, by its label. */
	async choose(name: string, label: string): Promise<void> {
		await this.input(name).click();
		await chooseFromMenu(this.page, label);
	}

	/** Picks several values of a list, by their labels. */
	async chooseAll(name: string, labels: readonly string[]): Promise<void> {
		await this.input(name).click();
		for (const label of labels) await chooseFromMenu(this.page, label);
		// The list stays open for further choices.
		await this.page.keyboard.press('Tab');
	}

	async fill(name: string, value: string): Promise<void> {
		await this.input(name).locator('input').fill(value);
	}

	/** Opens a locator's list and types into its search. */
	async searchLocator(name: string, text: string): Promise<void> {
		await this.input(name).getByTestId('rlc-input').click();
		await this.locatorEntries.first().waitFor();
		await this.page.getByTestId('rlc-search').fill(text);
	}

	/** The entries of the locator's list that is open. */
	get locatorEntries(): Locator {
		return this.page.getByTestId('rlc-item');
	}

	/** Chooses how a locator is given, such as 'By URL'. */
	async chooseLocatorMode(name: string, label: string): Promise<void> {
		await this.input(name).getByTestId('rlc-mode-selector').click();
		await chooseFromMenu(this.page, label);
	}

	/** Adds the entry with this label to a collection. */
	async add(collection: string, label: string): Promise<void> {
		await this.parameter(collection).getByTestId('collection-parameter-add').last().click();
		await chooseFromMenu(this.page, label);
	}

	/** Runs this node, and waits until it has succeeded or failed. */
	async execute(): Promise<void> {
		await this.root.getByTestId('node-execute-button').click();
		await this.output.getByTestId('node-run-status-success').waitFor();
	}

	async showOutputAs(view: 'table' | 'json'): Promise<void> {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	/** The shown page of the output as a table: each row by the names of its columns. */
	async tableRows(): Promise<Record<string, string>[]> {
		await this.showOutputAs('table');
		const table = this.output.locator('table').first();
		await table.locator('tbody tr').first().waitFor();
		const columns = await table.locator('thead th').allInnerTexts();
		const rows = await table.locator('tbody tr').all();
		const cells = await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
		return cells.map((values) =>
			Object.fromEntries(
				columns.map((column, index) => [column.trim(), values[index]?.trim() ?? '']),
			),
		);
	}

	/** Makes the parameters narrower, so that a table has room. */
	async widenOutput(): Promise<void> {
		await this.root.getByTestId('panel-drag-button').hover();
		await this.page.mouse.down();
		await this.page.mouse.move(0, 0, { steps: 10 });
		await this.page.mouse.up();
	}

	async close(): Promise<void> {
		await this.root.getByTestId('ndv-close-button').click();
		await this.root.waitFor({ state: 'hidden' });
	}
}
