import type { IntezerError } from './errors';

/**
 * Whether a service may have refused a search because its offset is too large. Beyond the last match, some respond as if
 * the page did not exist.
 */
export function mayBeTooFar({ kind, httpStatus }: IntezerError): boolean {
	return kind === 'badRequest' || httpStatus === 404;
}
