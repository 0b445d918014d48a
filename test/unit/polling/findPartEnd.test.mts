import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { findPartEnd } from '../../../nodes/IntezerCases/polling/window/findPartEnd.ts';
import { runs } from '../../propertyRuns.mts';

const MAX = 5_000;
const LOW = 1_790_000_000;

const spread = (seconds: number, each: number) => Array.from({ length: seconds }, () => each);

/**
 * Finds the end of a part, and checks that it is neither too long nor needlessly short.
 *
 * @param perSecond how many cases each second after `LOW` has
 * @returns how many requests that took
 */
async function requestsFor(perSecond: readonly number[]): Promise<number> {
	const upTo = [0];
	for (const each of perSecond) upTo.push((upTo.at(-1) ?? 0) + each);
	const countUpTo = (second: number) => upTo[Math.min(second - LOW, perSecond.length)] ?? 0;
	const high = LOW + perSecond.length;
	const asked: number[] = [];
	const range = { low: LOW, high, highCount: countUpTo(high), max: MAX };
	const tried: number[] = [];
	const ends = findPartEnd(range, (second) => {
		asked.push(second);
		return Promise.resolve(countUpTo(second));
	});
	for await (const each of ends) tried.push(each);
	const end = tried.pop() ?? 0;
	expect(tried).toEqual([high, ...asked]);
	expect(end).toBeGreaterThan(LOW);
	expect(countUpTo(end) <= MAX || end <= LOW + 3).toBe(true);
	expect(countUpTo(end) >= MAX / 2 || countUpTo(end + 3) > MAX).toBe(true);
	expect(new Set(asked).size).toBe(asked.length);
	return asked.length;
}

describe('A part of a busy window has few enough cases, or as few seconds as possible', () => {
	test.each<[string, number, number[]]>([
		['cases come evenly', 1, spread(3_600, 10)],
		['cases come evenly for a week', 1, spread(604_800, 1)],
		[
			'the first guess has as many cases as a part may have',
			1,
			[5_000, ...spread(449, 0), ...spread(3_100, 10)],
		],
		[
			'the first guess has half as many',
			1,
			[2_500, ...spread(449, 0), ...spread(3_149, 10), 2_010],
		],
		['all cases come in the last minute of a day', 9, [...spread(86_400, 0), ...spread(60, 1_000)]],
		[
			'all cases come in the first minute of a day',
			6,
			[...spread(60, 1_000), ...spread(86_400, 0)],
		],
		['one second has too many cases', 8, [...spread(100, 0), 6_000, ...spread(100, 0)]],
		['the first second has too many cases', 14, [6_000, ...spread(10_000, 1)]],
		['the window is as short as a part can be', 0, spread(3, 6_000)],
		['the window is one second longer', 1, spread(4, 6_000)],
	])('where %s: found with %i requests', async (_where, most, perSecond) => {
		expect(await requestsFor(perSecond)).toBeLessThanOrEqual(most);
	});

	test('wherever the cases are', async () => {
		const each = fc.constantFrom(0, 1, 7, 900, 6_000);
		const group = fc.tuple(fc.integer({ min: 1, max: 1_000 }), each);
		await fc.assert(
			fc.asyncProperty(fc.array(group, { minLength: 1, maxLength: 6 }), async (groups) => {
				const perSecond = groups.flatMap(([seconds, count]) => spread(seconds, count));
				fc.pre(perSecond.reduce((sum, count) => sum + count, 0) > MAX);
				const most = 2 * Math.ceil(Math.log2(perSecond.length)) + 2;
				expect(await requestsFor(perSecond)).toBeLessThanOrEqual(most);
			}),
			{ numRuns: runs(50) },
		);
	});
});
