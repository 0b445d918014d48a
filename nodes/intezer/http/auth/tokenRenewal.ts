import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { IntezerError } from '../errors';

type Renewal = Promise<ICredentialDataDecryptedObject | IntezerError>;

/**
 * Kept in this process: the renewals in progress, by the fingerprint of their key and address. Bound: one per
 * credential in use, removed when it ends.
 */
const renewals = new Map<string, Renewal>();

/**
 * Renews the token of a key and address, one at a time in this process. A call during a renewal shares its outcome.
 *
 * @param renew resolves to the credential with a new token, or to why there is none
 */
export async function renewOnce(fingerprint: string, renew: () => Renewal): Renewal {
	const current = renewals.get(fingerprint);
	if (current !== undefined) return await current;
	const renewal = renew().finally(() => renewals.delete(fingerprint));
	renewals.set(fingerprint, renewal);
	return await renewal;
}
