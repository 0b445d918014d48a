import { describe, expect, test } from '@jest/globals';

import {
	fromFirstPage,
	isProved,
	isUnread,
	newPart,
	readPart,
	withPage,
	type Part,
} from '../../../nodes/IntezerCases/polling/window/windowPart.ts';
import {
	afterLastPage,
	pageByPage,
} from '../../../nodes/IntezerCases/polling/window/windowPosition.ts';

const UNTIL = 1_790_000_000;

const cases = (...ids: string[]) => ids.map((case_id) => ({ case_id }));

/** A part after pages, each with its number of matching cases. */
function partWith(...pages: Array<[count: number | undefined, ...ids: string[]]>): Part {
	return pages.reduce<Part>(
		(part, [count, ...ids]) => withPage(part, cases(...ids), count),
		newPart(UNTIL),
	);
}

describe('A part of a window', () => {
	test('is unread until a page of it was read', () => {
		expect(isUnread(newPart(UNTIL))).toBe(true);
		expect(isUnread(partWith([1, 'a']))).toBe(false);
		expect(isUnread(fromFirstPage(partWith([1, 'a'])))).toBe(false);
		// Its pages contained nothing new.
		expect(isUnread({ ...newPart(UNTIL), offset: 100 })).toBe(false);
	});

	test('continues after the page that was read', () => {
		const part = partWith([5, 'a', 'b'], [4, 'b', 'c']);
		expect(part).toMatchObject({ until: UNTIL, offset: 4, count: 5, added: 3, repeats: 0 });
		expect(part.shown).toHaveLength(3 * 6);
	});

	test('is read again from the first page, and keeps what it has shown', () => {
		const read = partWith([3, 'a', 'b']);
		const again = fromFirstPage(read);
		expect(again).toEqual({ ...read, offset: 0, added: 0 });
		expect(withPage(again, cases('b', 'c'), 3)).toMatchObject({ offset: 2, added: 1 });
	});

	test('remembers at most 7,000 cases', () => {
		const ids = Array.from({ length: 7_001 }, (_, index) => `${index}`);
		const part = partWith([9_000, ...ids.slice(0, 6_999)], [9_000, ...ids.slice(6_999)]);
		expect(part).toMatchObject({ offset: 7_001, count: 9_000, added: 7_000 });
		expect(part.shown).toHaveLength(7_000 * 6);
		expect(withPage(part, cases('another'), 9_000)).toEqual({ ...part, offset: 7_002 });
	});

	test('is started over if reading it again showed nothing new', () => {
		const again = withPage(fromFirstPage(partWith([3, 'a', 'b'])), cases('a', 'b'), 3);
		expect(fromFirstPage(again)).toEqual({ ...newPart(UNTIL), repeats: 1 });
		expect(fromFirstPage({ ...again, repeats: 4 }).repeats).toBe(5);
	});
});

describe('A part is complete', () => {
	test.each<[string, Part, boolean]>([
		['if it showed as many cases as the service counts', partWith([2, 'a', 'b']), true],
		['not if a case is missing', partWith([3, 'a', 'b']), false],
		['not by a page whose cases were shown before', partWith([3, 'a', 'b'], [3, 'b']), false],
		['not if an earlier response counted more', partWith([3, 'a'], [2, 'b']), false],
		['without a count', partWith([undefined, 'a', 'b']), true],
		['not if readings contradicted its count nine times', repeated(9), false],
		['if readings contradicted its count ten times', repeated(10), true],
		['not while readings still show new cases', { ...partWith([9, 'a']), repeats: 10 }, false],
		['if it has too many cases to remember', { ...manyShown(7_000), count: 9_000 }, true],
		['not before', { ...manyShown(6_999), count: 9_000 }, false],
	])('%s', (_when, part, expected) => {
		expect(isProved(part)).toBe(expected);
	});

	function repeated(repeats: number): Part {
		return { ...partWith([9, 'a']), added: 0, repeats };
	}

	function manyShown(count: number): Part {
		return { ...newPart(UNTIL), shown: 'shown.'.repeat(count) };
	}
});

describe('A part in a saved state', () => {
	const stored = { until: 5, offset: 4, count: 3, added: 2, repeats: 1, shown: 'abcdef' };

	test('is read back', () => {
		expect(readPart(JSON.parse(JSON.stringify(stored)))).toEqual(stored);
		expect(readPart({ ...stored, count: undefined })).toEqual({ ...stored, count: 0 });
	});

	test.each<[unknown]>([
		[undefined],
		['part'],
		...['until', 'offset', 'added', 'repeats', 'shown'].flatMap((field): Array<[unknown]> => [
			[{ ...stored, [field]: undefined }],
			[{ ...stored, [field]: ['1'] }],
		]),
	])('is ignored if it is %j', (unreadable) => {
		expect(readPart(unreadable)).toBeUndefined();
	});
});

describe('A window that is read page by page', () => {
	test.each<[string, Parameters<typeof pageByPage>, ReturnType<typeof pageByPage>]>([
		['from its start', [{ from: 5 }, 9], { from: 5, part: newPart(9), tailOffset: 0 }],
		['where it has settled', [{ from: 9 }, 9], { from: 9, part: undefined, tailOffset: 0 }],
		[
			'where the last poll stopped',
			[{ from: 5, part: newPart(7), tailOffset: 200 }, 9],
			{ from: 5, part: newPart(7), tailOffset: 200 },
		],
	])('continues %s', (_where, given, expected) => {
		expect(pageByPage(...given)).toEqual(expected);
	});
});

describe('The position after the last page of a part', () => {
	const here = { from: 5, tailOffset: 200 };
	const behind = { from: UNTIL, tailOffset: 200 };
	const complete = partWith([2, 'a', 'b']);
	const incomplete = partWith([3, 'a', 'b']);
	const again = (part: Part) => ({ ...here, part: fromFirstPage(part) });

	test.each<[string, Part, mustReadAgain: boolean, ReturnType<typeof afterLastPage>]>([
		['behind it if all were shown', complete, false, behind],
		['at its first page if more were counted', incomplete, false, again(incomplete)],
		['at its first page if cases may be added', complete, true, again(complete)],
		['behind it after the second reading', fromFirstPage(complete), true, behind],
	])('is %s', (_where, part, mustReadAgain, expected) => {
		expect(afterLastPage(here, part, mustReadAgain)).toEqual(expected);
	});
});
