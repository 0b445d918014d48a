import { describe, expect, test } from '@jest/globals';

import {
	isPackedHashes,
	SeenHashes,
	unpackHashes,
} from '../../../nodes/IntezerCases/polling/seenHashes.ts';

const ALL = 18_000;

describe('Hashes of events that were read', () => {
	test('are stored by their second, and known again', () => {
		const seen = new SeenHashes({});
		seen.add('hash-aaa', 100);
		seen.add('hash-bbb', 200);
		seen.add('hash-ccc', 100);
		const packed = seen.pack(ALL);
		expect(packed).toEqual({ 100: 'hash-aaahash-ccc', 200: 'hash-bbb' });
		const again = new SeenHashes(packed);
		expect(again.size).toBe(3);
		expect(['hash-aaa', 'hash-bbb', 'hash-ccc'].every((hash) => again.has(hash))).toBe(true);
		expect(again.has('hash-ddd')).toBe(false);
		expect(again.pack(ALL)).toEqual(packed);
	});

	test('are kept until two seconds after the last one at which the event can have happened', () => {
		const seen = new SeenHashes({ 97: 'hash-aaa', 98: 'hash-bbb' });
		seen.dropBefore(100);
		expect(seen.pack(ALL)).toEqual({ 98: 'hash-bbb' });
	});

	test('that are read again are kept as long as those that are new', () => {
		const seen = new SeenHashes({ 90: 'hash-aaahash-bbb' });
		seen.add('hash-aaa', 100);
		seen.dropBefore(100);
		expect(seen.pack(ALL)).toEqual({ 100: 'hash-aaa' });
	});

	test('of earlier polls can be dropped', () => {
		const seen = new SeenHashes({ 100: 'hash-aaahash-bbb' });
		seen.add('hash-bbb', 100);
		seen.add('hash-ccc', 100);
		seen.dropEarlierPolls();
		expect(seen.pack(ALL)).toEqual({ 100: 'hash-bbbhash-ccc' });
	});

	test('are dropped if there are too many, the oldest first', () => {
		const seen = new SeenHashes({ 1: 'hash-aaa', 30: 'hash-bbb', 200: 'hash-ccc' });
		expect(seen.pack(2)).toEqual({ 30: 'hash-bbb', 200: 'hash-ccc' });
	});
});

test('a text that is too short for a hash contains none', () => {
	expect(unpackHashes('')).toEqual([]);
	expect(unpackHashes('hash')).toEqual([]);
	expect(unpackHashes('hash-aaahash')).toEqual(['hash-aaa']);
	expect(unpackHashes('abcdef', 3)).toEqual(['abc', 'def']);
});

test.each<[unknown, boolean]>([
	[{}, true],
	[{ 100: 'hash-aaa', 200: '' }, true],
	[{ 100: 'hash-aaa', soon: 'hash-bbb' }, false],
	[{ 100: 'hash-aaa', 200: 5 }, false],
	[null, false],
	[undefined, false],
	['hash-aaa', false],
])('whether %j in a saved state is a list of hashes', (stored, expected) => {
	expect(isPackedHashes(stored)).toBe(expected);
});
