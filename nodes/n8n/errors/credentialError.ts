import { IntezerError } from '../../intezer/http/errors';
import { errorText, type ErrorText } from './errorText';

/**
 * An error of the credential, which has no node. It has no `response`, `status` or `code`: n8n would take those for its
 * own and exchange the key a second time.
 */
class CredentialError extends Error {
	readonly description: string;

	constructor({ message, description }: ErrorText) {
		super(message);
		this.name = 'CredentialError';
		this.description = description;
	}
}

/** Does the credential's work. @throws CredentialError in place of an IntezerError, whose message is not for users */
export async function withCredentialErrors<T>(work: () => T | Promise<T>): Promise<T> {
	return await Promise.resolve()
		.then(work)
		.catch((error: unknown) => {
			throw error instanceof IntezerError ? new CredentialError(errorText(error)) : error;
		});
}
