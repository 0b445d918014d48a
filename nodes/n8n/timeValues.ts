import { tryToParseDateTime } from 'n8n-workflow';

import { describeValue, ParameterError } from './parameterValues';

/** A number from here on is milliseconds: as seconds, it would be in the year 5138. */
const FIRST_MILLISECONDS = 1e11;

/** The last second that the service accepts: 9999-12-31T23:59:59Z, in Unix seconds. */
const LAST_SECOND = 253_402_300_799;

/** An ISO 8601 date such as 20260131. As Unix seconds, it would be in the years from 1970 to 1973. */
const COMPACT_DATE = /^\s*(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})\s*$/;

/** The forms of text that are read. The parser accepts others too, but reads them in the time zone of the process. */
const TEXT_FORMS = [
	// ISO 8601 and SQL, with and without a day of the month
	/^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})/,
	/^(\d{4}-\d{2}|\d{4}-?W\d{2}|\d{8}T)/,
	COMPACT_DATE,
	// RFC 1123 and RFC 2822: Sat, 31 Jan 2026 14:00:00 GMT
	/^[a-z]{3}, (?<day>\d{1,2}) (?<month>[a-z]{3}) (?<year>\d{4}) .* ([a-z]{1,3}|[+-]\d{4})$/i,
	// A Date as text: Sat Jan 31 2026 14:00:00 GMT+0000 (Coordinated Universal Time)
	/^[a-z]{3} (?<month>[a-z]{3}) (?<day>\d{2}) (?<year>\d{4}) .* GMT[+-]\d{4}( \(.*\))?$/i,
];

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/**
 * Converts a Date, a Luxon DateTime, Unix seconds or milliseconds, or text to whole Unix seconds.
 *
 * @param timeZone IANA name, for text without an offset
 * @throws ParameterError if the value is not a time, or not one that the service accepts
 */
export function readUnixSeconds(value: unknown, label: string, timeZone: string): number {
	const milliseconds = toUnixMilliseconds(value, timeZone);
	if (milliseconds === undefined) {
		throw new ParameterError(
			`'${label}' is not a valid date and time: ${describeValue(value)}`,
			"Enter a date and time such as '2026-01-31T14:00:00Z', or a Unix timestamp in seconds or milliseconds.",
		);
	}
	const seconds = Math.floor(milliseconds / 1000);
	if (seconds >= 0 && seconds <= LAST_SECOND) return seconds;
	const time = typeof value === 'object' ? new Date(milliseconds).toISOString() : value;
	throw new ParameterError(
		`'${label}' must be a time from 1970 to 9999, but is ${describeValue(time)}`,
		'Correct the value or its expression.',
	);
}

function toUnixMilliseconds(value: unknown, timeZone: string): number | undefined {
	const isNumber =
		typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) && !COMPACT_DATE.test(value);
	const number = isNumber ? Number(value) : value;
	if (typeof number === 'number') {
		if (!Number.isFinite(number) || number < 0) return undefined;
		return number < FIRST_MILLISECONDS ? number * 1000 : number;
	}
	// The parser would read an array or a bigint as text.
	const isReadable =
		typeof value === 'string'
			? isReadableText(value.trim())
			: typeof value === 'object' && !Array.isArray(value);
	if (!isReadable) return undefined;
	try {
		return tryToParseDateTime(value, timeZone).toMillis();
	} catch {
		return undefined;
	}
}

/** Whether text has a readable form, and a day that exists: the parser reads 30 February as 2 March. */
function isReadableText(text: string): boolean {
	const match = TEXT_FORMS.map((form) => form.exec(text)).find((each) => each !== null);
	if (match === undefined) return false;
	if (match.groups === undefined) return true;
	const { year, month, day } = match.groups;
	const named = MONTHS.indexOf(String(month).toLowerCase());
	const monthIndex = named < 0 ? Number(month) - 1 : named;
	return new Date(Date.UTC(Number(year), monthIndex, Number(day))).getUTCDate() === Number(day);
}
