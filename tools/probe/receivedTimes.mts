import type { ReceivedCase } from './caseSearch.mts';

export type TimeForm = 'seconds' | 'milliseconds' | 'iso' | 'rfc1123' | 'none' | 'other';

const FROM_MILLISECONDS = 100_000_000_000;

/** A time in a response: its form, and Unix seconds if it can be read. */
export function readTime(value: unknown): { form: TimeForm; seconds: number | undefined } {
	if (typeof value === 'number') {
		return value >= FROM_MILLISECONDS
			? { form: 'milliseconds', seconds: value / 1000 }
			: { form: 'seconds', seconds: value };
	}
	if (typeof value !== 'string') return { form: 'none', seconds: undefined };
	const form = /^\d{4}-\d\d-\d\d[T ]/.test(value)
		? 'iso'
		: /^[A-Z][a-z]{2}, \d/.test(value)
			? 'rfc1123'
			: 'other';
	// Text without an offset means UTC.
	const hasOffset = form !== 'iso' || /(Z|[+-]\d\d:?\d\d)$/.test(value);
	const milliseconds = Date.parse(hasOffset ? value : `${value.replace(' ', 'T')}Z`);
	return { form, seconds: Number.isNaN(milliseconds) ? undefined : milliseconds / 1000 };
}

/** The value of a sort field of a case as a number; times in Unix seconds. */
export function sortValue(received: ReceivedCase, field: string): number | undefined {
	const value = received[field];
	if (field !== 'alerts_count') return readTime(value).seconds;
	return typeof value === 'number' ? value : undefined;
}
