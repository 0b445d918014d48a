import { isObject } from '../../intezer/json';
import type { Case } from '../../intezer/types';
import { keyHash } from './caseHash';
import { unpackHashes } from './seenHashes';

/** Maximum number of cases that a part remembers: 43 kB. A larger part is read once, without a proof. */
const MAX_SHOWN = 8_500;
/** A count that this many consecutive readings contradict is wrong. */
const MAX_REPEATS = 10;
const SHOWN_LENGTH = 5;

/** A part of a window that is read page by page, over as many polls as it takes. */
export interface Part {
	/** The second up to which it reaches. */
	until: number;
	/** The position of the next page. */
	offset: number;
	/** The largest number of cases that a response counted. */
	count: number;
	/** How many cases were new since the reading last began at the first page. */
	added: number;
	/** How often all its pages were read one after the other and nothing was new. */
	repeats: number;
	/** Short hashes of the keys of all cases that its pages contained. */
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
	for (const found of cases) shown.add(keyHash(found).slice(0, SHOWN_LENGTH));
	return {
		until: part.until,
		offset: part.offset + cases.length,
		count: Math.max(part.count, count ?? Infinity),
		added: part.added + shown.size - before,
		repeats: part.repeats,
		shown: [...shown].join(''),
	};
}

/**
 * Whether a part is complete once its last page was read. Nothing is added to a part that has settled, so it is
 * complete when its pages have shown as many cases as it ever had. If cases have left it, it is complete when another
 * reading of its pages showed nothing new, and as many cases are known as the last response counted.
 */
export function isProved({ count, repeats, shown }: Part, currentCount = 0): boolean {
	const known = shown.length / SHOWN_LENGTH;
	if (known >= Math.min(count, MAX_SHOWN)) return true;
	return repeats >= MAX_REPEATS || (repeats > 0 && known >= currentCount);
}

/** The part after its last page, to be read once more. */
export function fromFirstPage(part: Part): Part {
	return { ...part, offset: 0, added: 0, repeats: part.added === 0 ? part.repeats + 1 : 0 };
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
		// A count that is not known is null in JSON.
		count: typeof count === 'number' ? count : Infinity,
		added: Number(added),
		repeats: Number(repeats),
		shown,
	};
}
