import type { Locator, Page } from 'playwright-core';
import { chooseFromMenu } from './menu.mts';

/** The dialog in which a credential is created or changed. */
export class CredentialDialog {
	private constructor(private readonly page: Page) {}

	static async shown(page: Page): Promise<CredentialDialog> {
		const dialog = new CredentialDialog(page);
		await dialog.root.getByTestId('credential-connection-parameter').first().waitFor();
		return dialog;
	}

	get root(): Locator {
		return this.page.getByTestId('editCredential-modal');
	}

	async fill(name: string, value: string): Promise<void> {
		await this.input(name).locator('input').fill(value);
	}

	async choose(name: string, label: string): Promise<void> {
		await this.input(name).click();
		await chooseFromMenu(this.page, label);
	}

	async save(): Promise<void> {
		await this.root.getByTestId('credential-save-button').click();
	}

	/** The message that n8n shows when a test fails; waits for it. */
	async refusal(): Promise<string> {
		await this.root.getByText('More details').click();
		const banner = this.root.locator('.el-tag', { hasText: 'Couldn’t connect' });
		return banner.innerText();
	}

	/** Waits until n8n shows that the test succeeded. */
	async success(): Promise<void> {
		await this.root.getByText('Connection tested successfully').waitFor();
	}

	/** n8n closes it automatically when a new credential works. */
	async closed(): Promise<void> {
		await this.root.waitFor({ state: 'hidden' });
	}

	async close(): Promise<void> {
		await this.root.locator('.el-dialog__close').click();
		await this.closed();
	}

	private input(name: string): Locator {
		return this.root.getByTestId(`parameter-input-${name}`);
	}
}
