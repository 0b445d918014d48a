/** An error for the user: the message says what happened, the description what to do. */
export class UserError extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
		this.name = new.target.name;
	}
}
