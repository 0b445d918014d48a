import { IntezerError, type FailureKind } from '../../intezer/http/errors';
import { CredentialTimeout } from './credentialTimeout';

/** The service is down, slow or unreachable: a later poll may succeed without any change by the user. */
const PASSING: ReadonlySet<FailureKind> = new Set([
	'deadlineExceeded',
	'serviceUnavailable',
	'rateLimited',
	'unreachable',
]);

const HOUR_MS = 3_600_000;

/** A time in which every poll failed, or read nothing more, without the user's fault. Times are Unix milliseconds. */
export interface Outage {
	since: number;
	/** When it was last reported; undefined if it was not reported yet. */
	reported?: number;
}

/** Whether a later poll may succeed without any change by the user. All other failures are always reported. */
export function isPassing(error: unknown): error is IntezerError | CredentialTimeout {
	if (error instanceof CredentialTimeout) return true;
	return error instanceof IntezerError && PASSING.has(error.kind);
}

/**
 * The outage after one more such poll, and whether to report it: the first after the delay is reported, then one an hour.
 *
 * @param delayMs from the start of the outage
 */
export function afterFailure(
	outage: Outage | undefined,
	now: number,
	delayMs = 0,
): { outage: Outage; isDue: boolean } {
	const { since, reported } = outage ?? { since: now };
	const [last, wait] = reported === undefined ? [since, delayMs] : [reported, HOUR_MS];
	// A clock that was set back makes the next report due.
	const isDue = now < last || now - last >= wait;
	return { outage: isDue ? { since, reported: now } : { since, reported }, isDue };
}

/** A failed poll in an outage, as it is reported: `pollError` adds the time since when polls have failed. */
export class OutageReport extends Error {
	constructor(
		readonly failure: IntezerError | CredentialTimeout,
		/** Unix milliseconds. */
		readonly since: number,
	) {
		super(failure.message);
		this.name = 'OutageReport';
	}
}
