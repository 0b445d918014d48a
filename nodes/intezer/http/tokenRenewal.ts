import type { ICredentialDataDecryptedObject, IHttpRequestOptions } from 'n8n-workflow';

import type { IntezerError } from './errors';

type Renewal = Promise<ICredentialDataDecryptedObject | IntezerError>;

/** The renewals under way in this process, by the key and address that they are for. */
const underWay = new Map<string, Renewal>();

/**
 * Renews the token of a key and address, one at a time in this process: who comes while another is at it shares what
 * that one brought, or how it failed.
 *
 * @param mark what key and address are known by
 * @param renew gives the credential with another token than the refused one, or why there is none
 */
export async function renewedOnce(mark: string, renew: () => Renewal): Renewal {
	const others = underWay.get(mark);
	if (others !== undefined) return await others;
	const own = renew().finally(() => underWay.delete(mark));
	underWay.set(mark, own);
	return await own;
}

/** What an exchange of the key is to keep to, and what it tells. */
export interface ExchangeOrder extends Pick<IHttpRequestOptions, 'timeout' | 'abortSignal'> {
	/** Why it failed: n8n 1 hands on nothing but the words. */
	failure?: IntezerError;
}

/** n8n hands to the exchange nothing but the credential, as it was given: so the order is known by that object. */
const orders = new WeakMap<object, ExchangeOrder>();

/** Leaves an order for the exchange that n8n may make with this credential. */
export function orderExchange(credential: object, order: ExchangeOrder): void {
	orders.set(credential, order);
}

/** The order for an exchange with this credential; none where n8n tests a credential by itself. */
export function exchangeOrder(credential: object): ExchangeOrder | undefined {
	return orders.get(credential);
}
