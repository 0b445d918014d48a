import { expect, test } from '@jest/globals';

import { MatchingSet } from '../../../nodes/IntezerCases/polling/matchingSet.ts';

test('a new trigger knows no matching case', () => {
	const matching = new MatchingSet({});
	expect([matching.size, matching.pack()]).toEqual([0, '']);
});

test('the cases that match are stored, the last modified last', () => {
	const matching = new MatchingSet({ matching: 'hash-aaahash-bbbhash-ccc' });
	matching.add('hash-aaa');
	matching.add('hash-ddd');
	matching.remove('hash-bbb');
	expect(matching.size).toBe(3);
	expect([matching.has('hash-aaa'), matching.has('hash-bbb')]).toEqual([true, false]);
	expect(matching.pack()).toBe('hash-ccchash-aaahash-ddd');
});

test('above 15,000 cases, the longest unmodified are dropped', () => {
	const hashes = Array.from({ length: 15_002 }, (_, index) => `${index}`.padStart(8, '0'));
	const matching = new MatchingSet({ matching: hashes.join('') });
	expect(matching.pack()).toBe(hashes.slice(2).join(''));
});
