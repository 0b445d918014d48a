import { IntezerError } from './errors';
import { shortened } from './refusalReasons';

/** The same error without a text, such as a password, that the service repeats in its reasons. */
export function withoutText(error: unknown, text = ''): unknown {
	if (text === '' || !(error instanceof IntezerError) || !('reasons' in error.failure))
		return error;
	const { failure, circumstances } = error;
	const reasons = failure.reasons.replaceAll(shortened(text), '…');
	return new IntezerError({ ...failure, reasons }, circumstances);
}
