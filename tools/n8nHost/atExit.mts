// Removes child processes and temporary folders when this process exits for any reason
// (except SIGKILL). Node runs only synchronous code at exit, so clean-ups are synchronous.

const cleanUps = new Set<() => void>();

process.once('exit', () => {
	for (const cleanUp of [...cleanUps].reverse()) {
		try {
			cleanUp();
		} catch {
			// The other clean-ups still run.
		}
	}
});

/** Runs `cleanUp` when this process exits, the last one added first. Returns a function that cancels it. */
export function atExit(cleanUp: () => void): () => void {
	cleanUps.add(cleanUp);
	return () => {
		cleanUps.delete(cleanUp);
	};
}
