import type { CaseStore } from './caseStore.mts';

/** Creates cases as time passes, as many as `casesPerMinute` says. It needs no timer: each request brings them up to date. */
export class Growth {
	private nextAt = Infinity;

	constructor(private readonly cases: CaseStore) {}

	/** Creates the cases that are due since the first call. */
	catchUp(): void {
		const { options, settings } = this.cases;
		const { casesPerMinute } = settings;
		if (casesPerMinute === 0) {
			this.nextAt = Infinity;
			return;
		}
		const now = options.now();
		const pause = 60 / casesPerMinute;
		if (this.nextAt === Infinity) this.nextAt = now + pause;
		for (; this.nextAt <= now; this.nextAt += pause) {
			this.cases.add({ creation_time: Math.floor(this.nextAt) });
		}
	}
}
