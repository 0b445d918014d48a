/** Returns the next random number, from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** A fast random generator with a seed (mulberry32): faker is too slow for 200,000 cases. The same seed gives the same numbers. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** An integer from `low` to `high`, inclusive. */
export function between(random: Random, low: number, high: number): number {
	return low + Math.floor(random() * (high - low + 1));
}

/** One of `values`, which must not be empty. */
export function pick<T>(random: Random, values: readonly T[]): T {
	const value = values[Math.floor(random() * values.length)];
	if (value === undefined) throw new RangeError('There is nothing to pick from.');
	return value;
}

/** Up to `count` different elements of `values`. */
export function pickSome<T>(random: Random, values: readonly T[], count: number): T[] {
	const picked = new Set<T>();
	for (let index = 0; index < count; index++) picked.add(pick(random, values));
	return [...picked];
}

/** One of the values, with a probability proportional to its weight. */
export function pickWeighted<T>(random: Random, choices: ReadonlyArray<readonly [T, number]>): T {
	const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
	let left = random() * total;
	for (const [value, weight] of choices) {
		left -= weight;
		if (left < 0) return value;
	}
	return pick(random, choices)[0];
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Random bytes as hexadecimal digits. */
export function hex(random: Random, bytes: number): string {
	let text = '';
	for (let index = 0; index < bytes; index++) text += pick(random, BYTES);
	return text;
}

/** A version 4 UUID. */
export function uuid(random: Random): string {
	const digits = hex(random, 16);
	const variant = '89ab'.charAt(between(random, 0, 3));
	const [first, second] = [digits.slice(0, 8), digits.slice(8, 12)];
	const [third, fourth] = [digits.slice(13, 16), digits.slice(17, 20)];
	return `${first}-${second}-4${third}-${variant}${fourth}-${digits.slice(20)}`;
}

/** Shuffles the elements from `start` to `end` (exclusive) in place. */
export function shuffle(random: Random, values: unknown[], start: number, end: number): void {
	for (let last = end - 1; last > start; last--) {
		const other = between(random, start, last);
		[values[last], values[other]] = [values[other], values[last]];
	}
}
