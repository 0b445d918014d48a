import type { Locator } from 'playwright-core';

/** The texts within `place` that do not fit where they are shown, those of inputs and placeholders too. */
export async function cutOffTexts(place: Locator): Promise<string[]> {
	return [...(await place.evaluate(clippedTexts)), ...(await place.evaluate(crowdedInputs))];
}

// These two functions run in the page, so each contains everything that it needs.

function clippedTexts(root: Element): string[] {
	const found: string[] = [];
	const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	for (let node = texts.nextNode(); node; node = texts.nextNode()) {
		const text = node.textContent?.trim() ?? '';
		let frame = node.parentElement;
		const isSeen = frame?.checkVisibility({ opacityProperty: true, visibilityProperty: true });
		if (text === '' || isSeen !== true) continue;
		const range = document.createRange();
		range.selectNodeContents(node);
		const { left, right } = range.getBoundingClientRect();
		for (; frame && root.contains(frame); frame = frame.parentElement) {
			if (!['hidden', 'clip'].includes(getComputedStyle(frame).overflowX)) continue;
			const edges = frame.getBoundingClientRect();
			if (right <= edges.right + 1 && left >= edges.left - 1) continue;
			found.push(text);
			break;
		}
	}
	return found;
}

function crowdedInputs(root: Element): string[] {
	const pen = document.createElement('canvas').getContext('2d');
	if (!pen) throw new Error('This browser measures no text');
	return Array.from(root.querySelectorAll('input'))
		.filter((input) => input.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
		.map((input) => {
			const { font, paddingLeft, paddingRight } = getComputedStyle(input);
			pen.font = font;
			const text = input.value === '' ? input.placeholder : input.value;
			const room = input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
			return pen.measureText(text).width > room + 1 ? text : '';
		})
		.filter((text) => text !== '');
}
