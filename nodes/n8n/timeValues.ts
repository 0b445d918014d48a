import { tryToParseDateTime } from 'n8n-workflow';

import { describeValue, ParameterError } from './parameterValues';

/** A number from here on is milliseconds: as seconds, it would be in the year 5138. */
const FIRST_MILLISECONDS = 1e11;

/** The beginning of a date and time in ISO 8601, SQL, RFC 1123 or RFC 2822. */
const READABLE = /^(\d{4}-\d{2}|\d{4}-?W\d{2}|\d{8}T|[A-Za-z]{3},? )/;

/**
 * Converts a Date, a Luxon DateTime, Unix seconds or milliseconds, or text to whole Unix seconds.
 *
 * @param timeZone IANA name, for text without an offset
 * @throws ParameterError where the value is not a time
 */
export function readUnixSeconds(value: unknown, label: string, timeZone: string): number {
	const milliseconds = toUnixMilliseconds(value, timeZone);
	if (milliseconds !== undefined) return Math.floor(milliseconds / 1000);
	throw new ParameterError(
		`'${label}' is not a valid date and time: ${describeValue(value)}`,
		"Enter a date and time such as '2026-01-31T14:00:00Z', or a Unix timestamp in seconds or milliseconds.",
	);
}

function toUnixMilliseconds(value: unknown, timeZone: string): number | undefined {
	const number =
		typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
	if (typeof number === 'number') {
		if (!Number.isFinite(number) || number < 0) return undefined;
		return number < FIRST_MILLISECONDS ? number * 1000 : number;
	}
	if (typeof value === 'string' && !(READABLE.test(value.trim()) && isCalendarDay(value.trim()))) {
		return undefined;
	}
	try {
		return tryToParseDateTime(value, timeZone).toMillis();
	} catch {
		return undefined;
	}
}

/** The parser reads 30 February as 2 March. */
function isCalendarDay(text: string): boolean {
	const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(text) ?? [];
	if (day === undefined) return true;
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
	return date.getUTCDate() === Number(day);
}
