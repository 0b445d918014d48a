import { describe, expect, test } from '@jest/globals';

import type { Case } from '../../../nodes/intezer/types.ts';
import { keyHash } from '../../../nodes/IntezerCases/polling/caseHash.ts';
import { Sightings, type Outcome } from '../../../nodes/IntezerCases/polling/matching/sightings.ts';

// cspell:ignore mubbuco Gscf
const MODIFIED = 1_790_000_100;
const UNTIL = MODIFIED + 600;

/** A case in the state that it had this many seconds after it was first seen. */
function caseAt(second: number, title = `${second}`): Case {
	return { case_id: 'case-1', case_title: title, modification_time: MODIFIED + second };
}

const WITHOUT_TIME: Case = { case_id: 'case-1', case_title: '0' };

/** After polls that saw these states, one after the other, and saved what they saw. */
function after(...seen: Array<[found: Case, outcome: Outcome]>): Sightings {
	let sightings = new Sightings();
	for (const [found, outcome] of seen) {
		sightings.add(found, outcome, UNTIL);
		sightings = new Sightings(sightings.pack());
	}
	return sightings;
}

test('an update of this package can read what an earlier version saved', () => {
	const sightings = new Sightings();
	expect(sightings.pack()).toEqual({});
	sightings.add(caseAt(0, 'New'), '+', UNTIL);
	const packed = { [UNTIL]: 'iJ2n-e-o0mubbuco0Gscf+' };
	expect(sightings.pack()).toEqual(packed);
	expect(new Sightings(packed).pack()).toEqual(packed);
});

test.each<[string, number | string]>([
	['in milliseconds', MODIFIED * 1e3],
	['in microseconds', MODIFIED * 1e6],
	['in nanoseconds', MODIFIED * 1e9],
	['in the last year that text can have', '9999-12-31T23:59:59Z'],
	['in the last year that can be saved', 1e14 - 1],
	['before 1970', '1900-01-01T00:00:00Z'],
])('the next poll reads what this one saved of cases that were modified %s', (_when, time) => {
	const keys = ['case-1', 'case-2', 'case-3'].map((case_id) => {
		const found: Case = { case_id, modification_time: time };
		return { found, key: keyHash(found) };
	});
	const saved = new Sightings();
	for (const { found } of keys) saved.add(found, '-', UNTIL);
	const sightings = new Sightings(saved.pack());
	expect(sightings.pack()).toEqual(saved.pack());
	expect(sightings.settle(UNTIL + 1)).toEqual(keys.map(({ key }) => key));
});

test.each<[string, Case, Case, boolean]>([
	['older', caseAt(100), caseAt(99), true],
	['the same', caseAt(100), caseAt(100), false],
	['newer', caseAt(100), caseAt(101), false],
	['of unknown age', caseAt(100), WITHOUT_TIME, false],
	['the first with a time', WITHOUT_TIME, caseAt(0), false],
	['of another case', caseAt(100), { ...caseAt(0), case_id: 'case-2' }, false],
])(
	'a copy of the data is behind if its state of a case is older: it is %s',
	(_age, last, found, expected) => {
		expect(after([last, '+']).isOutdated(found)).toBe(expected);
	},
);

