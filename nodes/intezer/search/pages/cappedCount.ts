/** Many search indexes stop counting here, so this count may be exact or a lower bound. */
export const CAPPED_COUNT = 10_000;

/** Whether a count shows that at most `most` entries match. */
export function isAtMost(count: number | undefined, most: number): boolean {
	return count !== undefined && count !== CAPPED_COUNT && count <= most;
}
