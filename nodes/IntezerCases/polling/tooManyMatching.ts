/** More cases match than a trigger can know: it would not see which of them are new. */
export class TooManyMatching extends Error {
	/** @param count how many match */
	constructor(readonly count: number) {
		super(`${count} cases match`);
		this.name = 'TooManyMatching';
	}
}
