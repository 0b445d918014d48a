import { HASH_LENGTH } from './caseHash';

/** Hashes by the service's second at which a response last contained them, joined without a separator. */
export type PackedHashes = Record<string, string>;

/** The hashes that a poll has seen: those of earlier polls, and those of its own responses. */
export class SeenHashes {
	private readonly earlierPolls = new Map<string, number>();
	private currentPart = new Set<string>();
	/** Of parts that may be read again, or share a second with the current one. */
	private earlierParts = new Set<string>();

	constructor(packed: PackedHashes) {
		for (const [second, hashes] of Object.entries(packed)) {
			for (const hash of unpackHashes(hashes)) this.earlierPolls.set(hash, Number(second));
		}
	}

	has(hash: string): boolean {
		return this.currentPart.has(hash) || this.earlierParts.has(hash) || this.earlierPolls.has(hash);
	}

	/** Adds a hash that a response of this poll contains. */
	add(hash: string): void {
		this.currentPart.add(hash);
	}

	/** How many hashes from this poll's responses the next poll needs. */
	get currentCount(): number {
		return this.currentPart.size + this.earlierParts.size;
	}

	/**
	 * Starts the next part.
	 *
	 * @param isSettled whether nothing from before the last part can be read again
	 */
	nextPart(isSettled: boolean): void {
		if (isSettled) this.earlierParts = this.currentPart;
		else for (const hash of this.currentPart) this.earlierParts.add(hash);
		this.currentPart = new Set();
	}

	/**
	 * The hashes that the next poll needs.
	 *
	 * @param now the service's second
	 * @param keepFrom hashes last seen before this second are dropped
	 * @param max the number of hashes to keep: those seen last
	 */
	pack(now: number, keepFrom: number, max: number): PackedHashes {
		const current = new Set([...this.currentPart, ...this.earlierParts]);
		const kept = [...this.earlierPolls].filter(
			([hash, second]) => second >= keepFrom && !current.has(hash),
		);
		kept.sort(([, a], [, b]) => b - a);
		const all: Array<[string, number]> = [...current].map((hash) => [hash, now]);
		const packed: PackedHashes = {};
		for (const [hash, second] of [...all, ...kept].slice(0, max)) {
			packed[second] = (packed[second] ?? '') + hash;
		}
		return packed;
	}
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
