/** Where to look for the end of a slice. */
export interface Range {
	/** The slice begins here. */
	low: number;
	/** Up to here there are too many. */
	high: number;
	/** How many there are up to `high`. */
	highCount: number;
	/** Most that a slice may have. */
	most: number;
	/** With so many it is full enough; half of the most unless set. */
	enough?: number;
}

/**
 * A second up to which there are at most so many cases, and not needlessly few; the first after `low` where even
 * that one has more.
 *
 * @param countUpTo asks the service
 */
export async function lastBelow(
	{ low, high: end, highCount, most, enough = most / 2 }: Range,
	countUpTo: (second: number) => Promise<number>,
): Promise<number> {
	const aim = 0.8 * most + 0.2 * enough;
	let best = low;
	let lowCount = 0;
	let high = end;
	for (let step = 0; high - best > 1; step++) {
		// Where cases are spread evenly the first guess fits; where they are not, the other ends it.
		const guess =
			step % 2 === 0
				? best + ((high - best) * (aim - lowCount)) / (highCount - lowCount)
				: end + 1 - Math.sqrt((end + 1 - best) * (end + 1 - high));
		const second = between(best + 1, Math.floor(guess), high - 1);
		const count = await countUpTo(second);
		if (count > most) {
			high = second;
			highCount = count;
		} else {
			best = second;
			lowCount = count;
			if (count >= enough) break;
		}
	}
	return best > low ? best : low + 1;
}

function between(least: number, value: number, most: number): number {
	return Math.min(Math.max(least, Number.isNaN(value) ? least : value), most);
}
