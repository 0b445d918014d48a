/** Text that ends with a time of day, and does not say in which time zone. */
const WITHOUT_OFFSET = /[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/;

/**
 * In the year 5138. A number says its unit: in milliseconds, the seconds of today are in 1970, and in seconds, the
 * milliseconds of today are after 5138.
 */
const LAST_MILLISECOND = 1e14 - 1;

/**
 * A time in a response, in whole Unix milliseconds. The format of times is not documented: text as `Date.parse` reads
 * it, but in UTC if it has no offset; or Unix seconds, milliseconds, microseconds or nanoseconds.
 *
 * @returns undefined if the value is no time from 1970 to 5138
 */
export function millisecondsOf(value: unknown): number | undefined {
	return candidates(value)
		.map(Math.floor)
		.find((time) => time >= 0 && time <= LAST_MILLISECOND);
}

function candidates(value: unknown): number[] {
	if (typeof value === 'number') return [value * 1e3, value, value / 1e3, value / 1e6];
	if (typeof value !== 'string') return [];
	// Without an offset, `Date.parse` would read it in the time zone of n8n's process.
	return [Date.parse(WITHOUT_OFFSET.test(value) ? `${value}Z` : value)];
}
