import { caseHash, HASH_LENGTH, keyHash, modifiedAt } from '../caseHash';
import type { Case } from '../../../intezer/types';
import { packBySecond, unpackHashes, type PackedHashes } from '../window/seenHashes';

/** Maximum number of sightings in a state: 22 kB. */
const MAX_SIGHTINGS = 1_000;
/** How far copies of the data may be apart. */
const MAX_LAG_MS = 300_000;
const TIME_LENGTH = 9;
const STATE_LENGTH = 4;
const NO_STATE = '-'.repeat(STATE_LENGTH);
const ENTRY_LENGTH = HASH_LENGTH + TIME_LENGTH + STATE_LENGTH + 1;

/**
 * How a case was seen:
 * - `+` it matches
 * - `-` it does not, by its own fields
 * - `?` the service did not find it among those that match; another copy of its data may know better
 */
export type Outcome = '+' | '-' | '?';

interface Sighting {
	outcome: Outcome;
	/** Unix milliseconds; 0 if the case does not say when it was modified. */
	modifiedAt: number;
	/** A short hash of the last state in which it matched. */
	matchingState: string;
	/** The last second at which it can have been modified. */
	until: number;
}

/**
 * The latest state in which a response contained a case of the matching set. The service may answer from several copies
 * of its data, up to five minutes apart, so an older state in a later response is not a change of the case. Therefore a
 * sighting is kept until the cursor has passed it, when every copy knows it; only then does a case that no longer
 * matches leave the set.
 */
export class Sightings {
	private readonly byKey = new Map<string, Sighting>();

	constructor(packed: PackedHashes = {}) {
		for (const [until, entries] of Object.entries(packed)) {
			for (const entry of unpackHashes(entries, ENTRY_LENGTH)) {
				const outcome = entry.slice(-1);
				this.byKey.set(entry.slice(0, HASH_LENGTH), {
					outcome: outcome === '+' || outcome === '-' ? outcome : '?',
					modifiedAt: parseInt(entry.slice(HASH_LENGTH, HASH_LENGTH + TIME_LENGTH), 36),
					matchingState: entry.slice(HASH_LENGTH + TIME_LENGTH, -1),
					until: Number(until),
				});
			}
		}
	}

	/** Whether a later state of a case was seen before. */
	isOutdated(found: Case): boolean {
		const time = modifiedAt(found);
		return time > 0 && time < (this.byKey.get(keyHash(found))?.modifiedAt ?? 0);
	}

	add(found: Case, outcome: Outcome, until: number): void {
		const key = keyHash(found);
		const last = this.byKey.get(key);
		const time = modifiedAt(found);
		const matchingState = outcome === '+' ? stateOf(found) : (last?.matchingState ?? NO_STATE);
		// It stopped matching in an earlier state; a copy of the data without the latest state can't undo that.
		const hadLeft =
			last?.outcome === '-' || (last?.outcome === '?' && time - last.modifiedAt > MAX_LAG_MS);
		this.byKey.delete(key);
		this.byKey.set(key, {
			outcome: outcome === '?' && hadLeft ? '-' : outcome,
			modifiedAt: time,
			matchingState,
			until,
		});
	}

	/** Whether a case that matches was also seen not matching, because it stopped matching in between. */
	hasReturned(found: Case): boolean {
		const last = this.byKey.get(keyHash(found));
		if (last === undefined || last.outcome === '+') return false;
		const time = modifiedAt(found);
		if (time === 0) return true;
		// The state that matched before, or exactly the one that was not found: a copy of the data was behind.
		const isSame = last.outcome === '?' && time === last.modifiedAt;
		return !isSame && last.matchingState !== stateOf(found);
	}

	/**
	 * Drops the sightings that the cursor has passed, and the oldest of those that are too many.
	 *
	 * @returns the keys of the cases that have stopped matching
	 */
	settle(cursor: number): string[] {
		const passed = [...this.byKey].filter(([, { until }]) => until < cursor);
		const others = [...this.byKey].filter(([, { until }]) => until >= cursor);
		const dropped = [...passed, ...others.slice(0, Math.max(0, others.length - MAX_SIGHTINGS))];
		for (const [key] of dropped) this.byKey.delete(key);
		return dropped.filter(([, { outcome }]) => outcome !== '+').map(([key]) => key);
	}

	pack(): PackedHashes {
		return packBySecond(
			[...this.byKey].map(([key, { outcome, modifiedAt: time, matchingState, until }]) => [
				key + time.toString(36).padStart(TIME_LENGTH, '0') + matchingState + outcome,
				until,
			]),
		);
	}
}

function stateOf(found: Case): string {
	return caseHash(found).slice(0, STATE_LENGTH);
}
