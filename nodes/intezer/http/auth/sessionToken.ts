import { createHash } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import { addressOf, apiRoot } from '../address';

/**
 * A stored session token is `<fingerprint><token>`, bound to the key and the address that it was issued for. n8n keeps
 * the stored token when a user edits the key or the address, and a token must never be sent with another one.
 */

/** The API key, without the whitespace that copying adds. */
export function apiKeyOf(credential: IDataObject): string {
	return typeof credential.apiKey === 'string' ? credential.apiKey.trim() : '';
}

/** Identifies a key and address: a hash and a dot. @throws IntezerError if the address can't be used */
export function fingerprint(credential: IDataObject): string {
	const bound = JSON.stringify([apiKeyOf(credential), apiRoot(addressOf(credential))]);
	return `${createHash('sha256').update(bound).digest('base64url')}.`;
}

/** What to store as `sessionToken` for a token that was issued for this credential. */
export function storedToken(credential: IDataObject, token: string): string {
	return fingerprint(credential) + token;
}

/** The token to send; undefined if there is none, or it was issued for another key or address. */
export function usableToken(credential: IDataObject): string | undefined {
	const prefix = fingerprint(credential);
	const stored = credential.sessionToken;
	if (typeof stored !== 'string' || !stored.startsWith(prefix)) return undefined;
	return stored.slice(prefix.length);
}

/** Whether the credential has a token that was issued for its own key and address. */
export function hasUsableToken(credential: IDataObject): boolean {
	return usableToken(credential) !== undefined;
}
