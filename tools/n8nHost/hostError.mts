/** An error whose message is meant for the person at the terminal: what failed, and what to do. */
export class HostError extends Error {
	override readonly name = 'HostError';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
