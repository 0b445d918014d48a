/** Many search indexes stop counting here, so this count may be exact or a lower bound. */
export const CAPPED_COUNT = 10_000;

/** Whether a count shows that no more than so many entries match. */
export function isAtMost(count: number | undefined, most: number): boolean {
	return count !== undefined && count !== CAPPED_COUNT && count <= most;
}
