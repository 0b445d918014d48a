import { HASH_LENGTH } from '../caseHash';

/** Hashes by a second of the service's clock, joined without a separator. */
export type PackedHashes = Record<string, string>;

/** In seconds: a window starts a second early, and times may have fractions of a second. */
const MARGIN_SECONDS = 2;

/**
 * The hashes of the events that earlier polls and this one have read. Each is kept until the cursor has passed the last
 * second at which its event can have happened: until then a poll may read it again.
 */
export class SeenHashes {
	private readonly untilByHash = new Map<string, number>();
	private readonly ofThisPoll = new Set<string>();

	constructor(packed: PackedHashes) {
		for (const [until, hashes] of Object.entries(packed)) {
			for (const hash of unpackHashes(hashes)) this.untilByHash.set(hash, Number(until));
		}
	}

	get size(): number {
		return this.untilByHash.size;
	}

	has(hash: string): boolean {
		return this.untilByHash.has(hash);
	}

	/** @param until the last second at which the event can have happened, as this reading shows */
	add(hash: string, until: number): void {
		this.untilByHash.set(hash, until);
		this.ofThisPoll.add(hash);
	}

	/** Drops what polls from this second on can't read again. */
	dropBefore(cursor: number): void {
		for (const [hash, until] of this.untilByHash) {
			if (until < cursor - MARGIN_SECONDS) this.untilByHash.delete(hash);
		}
	}

	/** Drops what no response of this poll contained. */
	dropEarlierPolls(): void {
		for (const hash of this.untilByHash.keys()) {
			if (!this.ofThisPoll.has(hash)) this.untilByHash.delete(hash);
		}
	}

	/**
	 * What the state stores. What exceeds the limit is dropped, the oldest first, except what the next poll is sure to read
	 * again: the last second before the position, and the part that is being read. Most of the others are earlier versions
	 * of cases, which no poll reads again.
	 *
	 * @param max the number of hashes to keep
	 * @param position from which the next poll reads
	 */
	pack(
		max: number,
		position: { from: number; part?: { until: number } | undefined },
	): PackedHashes {
		const { from, part } = position;
		const latestFirst = [...this.untilByHash].sort(([, a], [, b]) => b - a);
		const isReadAgain = ([, until]: [string, number]) => until <= from || until === part?.until;
		const others = latestFirst.filter((entry) => !isReadAgain(entry));
		return packBySecond([...latestFirst.filter(isReadAgain), ...others].slice(0, max));
	}
}

/** Joins texts of one length by their second. */
export function packBySecond(entries: ReadonlyArray<readonly [string, number]>): PackedHashes {
	const packed = new Map<number, string[]>();
	for (const [text, second] of entries) {
		const group = packed.get(second);
		if (group === undefined) packed.set(second, [text]);
		else group.push(text);
	}
	return Object.fromEntries([...packed].map(([second, texts]) => [second, texts.join('')]));
}

/** Splits joined hashes. @param length of each entry */
export function unpackHashes(text: string, length = HASH_LENGTH): string[] {
	return text.match(new RegExp(`.{${length}}`, 'g')) ?? [];
}

/** Whether a stored value has the shape of {@link SeenHashes.pack}. */
export function isPackedHashes(value: unknown): value is PackedHashes {
	if (typeof value !== 'object' || value === null) return false;
	return Object.entries(value).every(
		([second, hashes]) => Number.isFinite(Number(second)) && typeof hashes === 'string',
	);
}
