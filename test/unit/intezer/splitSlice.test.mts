import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { splitSlice, type TimeSlice } from '../../../nodes/intezer/search/timeRanges/splitSlice.ts';
import { runs } from '../../propertyRuns.mts';

const PAGE = 100;

const sizesOf = (parts: TimeSlice[]) => parts.map(({ start, end }) => end - start + 1);

/** Some times that entries have, in ascending order: any number of them in one second. */
const someTimes = fc
	.array(fc.integer({ min: -20, max: 120 }), { maxLength: 200 })
	.map((times) => times.sort((a, b) => a - b));

describe('A time range that is cut', () => {
	test('is cut into parts that follow each other and are all of it', () => {
		fc.assert(
			fc.property(
				fc.nat(50),
				fc.nat(50),
				fc.nat(300),
				fc.integer({ min: 1, max: 30 }),
				someTimes,
				(start, seconds, count, pageSize, times) => {
					const end = start + seconds;
					const parts = splitSlice({ start, end }, count, pageSize, times);
					expect(parts.length === 1).toBe(false);
					expect(parts.every((part) => part.start <= part.end)).toBe(true);
					const covered = parts.flatMap((part) => [part.start, part.end + 1]);
					const borders = covered.slice(1, -1);
					expect(borders.filter((_, index) => index % 2 === 0)).toEqual(
						borders.filter((_, index) => index % 2 === 1),
					);
					if (seconds === 0) expect(parts).toEqual([]);
					else expect([covered[0], covered.at(-1)]).toEqual([start, end + 1]);
				},
			),
			{ numRuns: runs(100) },
		);
	});

	test.each([
		[100, [70, 30]],
		[70, [70]],
		[141, [70, 70, 1]],
	])('has at most 70 of %i known entries in a part if 100 fit a page', (size, inParts) => {
		const slice = { start: 1_000, end: 9_999 };
		const inside = Array.from({ length: size }, (_, index) => 2_000 + index);
		const before = Array.from({ length: 500 }, (_, index) => index);
		const after = Array.from({ length: 500 }, (_, index) => 10_000 + index);
		// Where all fit one part, it is halved.
		const expected = inParts.length === 1 ? [size, 0] : inParts;
		const parts = splitSlice(slice, 2, PAGE, [...before, ...inside, ...after]);
		const known = parts.map(
			({ start, end }) => inside.filter((time) => time >= start && time <= end).length,
		);
		expect(known).toEqual(expected);
	});

	test('counts the known entries of its first and of its last second', () => {
		const atEnds = [...Array.from({ length: 71 }, () => 5), ...Array.from({ length: 70 }, () => 9)];
		expect(splitSlice({ start: 5, end: 9 }, 141, PAGE, atEnds)).toEqual([
			{ start: 5, end: 5 },
			{ start: 6, end: 8 },
			{ start: 9, end: 9 },
		]);
	});

	test('keeps a second whole, however many known entries it has', () => {
		const times = Array.from({ length: 1_000 }, () => 500);
		expect(splitSlice({ start: 0, end: 999 }, 1_000, PAGE, times)).toEqual([
			{ start: 0, end: 499 },
			{ start: 500, end: 999 },
		]);
	});

	test('has a known entry in each part if a page contains a single entry', () => {
		expect(splitSlice({ start: 0, end: 99 }, 3, 1, [10, 20, 30])).toEqual([
			{ start: 0, end: 19 },
			{ start: 20, end: 29 },
			{ start: 30, end: 99 },
		]);
	});

	test.each([
		['in halves, if they fit a page', 60, 1_000, [500, 500]],
		['into parts of half a page', 175, 1_000, [250, 250, 250, 250]],
		[
			'into parts of half a page, and one more for what is left',
			201,
			1_000,
			[200, 200, 200, 200, 200],
		],
		['into 16 parts at most', 100_000, 1_600, Array.from({ length: 16 }, () => 100)],
		[
			'into 16 parts at most, if the number is not known',
			Infinity,
			16,
			Array.from({ length: 16 }, () => 1),
		],
		['into single seconds', 100_000, 3, [1, 1, 1]],
		['into parts that differ by a second', 175, 11, [3, 3, 3, 2]],
	])('is cut %s, if no entry is known in it', (_, count, seconds, sizes) => {
		const slice = { start: 7, end: 7 + seconds - 1 };
		expect(sizesOf(splitSlice(slice, count, PAGE, []))).toEqual(sizes);
		expect(sizesOf(splitSlice(slice, count, PAGE, [6, slice.end + 1]))).toEqual(sizes);
	});

	test.each([
		['the second', [50, 50, 50], [50, 51]],
		['the seconds', [40, 45, 41, 60], [40, 61]],
		['the first second', [0, 0], [1]],
		['the last second', [99], [99]],
		['the last second, if they are of the next one', [100, 100], [99]],
		['all seconds', [0, 99], []],
	])('is also cut around %s of the entries on its first page', (_, onFirstPage, cuts) => {
		const parts = splitSlice({ start: 0, end: 99 }, 60, PAGE, [], onFirstPage);
		const starts = [0, 50, ...cuts].sort((a, b) => a - b);
		expect(parts.map(({ start }) => start)).toEqual([...new Set(starts)]);
	});
});
