import { unpackHashes } from '../window/seenHashes';
import type { TriggerState } from '../state';

/** Maximum number of matching cases in a state: 120 kB of the 200 kB that it may have. */
export const MAX_MATCHING = 15_000;

/** Which cases match, as far as polls have seen. Cases are given by the hash of their key. */
export class MatchingSet {
	/** In order of the last modification that was seen. */
	private readonly matching: Set<string>;

	constructor({ matching = '' }: Pick<TriggerState, 'matching'>) {
		this.matching = new Set(unpackHashes(matching));
	}

	get size(): number {
		return this.matching.size;
	}

	has(hash: string): boolean {
		return this.matching.has(hash);
	}

	/** Adds a case that matches; it becomes the one modified last. */
	add(hash: string): void {
		this.matching.delete(hash);
		this.matching.add(hash);
	}

	/** The cases modified last, at most this many. */
	last(count: number): string[] {
		return [...this.matching].slice(Math.max(0, this.size - count));
	}

	/** Removes a case that does not match. */
	remove(hash: string): void {
		this.matching.delete(hash);
	}

	/** The set as the state stores it. What exceeds the limit is dropped, the longest unmodified first. */
	pack(): string {
		return this.last(MAX_MATCHING).join('');
	}
}
