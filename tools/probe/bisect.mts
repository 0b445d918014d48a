/**
 * Narrows a limit between a number that is accepted and a larger one that is refused, until both are closer than
 * `precision` (0.05: 5 %; 0: neighbors). Returns the largest number that was accepted.
 */
export async function largestAccepted(
	accepted: number,
	refused: number,
	precision: number,
	isAccepted: (value: number) => Promise<boolean>,
): Promise<number> {
	let [low, high] = [accepted, refused];
	while (high - low > Math.max(1, low * precision)) {
		const middle = Math.floor((low + high) / 2);
		if (await isAccepted(middle)) low = middle;
		else high = middle;
	}
	return low;
}
