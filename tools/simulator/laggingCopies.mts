import { CaseStore, type CaseChange } from './caseStore.mts';
import { pick } from './random.mts';

/** Changes that a copy does not show yet, in order of time. */
interface Copy {
	readonly lag: number;
	readonly cases: CaseStore;
	readonly pending: CaseChange[];
}

/**
 * Copies of a store that are behind it, as `copyLags` says. A copy starts complete at the first response that could
 * come from it; from then on it shows each change when its lag has passed.
 */
export class LaggingCopies {
	private copies: Copy[] = [];
	private turn = 0;

	constructor(private readonly original: CaseStore) {
		original.onChange((change) => {
			for (const { pending } of this.copies) pending.push(change);
		});
	}

	/** The store that answers the next request: the original, or a copy. */
	next(): CaseStore {
		const { copyLags, copyOrder } = this.original.settings;
		if (String(copyLags) !== String(this.copies.map(({ lag }) => lag))) {
			this.copies = copyLags.map((lag) => ({ lag, cases: this.copy(), pending: [] }));
		}
		if (this.copies.length === 0) return this.original;
		const chosen =
			copyOrder === 'random'
				? pick(this.original.options.random, this.copies)
				: this.copies[this.turn++ % this.copies.length];
		return chosen === undefined ? this.original : this.caughtUp(chosen);
	}

	private copy(): CaseStore {
		const { options, settings } = this.original;
		const copy = new CaseStore({ ...options, settings });
		for (const each of this.original.all) copy.addComplete(each);
		return copy;
	}

	private caughtUp({ lag, cases, pending }: Copy): CaseStore {
		const until = this.original.options.now() - lag;
		const due = pending.findIndex(({ at }) => at > until);
		for (const { caseId, current } of pending.splice(0, due === -1 ? pending.length : due)) {
			if (current === undefined) cases.remove(caseId);
			else if (cases.get(caseId) === undefined) cases.addComplete(current);
			else cases.update(caseId, current);
		}
		return cases;
	}
}
