// What must not outlive this process, however it ends (a SIGKILL excepted): child processes and
// temporary folders. Node runs only synchronous code at its exit, so the clean-ups are that.

const cleanUps = new Set<() => void>();

process.once('exit', () => {
	for (const cleanUp of [...cleanUps].reverse()) {
		try {
			cleanUp();
		} catch {
			// The others still have their turn.
		}
	}
});

/** Runs `cleanUp` when this process exits, last come first served. Returns how to call it off. */
export function atExit(cleanUp: () => void): () => void {
	cleanUps.add(cleanUp);
	return () => {
		cleanUps.delete(cleanUp);
	};
}
