/** Many search indexes stop counting here, so this count may be exact or a lower bound. */
export const CAPPED_COUNT = 10_000;
