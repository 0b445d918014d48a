import { MARK_LENGTH } from './caseHash';
import { unpacked } from './seenHashes';
import type { TriggerState } from './state';

/** The most cases that a trigger knows to match: 120 kB of the 200 kB that a state may have. */
export const MOST_INSIDE = 15_000;
/** The most cases of which it knows how often they left. */
const MOST_LEFT = 1_000;
const COUNT_LENGTH = 2;
const MOST_COUNTED = 36 ** COUNT_LENGTH - 1;

/** Which cases match, as far as polls have seen, and how often those that left did so. */
export class Membership {
	/** In order of their last modification that was seen. */
	private readonly inside: Set<string>;
	private readonly left = new Map<string, number>();
	private leftUnknown: number;

	constructor({ inside = '', left = '', leftUnknown = 0 }: Partial<TriggerState>) {
		this.inside = new Set(unpacked(inside));
		for (const entry of unpacked(left, MARK_LENGTH + COUNT_LENGTH)) {
			this.left.set(entry.slice(0, MARK_LENGTH), parseInt(entry.slice(MARK_LENGTH), 36));
		}
		this.leftUnknown = leftUnknown;
	}

	/** Marks of the cases that match. */
	get marks(): Iterable<string> {
		return this.inside;
	}

	has(mark: string): boolean {
		return this.inside.has(mark);
	}

	/** A case was seen to match: it is the one modified last. */
	enter(mark: string): void {
		this.inside.delete(mark);
		this.inside.add(mark);
	}

	/** A case was seen not to match. */
	leave(mark: string): void {
		if (!this.inside.delete(mark)) return;
		const times = this.timesLeft(mark) + 1;
		this.left.delete(mark);
		this.left.set(mark, times);
	}

	/** How often a case left before: it tells one entry from another. */
	timesLeft(mark: string): number {
		return this.left.get(mark) ?? this.leftUnknown;
	}

	/** For the state; what is too much for it is forgotten, the longest unmodified first. */
	packed(): Pick<TriggerState, 'inside' | 'left' | 'leftUnknown'> {
		const inside = [...this.inside].slice(-MOST_INSIDE).join('');
		const left = [...this.left];
		const forgotten = left.splice(0, Math.max(0, left.length - MOST_LEFT));
		let leftUnknown = this.leftUnknown;
		for (const [, times] of forgotten) leftUnknown = Math.max(leftUnknown, times + 1);
		const entries = left.map(
			([mark, times]) =>
				mark + Math.min(times, MOST_COUNTED).toString(36).padStart(COUNT_LENGTH, '0'),
		);
		return { inside, left: entries.join(''), leftUnknown };
	}
}
