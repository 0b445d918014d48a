import type { Case, CaseSearcher } from '../../intezer/types';
import { caseHash, caseKey, hasModificationTime, keyHash, shortHash } from './caseHash';
import { eventIdOf } from './eventId';
import type { CaseEvent, TriggerSettings } from './events';
import { fetchMatching, matchesByFields } from './matchesFilters';
import { MatchingSet } from './matchingSet';
import { SeenHashes } from './seenHashes';
import type { TriggerState } from './state';
import type { WindowPart } from './windowParts';

/** Evaluates which of the cases that a poll reads match, and collects the events. */
export class MatchEvaluation {
	/** By case: a poll emits a case once. */
	readonly events = new Map<string, CaseEvent>();
	readonly seen: SeenHashes;
	readonly matchingSet: MatchingSet;
	/** Whether a case may get the hash of an earlier state again: see {@link hasModificationTime}. */
	hasRepeatableHashes = false;

	constructor(
		private readonly service: CaseSearcher,
		private readonly settings: TriggerSettings,
		private readonly state: TriggerState,
	) {
		this.seen = new SeenHashes(state.seen);
		this.matchingSet = new MatchingSet(state);
	}

	/** Evaluates the modified cases of a part whose state has not been seen. @throws IntezerError */
	async addPart(part: WindowPart): Promise<void> {
		this.seen.nextPart(true);
		const unseen = part.cases.filter((found) => !this.isSeen(found));
		const { payload } = this.settings;
		const matchesByCase = new Map(unseen.map((found) => [found, matchesByFields(payload, found)]));
		const undecided = unseen.filter((found) => matchesByCase.get(found) === undefined);
		const matching = await fetchMatching(this.service, payload, undecided);
		for (const found of unseen) {
			const matches = matchesByCase.get(found);
			if (matches === undefined) this.addEvaluated(found, matching.get(caseKey(found)));
			else if (matches) this.addMatching(found);
			else this.removeMatching(found);
		}
	}

	/** Compares all cases that match now with those that matched before. */
	compareWithAll(matching: readonly Case[], isComplete: boolean): void {
		const present = new Set<string>();
		for (const found of matching) {
			present.add(keyHash(found));
			this.addMatching(found);
		}
		if (!isComplete) return;
		for (const hash of [...this.matchingSet.hashes]) {
			if (!present.has(hash)) this.matchingSet.remove(hash);
		}
	}

	private isSeen(found: Case): boolean {
		if (!hasModificationTime(found)) this.hasRepeatableHashes = true;
		const hash = caseHash(found);
		for (const each of [hash, unconfirmedHash(hash)]) {
			if (this.seen.has(each)) this.seen.add(each);
		}
		return this.seen.has(hash);
	}

	/** @param matching the case as the service returned it among those that match; undefined where it did not */
	private addEvaluated(found: Case, matching: Case | undefined): void {
		const hash = caseHash(found);
		if (matching === undefined) {
			// Two responses may come from two copies of the data: a case that does not match is evaluated once more.
			const unconfirmed = unconfirmedHash(hash);
			this.seen.add(this.seen.has(unconfirmed) ? hash : unconfirmed);
			this.matchingSet.remove(keyHash(found));
			return;
		}
		const matchingHash = caseHash(matching);
		// A state that was seen before is older than the one found: the next poll evaluates the case again.
		if (matchingHash === hash || !this.seen.has(matchingHash)) this.addMatching(matching);
	}

	private addMatching(found: Case): void {
		const { event } = this.settings;
		const hash = keyHash(found);
		if (!this.matchingSet.has(hash)) {
			const eventId = eventIdOf(event, found, this.state, this.matchingSet.leaveCount(hash));
			this.events.set(caseKey(found), { found, eventId });
		}
		this.matchingSet.add(hash);
		this.seen.add(caseHash(found));
	}

	private removeMatching(found: Case): void {
		this.matchingSet.remove(keyHash(found));
		this.seen.add(caseHash(found));
	}
}

/** Stored in place of the hash of a case that only one response said does not match. */
function unconfirmedHash(hash: string): string {
	return shortHash([hash, 'unconfirmed']);
}