describe('A case that matches has returned', () => {
	test.each<[string, Array<[found: Case, outcome: Outcome]>, Case, boolean]>([
		['not if it was never seen', [], caseAt(0), false],
		['not if it matched before', [[caseAt(0), '+']], caseAt(60), false],
		[
			'not if it matched again since',
			[
				[caseAt(0), '-'],
				[caseAt(60), '+'],
			],
			caseAt(120),
			false,
		],
		['if it was seen not matching', [[caseAt(0), '-']], caseAt(60), true],
		['if it was not found', [[caseAt(0), '?']], caseAt(60), true],
		['not if exactly that state was not found', [[caseAt(0), '?']], caseAt(0, 'x'), false],
		['if exactly that state did not match', [[caseAt(0), '-']], caseAt(0, 'x'), true],
		[
			'not in the state in which it matched before',
			[
				[caseAt(60), '+'],
				[caseAt(30), '-'],
			],
			caseAt(60),
			false,
		],
		[
			'in another state than the one in which it matched before',
			[
				[caseAt(0), '+'],
				[caseAt(30), '-'],
			],
			caseAt(60),
			true,
		],
		[
			'not in the state in which it matched before, though it was missed since',
			[
				[caseAt(60), '+'],
				[caseAt(30), '-'],
				[caseAt(40), '?'],
			],
			caseAt(60),
			false,
		],
		['if it has no time', [[WITHOUT_TIME, '-']], WITHOUT_TIME, true],
		['without a time, if it was not found', [[WITHOUT_TIME, '?']], WITHOUT_TIME, true],
		[
			'if it was seen not matching, then not found',
			[
				[caseAt(0), '-'],
				[caseAt(60), '?'],
			],
			caseAt(60, 'x'),
			true,
		],
		[
			'if it was not found in two states that are more than five minutes apart',
			[
				[caseAt(0), '?'],
				[caseAt(301), '?'],
			],
			caseAt(301, 'x'),
			true,
		],
		[
			'not if it was not found in two states that a copy of the data may lag behind',
			[
				[caseAt(0), '?'],
				[caseAt(300), '?'],
			],
			caseAt(300, 'x'),
			false,
		],
		[
			'not if it matched more than five minutes before',
			[
				[caseAt(0), '+'],
				[caseAt(301), '?'],
			],
			caseAt(301, 'x'),
			false,
		],
	])('%s', (_when, seen, found, expected) => {
		expect(after(...seen).hasReturned(found)).toBe(expected);
	});
});

describe('Once every copy of the data knows a state', () => {
	test('a case that does not match in it has left, and the state is forgotten', () => {
		const sightings = new Sightings();
		const outcomes: Outcome[] = ['+', '-', '?'];
		for (const [index, outcome] of outcomes.entries()) {
			sightings.add({ ...caseAt(0), case_id: `passed-${index}` }, outcome, UNTIL - 1);
			sightings.add({ ...caseAt(0), case_id: `recent-${index}` }, outcome, UNTIL);
		}
		const keys = (...entries: string[]) => entries.map((entry) => entry.slice(0, 8)).sort();
		const { [UNTIL - 1]: passed = '', [UNTIL]: recent = '' } = sightings.pack();
		const [, second = '', third = ''] = passed.match(/.{22}/g) ?? [];
		expect(sightings.settle(UNTIL).sort()).toEqual(keys(second, third));
		expect(sightings.pack()).toEqual({ [UNTIL]: recent });
	});

	test('above 1,000 cases, the states seen longest ago are forgotten early', () => {
		const sightings = new Sightings();
		const add = (index: number) => {
			const outcome = index === 1 ? '-' : '+';
			sightings.add({ ...caseAt(0), case_id: `case-${index}` }, outcome, UNTIL);
		};
		for (let index = 0; index < 1_002; index++) add(index);
		// Seen again, so it is no longer among those seen longest ago.
		add(0);
		const entries = (sightings.pack()[UNTIL] ?? '').match(/.{22}/g) ?? [];
		expect(entries).toHaveLength(1_002);
		expect(sightings.settle(UNTIL)).toEqual([entries[0]?.slice(0, 8)]);
		expect(sightings.pack()).toEqual({ [UNTIL]: entries.slice(2).join('') });
		expect(sightings.settle(UNTIL)).toEqual([]);
		expect(sightings.pack()).toEqual({ [UNTIL]: entries.slice(2).join('') });
	});

	test('up to 1,000 cases are remembered besides those that have settled', () => {
		const sightings = new Sightings();
		const add = (index: number, until: number) => {
			sightings.add({ ...caseAt(0), case_id: `case-${index}` }, '-', until);
		};
		for (let index = 0; index < 500; index++) add(index, UNTIL - 1);
		for (let index = 500; index < 1_500; index++) add(index, UNTIL);
		const { [UNTIL]: recent } = sightings.pack();
		expect(sightings.settle(UNTIL)).toHaveLength(500);
		expect(sightings.pack()).toEqual({ [UNTIL]: recent });
	});
});
