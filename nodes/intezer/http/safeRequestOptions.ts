import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Address } from './address';
import { USER_AGENT } from './userAgent';

/** The longest that a connection may be silent, in milliseconds. */
export const RESPONSE_TIMEOUT_MS = 120_000;

/**
 * A request with the package's user agent that follows no redirect, because a redirect would take the key or the token
 * to another host. It accepts an unverified certificate only if the user chose so.
 */
export function safeRequestOptions(
	address: Address,
	request: IHttpRequestOptions,
): IHttpRequestOptions {
	return {
		timeout: RESPONSE_TIMEOUT_MS,
		...request,
		headers: { ...request.headers, 'User-Agent': USER_AGENT },
		disableFollowRedirect: true,
		skipSslCertificateValidation: address.ignoreSslIssues,
	};
}

/** The URL and the same guards by their names in n8n's legacy request options, which the HTTP Request node sends. */
export function legacyOptions(address: Address, url: string): object {
	return {
		uri: url,
		followRedirect: false,
		followAllRedirects: false,
		rejectUnauthorized: !address.ignoreSslIssues,
	};
}
