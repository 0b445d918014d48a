/** A time range in whole Unix seconds; both ends belong to it. */
export interface TimeSlice {
	start: number;
	end: number;
}

/** The share of a page that known entries may fill: the rest is room for entries that are not known yet. */
const FILL = 0.7;
const MOST_PARTS = 16;

/**
 * Cuts a slice that holds `count` entries into smaller ones: at times of known entries if there are enough, else into
 * equal parts and around the entries of its first page, which may all be of one second. Returns no parts for a slice of a
 * single second.
 *
 * @param times the times of known entries, in ascending order
 * @param onFirstPage the times of the entries on the slice's first page
 */
export function splitSlice(
	{ start, end }: TimeSlice,
	count: number,
	pageSize: number,
	times: readonly number[],
	onFirstPage: readonly number[] = [],
): TimeSlice[] {
	if (end <= start) return [];
	const step = Math.max(1, Math.floor(pageSize * FILL));
	const low = firstNotBefore(times, start);
	const high = firstNotBefore(times, end + 1);
	const cuts = new Set<number>();
	for (let index = low + step; index < high; index += step) {
		const time = times[index];
		if (time !== undefined) cuts.add(Math.max(time, start + 1));
	}
	if (cuts.size === 0) {
		const wanted = Math.ceil((2 * count) / pageSize);
		const parts = Math.min(Math.max(2, wanted), MOST_PARTS, end - start + 1);
		for (let part = 1; part < parts; part++) {
			cuts.add(start + Math.ceil(((end - start + 1) * part) / parts));
		}
		// An entry of the second after the slice is on the page too, because slices overlap.
		const earliest = Math.min(...onFirstPage.map((time) => Math.min(time, end)));
		for (const cut of [earliest, Math.max(...onFirstPage) + 1]) {
			if (cut > start && cut <= end) cuts.add(cut);
		}
	}
	const starts = [start, ...[...cuts].sort((a, b) => a - b)];
	return starts.map((from, index) => ({ start: from, end: (starts[index + 1] ?? end + 1) - 1 }));
}

/** The index of the first of some ascending times that is not before `time`, by binary search. */
function firstNotBefore(times: readonly number[], time: number): number {
	let low = 0;
	let high = times.length;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if ((times[middle] ?? Infinity) < time) low = middle + 1;
		else high = middle;
	}
	return low;
}
