/** More cases match than the trigger's state can hold: it could not tell which of them are new. */
export class TooManyMatching extends Error {
	/** @param count how many match */
	constructor(readonly count: number) {
		super(`${count} cases match`);
		this.name = 'TooManyMatching';
	}
}
