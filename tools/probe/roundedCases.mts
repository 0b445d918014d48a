import type { Context } from './context.mts';

const MOST = 20_000;

/**
 * The number of cases that a simulator needs to behave alike, rounded up to two digits, so that the profile says no
 * more about the tenant than necessary.
 */
export function roundedCases({ first, countCap, window = 0 }: Context): number {
	if (countCap !== undefined) return rounded(countCap * 1.2);
	return Math.min(rounded(first.count), Math.max(MOST, rounded(window * 1.2)));
}

function rounded(count: number): number {
	const unit = 10 ** Math.max(String(Math.ceil(count)).length - 2, 0);
	return Math.ceil(count / unit) * unit;
}
