import { expect, test } from '@jest/globals';

import { MatchingSet } from '../../../nodes/IntezerCases/polling/matching/matchingSet.ts';

test('a new trigger knows no matching case', () => {
	const matching = new MatchingSet({});
	expect([matching.size, matching.pack()]).toEqual([0, '']);
});

test('the cases that match are stored, the last modified last', () => {
	const matching = new MatchingSet({ matching: 'hash001-hash002-hash003-' });
	matching.add('hash001-');
	matching.add('hash004-');
	matching.remove('hash002-');
	expect(matching.size).toBe(3);
	expect([matching.has('hash001-'), matching.has('hash002-')]).toEqual([true, false]);
	expect(matching.pack()).toBe('hash003-hash001-hash004-');
	expect(matching.last(2)).toEqual(['hash001-', 'hash004-']);
	expect([matching.last(0), matching.last(9).length]).toEqual([[], 3]);
});

test('above 15,000 cases, the longest unmodified are dropped', () => {
	const hashes = Array.from({ length: 15_002 }, (_, index) => `${index}`.padStart(8, '0'));
	const matching = new MatchingSet({ matching: hashes.join('') });
	expect(matching.pack()).toBe(hashes.slice(2).join(''));
});
