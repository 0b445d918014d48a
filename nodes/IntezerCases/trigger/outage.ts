import { IntezerError, type FailureKind } from '../../intezer/http/errors';

/** The service is down, slow or out of reach: it will pass by itself. */
const PASSING: ReadonlySet<FailureKind> = new Set([
	'deadlineExceeded',
	'serviceUnavailable',
	'rateLimited',
	'unreachable',
]);

const HOUR_MS = 3_600_000;

/** A time in which every poll failed because the service was down. Unix milliseconds. */
export interface Outage {
	since: number;
	/** When it was last reported; undefined where it was not yet. */
	reported?: number;
}

/** Whether a failure passes by itself. Any other needs the user, and is always reported. */
export function isPassing(error: unknown): error is IntezerError {
	return error instanceof IntezerError && PASSING.has(error.kind);
}

/** The outage after one more failed poll, and whether that one is to be reported: the first, then one an hour. */
export function afterFailure(
	outage: Outage | undefined,
	now: number,
): { outage: Outage; isDue: boolean } {
	const { since, reported } = outage ?? { since: now };
	const isDue = reported === undefined || now - reported >= HOUR_MS;
	return { outage: isDue ? { since, reported: now } : { since, reported }, isDue };
}

/** The failure as it is reported: it says since when the service has been down. */
export function reportOf(failure: IntezerError, { since }: Outage): IntezerError {
	const minute = new Date(since).toISOString().slice(0, 16).replace('T', ' ');
	const description = `${failure.description} The trigger asks again at every poll and goes on where it was. While this lasts, it is reported once an hour.`;
	const report = new IntezerError(failure.kind, '', description, failure.httpStatus);
	report.message = `${failure.message}, since ${minute} UTC`;
	return report;
}
