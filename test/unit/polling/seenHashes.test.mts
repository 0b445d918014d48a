import { describe, expect, test } from '@jest/globals';

import {
	isPackedHashes,
	SeenHashes,
	unpackHashes,
} from '../../../nodes/IntezerCases/polling/window/seenHashes.ts';
import { newPart } from '../../../nodes/IntezerCases/polling/window/windowPart.ts';

const ALL = 18_000;
const NOWHERE = { from: 0 };

describe('Hashes of events that were read', () => {
	test('are stored by their second, and known again', () => {
		const seen = new SeenHashes({});
		seen.add('hash001-', 100);
		seen.add('hash002-', 200);
		seen.add('hash003-', 100);
		const packed = seen.pack(ALL, NOWHERE);
		expect(packed).toEqual({ 100: 'hash001-hash003-', 200: 'hash002-' });
		const again = new SeenHashes(packed);
		expect(again.size).toBe(3);
		expect(['hash001-', 'hash002-', 'hash003-'].every((hash) => again.has(hash))).toBe(true);
		expect(again.has('hash004-')).toBe(false);
		expect(again.pack(ALL, NOWHERE)).toEqual(packed);
	});

	test('are kept until two seconds after the last one at which the event can have happened', () => {
		const seen = new SeenHashes({ 97: 'hash001-', 98: 'hash002-' });
		seen.dropBefore(100);
		expect(seen.pack(ALL, NOWHERE)).toEqual({ 98: 'hash002-' });
	});

	test('that are read again are kept as long as those that are new', () => {
		const seen = new SeenHashes({ 90: 'hash001-hash002-' });
		seen.add('hash001-', 100);
		seen.dropBefore(100);
		expect(seen.pack(ALL, NOWHERE)).toEqual({ 100: 'hash001-' });
	});

	test('of earlier polls can be dropped', () => {
		const seen = new SeenHashes({ 100: 'hash001-hash002-' });
		seen.add('hash002-', 100);
		seen.add('hash003-', 100);
		seen.dropEarlierPolls();
		expect(seen.pack(ALL, NOWHERE)).toEqual({ 100: 'hash002-hash003-' });
	});

	test('are dropped if there are too many, the oldest first', () => {
		const seen = new SeenHashes({ 1: 'hash001-', 30: 'hash002-', 200: 'hash003-' });
		expect(seen.pack(2, NOWHERE)).toEqual({ 30: 'hash002-', 200: 'hash003-' });
	});

	test('are kept if the next poll reads them again, even if they are the oldest of too many', () => {
		const readAgain = { 98: 'hash001-', 100: 'hash002-', 200: 'hash004-' };
		const others = { 150: 'hash003-', 300: 'hash005-', 400: 'hash006-' };
		const seen = new SeenHashes({ ...readAgain, ...others });
		const packed = seen.pack(4, { from: 100, part: newPart(200) });
		expect(packed).toEqual({ ...readAgain, 400: 'hash006-' });
	});
});

test('a text that is too short for a hash contains none', () => {
	expect(unpackHashes('')).toEqual([]);
	expect(unpackHashes('hash')).toEqual([]);
	expect(unpackHashes('hash001-hash')).toEqual(['hash001-']);
	expect(unpackHashes('abcdef', 3)).toEqual(['abc', 'def']);
});

test.each<[unknown, boolean]>([
	[{}, true],
	[{ 100: 'hash001-', 200: '' }, true],
	[{ 100: 'hash001-', soon: 'hash002-' }, false],
	[{ 100: 'hash001-', 200: 5 }, false],
	[null, false],
	[undefined, false],
	['hash001-', false],
])('whether %j in a saved state is a list of hashes', (stored, expected) => {
	expect(isPackedHashes(stored)).toBe(expected);
});
