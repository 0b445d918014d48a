import type { FailureKind, IntezerError } from './errors';

/** Failures that say nothing about what a request contains; a service that is rate-limiting or down is among them. */
const NOT_ABOUT_THE_REQUEST: ReadonlySet<FailureKind> = new Set<FailureKind>([
	'badAddress',
	'canceled',
	'deadlineExceeded',
	'otherOrigin',
	'rateLimited',
	'wrongKey',
]);

/** Whether a shorter request may succeed: one that is too long may be refused in any way, also by a proxy. */
export function mayBeTooLong({ kind, httpStatus }: IntezerError): boolean {
	return !NOT_ABOUT_THE_REQUEST.has(kind) && httpStatus !== 503;
}
