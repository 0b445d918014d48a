import type { IHttpRequestOptions } from 'n8n-workflow';

import type { IntezerError } from '../errors';

/** The limits of one key exchange, and how it failed. */
export interface ExchangeLimits extends Pick<IHttpRequestOptions, 'timeout' | 'abortSignal'> {
	/** Set by the exchange when it fails: n8n 1 passes on nothing but the message. */
	failure?: IntezerError;
}

/**
 * Kept in this process: the limits of each request that may make n8n exchange the key. They are found by the credential
 * object that was given to n8n, because n8n passes nothing else to the exchange. Bound: an entry is dropped with its
 * object, when the request that holds it ends.
 */
const limitsByCredential = new WeakMap<object, ExchangeLimits>();

/** Sets the limits for the exchange that n8n may make with this credential object. */
export function setExchangeLimits(credential: object, limits: ExchangeLimits): void {
	limitsByCredential.set(credential, limits);
}

/** The limits for an exchange with this credential object; undefined when n8n itself tests a credential. */
export function exchangeLimitsOf(credential: object): ExchangeLimits | undefined {
	return limitsByCredential.get(credential);
}
