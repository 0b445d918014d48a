import type { Locator, Page } from 'playwright-core';

/** The entries of the menu that is open. */
export function menuEntries(page: Page): Locator {
	return page.locator('.el-select-dropdown__item:visible');
}

/** Clicks the entry of the open menu that begins with this label; its description may follow. */
export async function chooseFromMenu(page: Page, label: string): Promise<void> {
	await menuEntries(page)
		.filter({ has: page.getByText(label, { exact: true }) })
		.click();
}
