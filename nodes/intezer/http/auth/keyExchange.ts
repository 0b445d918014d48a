import type {
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { addressOf, apiRoot } from '../address';
import {
	failureOf,
	IntezerError,
	refusal,
	unreadable,
	withCircumstances,
	wrongKey,
} from '../errors';
import { exchangeLimitsOf, type ExchangeLimits } from './exchangeLimits';
import { repeatsText } from '../refusalReasons';
import { safeRequestOptions, RESPONSE_TIMEOUT_MS } from '../safeRequestOptions';
import { apiKeyOf, storedToken } from './sessionToken';

/**
 * Exchanges the API key for a session token (`POST /get-access-token`).
 *
 * @returns what to store as `sessionToken`
 * @throws IntezerError if the key is refused or no token is issued; never n8n's own error, which holds the key
 */
export async function exchangeKey(
	helpers: IHttpRequestHelper['helpers'],
	credential: IDataObject,
): Promise<string> {
	const limits = exchangeLimitsOf(credential);
	const outcome = await requestToken(helpers, credential, limits);
	if (!(outcome instanceof IntezerError)) return storedToken(credential, outcome);
	if (limits !== undefined) limits.failure = outcome;
	throw outcome;
}

/** The token as the service issues it, or why it issues none. */
async function requestToken(
	helpers: IHttpRequestHelper['helpers'],
	credential: IDataObject,
	limits: ExchangeLimits | undefined,
): Promise<string | IntezerError> {
	const request = exchangeRequest(credential, limits);
	const response: IN8nHttpFullResponse | IntezerError = await helpers
		.httpRequest(request)
		.catch(failureOf);
	if (response instanceof IntezerError) return response;

	const { statusCode, body, headers } = response;
	if (statusCode === 400) return wrongKey(statusCode);
	if (statusCode !== 200) {
		const safeBody = repeatsText(body, apiKeyOf(credential)) ? undefined : body;
		return withCircumstances(refusal(statusCode, safeBody), {
			waitHeaders: waitHeadersOf(headers),
		});
	}
	const token =
		typeof body === 'object' && body !== null && 'result' in body ? body.result : undefined;
	// A header can contain only visible ASCII characters.
	if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
		return unreadable({ reason: 'noToken' }, statusCode);
	}
	return token;
}

function exchangeRequest(
	credential: IDataObject,
	limits: ExchangeLimits | undefined,
): IHttpRequestOptions {
	const address = addressOf(credential);
	return safeRequestOptions(address, {
		method: 'POST',
		url: `${apiRoot(address)}/get-access-token`,
		timeout: limits?.timeout ?? RESPONSE_TIMEOUT_MS,
		abortSignal: limits?.abortSignal,
		body: { api_key: apiKeyOf(credential) },
		json: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	});
}

/** Only the headers that say how long to wait: no other part of a response to the key exchange may leave this file. */
function waitHeadersOf(headers: IDataObject): IDataObject {
	const names = ['date', 'retry-after', 'x-ratelimit-reset'];
	return Object.fromEntries(names.map((name) => [name, headers[name]]));
}
