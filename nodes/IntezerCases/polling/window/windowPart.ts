import { isObject } from '../../../intezer/json';
import type { Case } from '../../../intezer/types';
import { keyHash } from '../caseHash';
import { unpackHashes } from './seenHashes';

/** Maximum number of cases that a part remembers: 42 kB. A larger part is read once, without a proof. */
const MAX_SHOWN = 7_000;
/**
 * A count that readings have contradicted this many times is wrong. That is once a poll at most: by then, all copies of
 * the data agree.
 */
const MAX_REPEATS = 10;
/** 36 bits: in one of 5,000 parts of 5,000 cases, two of them look the same, and the part is read ten times. */
const SHOWN_LENGTH = 6;

/** A part of a window that is read page by page, over as many polls as it takes. */
export interface Part {
	/** The second up to which it reaches. */
	until: number;
	/** The position of the next page. */
	offset: number;
	/** The largest number of cases that a response counted, since the part was last started over. */
	count: number;
	/** How many of the shown cases were new since the reading last began at the first page. */
	added: number;
	/** How often it was started over. */
	repeats: number;
	/** Short hashes of the keys of the cases that its pages contained, up to `MAX_SHOWN`, since it was last started over. */
	shown: string;
}

export function newPart(until: number): Part {
	return { until, offset: 0, count: 0, added: 0, repeats: 0, shown: '' };
}

/** Whether no page of it was read. */
export function isUnread({ offset, shown }: Part): boolean {
	return offset === 0 && shown === '';
}

/** The part after a page. @param count of the response; undefined if it has none */
export function withPage(part: Part, cases: readonly Case[], count: number | undefined): Part {
	const shown = new Set(unpackHashes(part.shown, SHOWN_LENGTH));
	const before = shown.size;
	for (const found of cases) {
		if (shown.size >= MAX_SHOWN) break;
		shown.add(keyHash(found).slice(0, SHOWN_LENGTH));
	}
	return {
		...part,
		offset: part.offset + cases.length,
		count: Math.max(part.count, count ?? 0),
		added: part.added + shown.size - before,
		shown: [...shown].join(''),
	};
}

/**
 * Whether a part whose last page was read is complete: nothing is added to a part that has settled, so it is when as many
 * cases were shown as the largest count in a response. Where cases may be added, see `mayGainCases`.
 */
export function isProved({ count, added, repeats, shown }: Part): boolean {
	const known = shown.length / SHOWN_LENGTH;
	return known >= Math.min(count, MAX_SHOWN) || (added === 0 && repeats >= MAX_REPEATS);
}

/** Whether its pages were read before: some of the shown cases were known when the reading began at the first page. */
export function isReadAgain({ added, shown }: Part): boolean {
	return added < shown.length / SHOWN_LENGTH;
}

/**
 * The part after its last page, to be read once more. If its pages showed nothing new, it is started over: some of the
 * cases that were counted have left it before they were shown.
 */
export function fromFirstPage(part: Part): Part {
	if (part.added > 0) return { ...part, offset: 0, added: 0 };
	return { ...newPart(part.until), repeats: part.repeats + 1 };
}

/** A part in n8n's static data; undefined if it can't be read. */
export function readPart(stored: unknown): Part | undefined {
	if (!isObject(stored)) return undefined;
	const { until, offset, count, added, repeats, shown } = stored;
	const numbers = [until, offset, added, repeats];
	if (!numbers.every(Number.isFinite) || typeof shown !== 'string') return undefined;
	return {
		until: Number(until),
		offset: Number(offset),
		count: typeof count === 'number' ? count : 0,
		added: Number(added),
		repeats: Number(repeats),
		shown,
	};
}
