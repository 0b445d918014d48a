import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { LruMap } from '../../../nodes/processState/lruMap.ts';

describe('a map of recent entries', () => {
	it('keeps what was used last, as much as weighs no more than its capacity', () => {
		const step = fc.record({
			action: fc.constantFrom('get', 'set', 'delete'),
			key: fc.constantFrom('a', 'b', 'c', 'd'),
			value: fc.integer({ min: 1, max: 12 }),
		});
		fc.assert(
			fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
				const map = new LruMap<number>(10, (value) => value);
				// The expected entries, the most recently used last.
				let expected: Array<[string, number]> = [];
				for (const { action, key, value } of steps) {
					const held = expected.find(([name]) => name === key);
					if (action === 'get') expect(map.get(key)).toBe(held?.[1]);
					const others = expected.filter(([name]) => name !== key);
					if (action === 'get') expected = held === undefined ? others : [...others, held];
					if (action === 'delete') {
						map.delete(key);
						expected = others;
					}
					if (action === 'set') {
						map.set(key, value);
						expected = value > 10 ? others : [...others, [key, value]];
						while (expected.reduce((sum, [, weight]) => sum + weight, 0) > 10) expected.shift();
					}
				}
				for (const [key, value] of expected) expect(map.get(key)).toBe(value);
				const absent = ['a', 'b', 'c', 'd'].filter((key) => !expected.some(([k]) => k === key));
				for (const key of absent) expect(map.get(key)).toBeUndefined();
			}),
		);
	});

	it('counts entries if no weight is given', () => {
		const map = new LruMap<string>(2);
		map.set('a', 'first');
		map.set('b', 'second');
		map.get('a');
		map.set('c', 'third');
		expect([map.get('a'), map.get('b'), map.get('c')]).toEqual(['first', undefined, 'third']);
	});
});
