import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';

import { addressOf, apiRoot, serviceOrigin } from '../address';
import { IntezerError } from '../errors';
import { safeRequestOptions, legacyOptions } from '../safeRequestOptions';
import { usableToken } from './sessionToken';

/**
 * A request with the session token, if the credential has a usable one. Without one, the request is sent without a
 * token, and its 401 makes n8n renew the token. A relative URL is below the credential's API root.
 *
 * @throws IntezerError if the URL has another origin than the credential, or the address can't be used
 */
export function addBearerToken(
	credential: IDataObject,
	request: IHttpRequestOptions,
): IHttpRequestOptions {
	const address = addressOf(credential);
	const { baseURL, ...rest } = request;
	// The HTTP Request node sends n8n's legacy request options, where the URL is called `uri`.
	const uri: unknown = Reflect.get(request, 'uri');
	const isLegacy = typeof uri === 'string';
	const url = absoluteUrl(isLegacy ? uri : request.url, baseURL ?? apiRoot(address));
	const expected = serviceOrigin(address);
	const requested = new URL(url).origin;
	if (requested !== expected) throw new IntezerError({ kind: 'otherOrigin', expected, requested });

	const token = usableToken(credential);
	const headers = { ...request.headers };
	if (token !== undefined) headers.Authorization = `Bearer ${token}`;
	const signed = safeRequestOptions(address, { ...rest, url, headers });
	return isLegacy ? { ...signed, ...legacyOptions(address, url) } : signed;
}

function absoluteUrl(url: string, root: string): string {
	return url.startsWith('/') ? root + url : url;
}
