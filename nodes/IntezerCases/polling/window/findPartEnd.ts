/**
 * In seconds. A part this short is read even if it has too many cases, so that its neighbors contain none of its busy
 * seconds.
 */
export const SHORTEST_PART = 3;

/** Where to search for a second. */
export interface SecondRange {
	/** The counted cases start here. */
	low: number;
	/** Up to here there are too many. */
	high: number;
	/** How many there are up to `high`. */
	highCount: number;
	/** Maximum number of cases up to the second. With half of it the search ends. */
	max: number;
}

/**
 * Finds a second up to which there are at most `max` cases, and not needlessly few; the shortest part if even
 * that has more.
 *
 * @param countUpTo asks the service
 * @returns the seconds up to which cases were counted, and at last the one that was found
 */
export async function* findPartEnd(
	{ low, high: end, highCount, max }: SecondRange,
	countUpTo: (second: number) => Promise<number>,
): AsyncGenerator<number> {
	const enough = max / 2;
	const aim = 0.9 * max;
	let best = low;
	let lowCount = 0;
	let high = end;
	yield end;
	for (let step = 0; high - best > SHORTEST_PART; step++) {
		// Interpolation is quick if cases are spread evenly; the geometric mean helps if they are not. Both stay below `high`.
		const estimate =
			step % 2 === 0
				? best + ((high - best) * (aim - lowCount)) / (highCount - lowCount)
				: end + 1 - Math.sqrt((end + 1 - best) * (end + 1 - high));
		const second = Math.max(best + 1, Math.floor(estimate));
		const count = await countUpTo(second);
		yield second;
		if (count > max) {
			high = second;
			highCount = count;
		} else {
			best = second;
			lowCount = count;
			if (count >= enough) break;
		}
	}
	yield best > low ? best : low + SHORTEST_PART;
}
