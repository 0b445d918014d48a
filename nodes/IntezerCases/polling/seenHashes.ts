import { MARK_LENGTH } from './caseHash';

/** Marks by the server's second at which an answer last held them, put together without anything between. */
export type PackedHashes = Record<string, string>;

/** The marks that a poll knows: those of earlier polls, and those that its own answers hold. */
export class SeenHashes {
	private readonly before = new Map<string, number>();
	/** Of the slice that is read. */
	private seen = new Set<string>();
	/** Of slices that may be read again, or share a second with the one that is read. */
	private previous = new Set<string>();

	constructor(packed: PackedHashes) {
		for (const [second, marks] of Object.entries(packed)) {
			for (const mark of unpacked(marks)) this.before.set(mark, Number(second));
		}
	}

	has(mark: string): boolean {
		return this.seen.has(mark) || this.previous.has(mark) || this.before.has(mark);
	}

	/** An answer holds this mark. */
	see(mark: string): void {
		this.seen.add(mark);
	}

	/** How many marks the answers of this poll held that the next must know. */
	get current(): number {
		return this.seen.size + this.previous.size;
	}

	/**
	 * Goes on to the next slice.
	 *
	 * @param isSettled whether nothing that came before the last slice can come again
	 */
	nextSlice(isSettled: boolean): void {
		if (isSettled) this.previous = this.seen;
		else for (const mark of this.seen) this.previous.add(mark);
		this.seen = new Set();
	}

	/**
	 * What the next poll must know.
	 *
	 * @param now the server's second
	 * @param keepFrom marks that no answer held since this second are dropped
	 * @param most so many at most: those longest not seen go first
	 */
	packed(now: number, keepFrom: number, most: number): PackedHashes {
		const current = new Set([...this.seen, ...this.previous]);
		const kept = [...this.before].filter(
			([mark, second]) => second >= keepFrom && !current.has(mark),
		);
		kept.sort(([, a], [, b]) => b - a);
		const all: Array<[string, number]> = [...current].map((mark) => [mark, now]);
		const packed: PackedHashes = {};
		for (const [mark, second] of [...all, ...kept].slice(0, most)) {
			packed[second] = (packed[second] ?? '') + mark;
		}
		return packed;
	}
}

/** The marks in a text that {@link SeenHashes} or a list of them was packed into. */
export function unpacked(text: string, length = MARK_LENGTH): string[] {
	return text.match(new RegExp(`.{${length}}`, 'g')) ?? [];
}

/** Whether a stored value can be the marks of {@link SeenHashes.packed}. */
export function isPacked(value: unknown): value is PackedHashes {
	if (typeof value !== 'object' || value === null) return false;
	return Object.entries(value).every(
		([second, marks]) => Number.isFinite(Number(second)) && typeof marks === 'string',
	);
}
