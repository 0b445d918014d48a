/** Many search indexes count no further: this count may be all that match, or only the first. */
export const CAPPED_COUNT = 10_000;
