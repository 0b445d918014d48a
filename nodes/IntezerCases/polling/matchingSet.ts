import { HASH_LENGTH } from './caseHash';
import { unpackHashes } from './seenHashes';
import type { TriggerState } from './state';

/** Maximum number of matching cases in a state: 120 kB of the 200 kB that it may have. */
export const MAX_MATCHING = 15_000;
/** Maximum number of cases whose leave count is stored. */
const MAX_LEAVE_COUNTS = 1_000;
const COUNT_LENGTH = 2;
const MAX_COUNT = 36 ** COUNT_LENGTH - 1;

/**
 * Which cases match, as far as polls have seen, and how often each case stopped matching (its leave count).
 * Cases are given by the hash of their key.
 */
export class MatchingSet {
	/** In order of the last modification that was seen. */
	private readonly matching: Set<string>;
	private readonly leaveCounts = new Map<string, number>();
	private readonly otherLeaveCount: number;

	constructor({ matching = '', leaveCounts = '', otherLeaveCount = 0 }: Partial<TriggerState>) {
		this.matching = new Set(unpackHashes(matching));
		for (const entry of unpackHashes(leaveCounts, HASH_LENGTH + COUNT_LENGTH)) {
			const count = parseInt(entry.slice(HASH_LENGTH), 36);
			this.leaveCounts.set(entry.slice(0, HASH_LENGTH), count);
		}
		this.otherLeaveCount = otherLeaveCount;
	}

	get hashes(): Iterable<string> {
		return this.matching;
	}

	has(hash: string): boolean {
		return this.matching.has(hash);
	}

	/** Adds a case that matches; it becomes the one modified last. */
	add(hash: string): void {
		this.matching.delete(hash);
		this.matching.add(hash);
	}

	/** Removes a case that does not match. */
	remove(hash: string): void {
		if (!this.matching.delete(hash)) return;
		const count = this.leaveCount(hash) + 1;
		this.leaveCounts.delete(hash);
		this.leaveCounts.set(hash, count);
	}

	/** How often a case stopped matching: it tells one event of the case from the next. */
	leaveCount(hash: string): number {
		return this.leaveCounts.get(hash) ?? this.otherLeaveCount;
	}

	/** The set as the state stores it. What exceeds the limits is dropped, the longest unmodified first. */
	pack(): Pick<TriggerState, 'matching' | 'leaveCounts' | 'otherLeaveCount'> {
		const matching = [...this.matching].slice(-MAX_MATCHING).join('');
		const counts = [...this.leaveCounts];
		const dropped = counts.splice(0, Math.max(0, counts.length - MAX_LEAVE_COUNTS));
		let { otherLeaveCount } = this;
		for (const [, count] of dropped) otherLeaveCount = Math.max(otherLeaveCount, count + 1);
		const entries = counts.map(
			([hash, count]) => hash + Math.min(count, MAX_COUNT).toString(36).padStart(COUNT_LENGTH, '0'),
		);
		return { matching, leaveCounts: entries.join(''), otherLeaveCount };
	}
}
