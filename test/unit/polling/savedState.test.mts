import { describe, expect, test } from '@jest/globals';

import {
	emptyState,
	isFirstState,
	readState,
	replacementState,
	withStartTime,
} from '../../../nodes/IntezerCases/polling/state.ts';

const PART = { until: 5, offset: 4, count: 3, added: 2, repeats: 1, shown: 'abcdef' };

const UNREAD = {
	after: 100,
	until: 200,
	isByCreation: true,
	createdUntil: 150,
	modifiedBefore: 190,
	part: PART,
};

/** A state as users have it in their databases. */
const STATE = {
	version: 1,
	key: 'key',
	epoch: 'random',
	isReplacement: true,
	startedAt: 1_790_000_000_000,
	cursor: 1_790_000_000,
	tailOffset: 100,
	maxIds: 50,
	emissions: 7,
	createdFrom: 1_780_000_000,
	seen: { 1790000000: 'hash001-' },
	matching: 'hash001-hash002-',
	sightings: { 1790000000: 'hash001-012345678----+' },
	part: PART,
	unreadBaseline: UNREAD,
};

const EMPTY = { version: 1, key: 'key', epoch: 0, seen: {} };

describe("A state in n8n's database", () => {
	test('is read with all that it has', () => {
		expect(readState(JSON.parse(JSON.stringify(STATE)))).toEqual(STATE);
	});

	test('may be that of a trigger that was never polled, or an older version', () => {
		expect(readState(EMPTY)).toEqual(EMPTY);
		expect(readState({ ...EMPTY, unreadBaseline: { after: 1, until: 2 } })).toEqual({
			...EMPTY,
			unreadBaseline: { after: 1, until: 2 },
		});
	});

	test('is not changed by polls', () => {
		const stored = structuredClone(STATE);
		const read = readState(stored);
		expect(read?.seen).not.toBe(stored.seen);
		expect(read?.sightings).not.toBe(stored.sightings);
	});

	test.each<[unknown]>([
		[undefined],
		[null],
		['text'],
		[[STATE]],
		[{}],
		...[
			{ version: 2 },
			{ key: 1 },
			{ epoch: undefined },
			{ epoch: '' },
			{ epoch: NaN },
			{ epoch: ['random'] },
			{ seen: undefined },
			{ seen: { soon: 'hash001-' } },
			{ startedAt: 'soon' },
			{ cursor: 'soon' },
			{ tailOffset: 'soon' },
			{ maxIds: 'soon' },
			{ emissions: 'soon' },
			{ createdFrom: 'soon' },
			{ cursor: null },
			{ cursor: Infinity },
			{ matching: ['hash001-'] },
			{ unreadBaseline: null },
			{ unreadBaseline: { ...UNREAD, after: 'soon' } },
			{ unreadBaseline: { ...UNREAD, until: undefined } },
		].map((change): [unknown] => [{ ...STATE, ...change }]),
	])('is not used if it is unreadable: %j', (stored) => {
		expect(readState(stored)).toBeUndefined();
	});

	test('is used without what is unreadable and not needed', () => {
		const stored = {
			...STATE,
			isReplacement: 'yes',
			sightings: 'none',
			part: 'first',
			unreadBaseline: {
				...UNREAD,
				isByCreation: 'yes',
				createdUntil: 'now',
				modifiedBefore: 'now',
				part: 'first',
			},
		};
		const { isReplacement: _, sightings: __, part: ___, ...others } = STATE;
		expect(readState(stored)).toEqual({ ...others, unreadBaseline: { after: 100, until: 200 } });
	});
});

test('a new state differs from every earlier one', () => {
	const epochs = new Set([emptyState('key').epoch, emptyState('key').epoch]);
	expect(epochs.size).toBe(2);
	for (const epoch of epochs) expect(epoch).toMatch(/^[\w-]{8}$/);
	expect(readState(emptyState('key'))).toMatchObject({ key: 'key', seen: {} });
});

test('Look Back applies to the first state of a node, not to one with changed filters', () => {
	expect(isFirstState(emptyState('key'))).toBe(true);
	const replacement = replacementState({ ...emptyState('old'), cursor: 4 }, 'key');
	expect(isFirstState(replacement)).toBe(false);
	expect(replacement).toMatchObject({ key: 'key', seen: {} });
	expect(replacement.cursor).toBeUndefined();
	// Until there is a response, the user is only correcting the filters.
	const failed = { ...emptyState('old'), startedAt: 5 };
	expect(replacementState(failed, 'key')).toEqual({ ...failed, key: 'key' });
	const failedAgain = { ...replacement, startedAt: 5 };
	expect(replacementState(failedAgain, 'corrected')).toEqual({ ...failedAgain, key: 'corrected' });
	// Versions before the first release numbered the states of a node.
	expect(isFirstState(emptyState('key', 0))).toBe(true);
	expect(isFirstState(emptyState('key', 1_790_000_000))).toBe(false);
});

test('a trigger that gets no response remembers when it started', () => {
	const state = emptyState('key', 0);
	const started = withStartTime(state, 5_000);
	expect(started).toEqual({ ...state, startedAt: 5_000, triedAt: 5_000 });
	expect(withStartTime(started, 9_000)).toEqual({ ...started, triedAt: 9_000 });
	expect(withStartTime({ ...state, cursor: 4 }, 9_000)).toEqual({ ...state, cursor: 4 });
});
