import type { ReceivedCase } from './caseSearch.mts';

/** As the simulator's setting names it. */
type TimeForm =
	| 'seconds'
	| 'milliseconds'
	| 'iso'
	| 'isoWithoutOffset'
	| 'rfc1123'
	| 'none'
	| 'other';

const FROM_MILLISECONDS = 100_000_000_000;

/** A time in a response: its form, and Unix seconds if it can be read. */
export function readTime(value: unknown): { form: TimeForm; seconds: number | undefined } {
	if (typeof value === 'number') {
		return value >= FROM_MILLISECONDS
			? { form: 'milliseconds', seconds: value / 1000 }
			: { form: 'seconds', seconds: value };
	}
	if (typeof value !== 'string') return { form: 'none', seconds: undefined };
	const form = formOfText(value);
	// Without an offset, `Date.parse` would read it in the time zone of this process.
	const milliseconds = Date.parse(form === 'isoWithoutOffset' ? `${value}Z` : value);
	return { form, seconds: Number.isNaN(milliseconds) ? undefined : milliseconds / 1000 };
}

function formOfText(text: string): TimeForm {
	if (/^[A-Z][a-z]{2}, \d/.test(text)) return 'rfc1123';
	if (!/^\d{4}-\d\d-\d\d[T ]/.test(text)) return 'other';
	return /(Z|[+-]\d\d:?\d\d)$/.test(text) ? 'iso' : 'isoWithoutOffset';
}

/** The value of a sort field of a case as a number; times in Unix seconds. */
export function sortValue(received: ReceivedCase, field: string): number | undefined {
	const value = received[field];
	if (field !== 'alerts_count') return readTime(value).seconds;
	return typeof value === 'number' ? value : undefined;
}
