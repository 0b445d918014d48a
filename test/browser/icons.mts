import type { Locator } from 'playwright-core';
import type { Theme } from './editor.mts';

/** Whether the icon of this theme, and no other one, is drawn in `place`; waits until it is loaded. */
export async function isIconShown(place: Locator, theme: Theme): Promise<boolean> {
	const name = theme === 'dark' ? 'intezer.dark.svg' : 'intezer.svg';
	const icon = place.locator(`img[src$="/${name}"]:visible`).first();
	await icon.waitFor();
	return icon.evaluate(async (image) => {
		if (!(image instanceof HTMLImageElement)) return false;
		await image.decode();
		return image.naturalWidth > 0 && image.clientWidth > 0;
	});
}
