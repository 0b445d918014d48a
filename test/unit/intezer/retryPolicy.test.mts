import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import {
	askedToWait,
	canceled,
	IntezerError,
	deadlineExceeded,
	refusal,
	unreachable,
	unreadable,
} from '../../../nodes/intezer/http/errors.ts';
import { decideRetry, type RetryDecision } from '../../../nodes/intezer/http/retryPolicy.ts';
import { errorText } from '../../../nodes/n8n/errors/errorText.ts';
import { runs } from '../../propertyRuns.mts';

const NOW = Date.UTC(2025, 5, 1, 12);
const HOUR = 3_600_000;

const failed = (status: number, headers: Record<string, unknown> = {}) => ({
	error: refusal(status, {}),
	headers,
});
const httpDate = (ms: number) => new Date(ms).toUTCString();
const waitOf = (decision: RetryDecision) => ('waitMs' in decision ? decision.waitMs : undefined);
const decide = (failure: Parameters<typeof decideRetry>[0], attempt = 1) =>
	decideRetry(failure, attempt, NOW, 0.5);

describe('A failed attempt is retried', () => {
	test.each([429, 503])('after the time that the service asks for, at %i', (status) => {
		const cases: Array<[Record<string, string>, number]> = [
			[{ 'retry-after': '7' }, 7000],
			[{ 'retry-after': ' 7 ' }, 7000],
			[{ 'retry-after': '0.5' }, 500],
			[{ 'retry-after': '0.25' }, 250],
			[{ 'retry-after': '60' }, 60_000],
			[{ 'retry-after': httpDate(NOW + 9000) }, 9000],
			[{ 'x-ratelimit-reset': String(NOW / 1000 + 12) }, 12_000],
			[{ 'retry-after': 'soon', 'x-ratelimit-reset': String(NOW / 1000 + 12) }, 12_000],
			[{ 'retry-after': '3', 'x-ratelimit-reset': String(NOW / 1000 + 12) }, 3000],
			[{ 'retry-after': String(NOW / 1000 + 12) }, 12_000],
			[{ 'x-ratelimit-reset': '12' }, 12_000],
			[{ 'x-ratelimit-reset': httpDate(NOW + 9000) }, 9000],
		];
		for (const [headers, waitMs] of cases) {
			expect(decide(failed(status, headers))).toEqual({ waitMs, slowDown: true });
		}
	});

	test("by the clock of the service, even if n8n's clock is wrong", () => {
		for (const off of [-HOUR, 0, HOUR]) {
			const clock = NOW + off;
			const date = httpDate(clock);
			const until = { date, 'retry-after': httpDate(clock + 5000) };
			const reset = { date, 'x-ratelimit-reset': String(clock / 1000 + 5) };
			for (const headers of [until, reset]) {
				expect(decide(failed(429, headers))).toEqual({ waitMs: 5000, slowDown: true });
			}
		}
	});

	test.each([
		['429 without a Retry-After', failed(429)],
		['a time in the past', failed(429, { 'retry-after': httpDate(NOW - 5000) })],
		['a time of 0', failed(503, { 'retry-after': '0', 'x-ratelimit-reset': '0' })],
		['an unreadable time', failed(503, { 'retry-after': '-1', 'x-ratelimit-reset': 'NaN' })],
		['a number that is not written in digits', failed(429, { 'retry-after': '1e1' })],
		['500', failed(500)],
		['502', failed(502)],
		['504, whose Retry-After does not count', failed(504, { 'retry-after': '50' })],
		['408', failed(408)],
		['a connection that was reset or timed out', { error: unreachable('reset') }],
		['an unreadable response', { error: unreadable({ reason: 'notJson' }, 200) }],
	])('with exponential backoff and jitter: %s', (_name, failure) => {
		expect([1, 2, 3, 4].map((attempt) => waitOf(decide(failure, attempt)))).toEqual([
			1000, 2000, 4000, 8000,
		]);
		expect(waitOf(decideRetry(failure, 3, NOW, 0))).toBe(0);
	});
});

describe('A failed attempt is not retried', () => {
	test('after four retries', () => {
		for (const status of [429, 500, 502, 503, 504]) {
			const failure = failed(status, { 'retry-after': '1' });
			expect(decide(failure, 5)).toEqual({ giveUp: failure.error });
		}
	});

	test.each([
		...[301, 307, 400, 401, 403, 404, 409, 413, 422, 501].map((status) => refusal(status, {})),
		refusal(404, { error: 'Case not found' }, 'caseNotFound'),
		unreadable({ reason: 'notJson' }, 201),
		canceled(),
		deadlineExceeded(),
	])('if a retry cannot help: $kind $httpStatus', (error) => {
		expect(decide({ error, headers: { 'retry-after': '1' } })).toEqual({ giveUp: error });
	});

	test.each([
		[429, 'Intezer is rate-limiting this account and says to retry after 3,600 seconds'],
		[503, 'Intezer is unavailable (503) and says to retry after 3,600 seconds'],
	])('if %i asks for more than a minute, and the error says how long', (status, message) => {
		for (const wait of ['3600', httpDate(NOW + HOUR)]) {
			const outcome = decide(failed(status, { 'retry-after': wait }));
			expect('giveUp' in outcome && errorText(outcome.giveUp).message).toBe(message);
		}
	});
});

test.each([
	[1, 'Intezer is rate-limiting this account and says to retry after 1 second'],
	[2_000, 'Intezer is rate-limiting this account and says to retry after 2 seconds'],
])('An error counts the seconds of a wait: %i ms', (retryAfterMs, message) => {
	expect(errorText(askedToWait(refusal(429, {}), retryAfterMs)).message).toBe(message);
});

test('Whatever the service responds, there are at most four waits, none longer than a minute', () => {
	const header = fc.oneof(
		fc.string(),
		fc.integer().map(String),
		fc.double().map(String),
		fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
		fc.constantFrom(undefined, null, ['1', '2'], '9'.repeat(400), '1e3', '0x10', ' 5 '),
	);
	fc.assert(
		fc.property(
			fc.integer({ min: 300, max: 599 }),
			fc.record({ date: header, 'retry-after': header, 'x-ratelimit-reset': header }),
			fc.integer({ min: 1, max: 9 }),
			fc.integer({ min: 0, max: 4e12 }),
			fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
			(status, headers, attempt, now, random) => {
				const outcome = decideRetry({ error: refusal(status, {}), headers }, attempt, now, random);
				if ('giveUp' in outcome) return outcome.giveUp instanceof IntezerError;
				return attempt <= 4 && outcome.waitMs >= 0 && outcome.waitMs <= 60_000;
			},
		),
		{ numRuns: runs(5000) },
	);
});
