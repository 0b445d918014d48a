/** An error whose message the user sees in the terminal: what failed, and what to do. */
export class HostError extends Error {
	override readonly name = 'HostError';
}

/** The message of a thrown value, which may not be an Error. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
