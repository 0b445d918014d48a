import { createHash } from 'node:crypto';
import type {
	IDataObject,
	IHttpRequestHelper,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { apiRoot, serviceOrigin, type Address } from './address';
import { failureOf, IntezerError, refusal, unreadable, wrongKey } from './errors';
import { exchangeOrder, type ExchangeOrder } from './tokenRenewal';

/** How long one answer may take, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 120_000;

/** The address in a credential's data; what is missing has the credential's default. */
export function addressOf(credential: IDataObject): Address {
	const { region, baseUrl, ignoreSslIssues } = credential;
	return {
		region: region === 'us' || region === 'custom' ? region : 'global',
		baseUrl: typeof baseUrl === 'string' ? baseUrl : '',
		ignoreSslIssues: region === 'custom' && ignoreSslIssues === true,
	};
}

/**
 * Exchanges the API key for a session token (`POST /get-access-token`).
 *
 * @returns what to store as `sessionToken`: `<hash of key and address>.<token>`. n8n keeps the stored token when a
 * user edits the key or the address, and a token must never go out under another than it was got with.
 * @throws IntezerError where the key is refused or no token comes; never n8n's own error, which holds the key
 */
export async function exchangeKey(
	helpers: IHttpRequestHelper['helpers'],
	credential: IDataObject,
): Promise<string> {
	const order = exchangeOrder(credential);
	const outcome = await exchanged(helpers, credential, order);
	if (!(outcome instanceof IntezerError)) return fingerprint(credential) + outcome;
	if (order !== undefined) order.failure = outcome;
	throw outcome;
}

/** The token as the service gives it, or why it gives none. */
async function exchanged(
	helpers: IHttpRequestHelper['helpers'],
	credential: IDataObject,
	order: ExchangeOrder | undefined,
): Promise<string | IntezerError> {
	const address = addressOf(credential);
	const request = guarded(address, {
		method: 'POST',
		url: `${apiRoot(address)}/get-access-token`,
		timeout: order?.timeout ?? ANSWER_TIMEOUT_MS,
		abortSignal: order?.abortSignal,
		body: { api_key: keyOf(credential) },
		json: true,
		ignoreHttpStatusErrors: true,
		returnFullResponse: true,
	});
	const answer: IN8nHttpFullResponse | IntezerError = await helpers
		.httpRequest(request)
		.catch(failureOf);
	if (answer instanceof IntezerError) return answer;

	const { statusCode, body, headers } = answer;
	if (statusCode === 400 || statusCode === 401) return wrongKey(statusCode);
	if (statusCode === 404) return unreadable('nothing of Intezer is at this address (404)', 404);
	if (statusCode !== 200) {
		const refused = refusal(statusCode, repeats(body, keyOf(credential)) ? undefined : body);
		refused.waitHeaders = waitHeadersIn(headers);
		return refused;
	}
	const token =
		typeof body === 'object' && body !== null && 'result' in body ? body.result : undefined;
	// Anything else than visible ASCII cannot go into a header.
	if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
		return unreadable('it holds no session token', statusCode);
	}
	return token;
}

/**
 * A request with the session token, if the credential has one for its key and address. Without one it goes out bare:
 * the 401 makes n8n renew. A relative URL is below the credential's API root.
 *
 * @throws IntezerError where the URL is of another origin than the credential's, or the address cannot be used
 */
export function authenticated(
	credential: IDataObject,
	request: IHttpRequestOptions,
): IHttpRequestOptions {
	const address = addressOf(credential);
	const { baseURL, ...rest } = request;
	// The HTTP Request node sends n8n's older kind of request, which calls its URL another name.
	const uri: unknown = Reflect.get(request, 'uri');
	const asked = typeof uri === 'string' ? uri : request.url;
	const url = absoluteUrl(asked, baseURL ?? apiRoot(address));
	if (new URL(url).origin !== serviceOrigin(address)) {
		throw new IntezerError(
			'badAddress',
			`: it is for ${serviceOrigin(address)}, the request is for ${new URL(url).origin}`,
			'The token goes to no other host than it was got from. Choose the credential of the host that is asked.',
		);
	}
	const token = tokenIn(credential);
	const headers = { ...request.headers };
	if (token !== undefined) headers.Authorization = `Bearer ${token}`;
	const safe = guarded(address, { ...rest, url, headers });
	return typeof uri === 'string' ? { ...safe, ...olderGuards(address, url) } : safe;
}

/** A redirect would carry token and key to another host; an unverified certificate is the user's choice alone. */
function guarded(address: Address, request: IHttpRequestOptions): IHttpRequestOptions {
	return {
		timeout: ANSWER_TIMEOUT_MS,
		...request,
		disableFollowRedirect: true,
		skipSslCertificateValidation: address.ignoreSslIssues,
	};
}

/** The same for n8n's older kind of request. */
function olderGuards(address: Address, uri: string): object {
	return {
		uri,
		followRedirect: false,
		followAllRedirects: false,
		rejectUnauthorized: !address.ignoreSslIssues,
	};
}

function absoluteUrl(url: string, root: string): string {
	return url.startsWith('/') ? root + url : url;
}

/** The API key, without the blanks that copying brings along. */
function keyOf(credential: IDataObject): string {
	return typeof credential.apiKey === 'string' ? credential.apiKey.trim() : '';
}

/** Whether a service repeats the key, in whatever case: then nobody must be shown what it says. */
function repeats(body: unknown, key: string): boolean {
	const escaped = JSON.stringify(key.toLowerCase()).slice(1, -1);
	return JSON.stringify(body ?? '')
		.toLowerCase()
		.includes(escaped);
}

/** Whether the credential has a session token that was got with its own key and address. */
export function isUsable(credential: IDataObject): boolean {
	return tokenIn(credential) !== undefined;
}

function tokenIn(credential: IDataObject): string | undefined {
	const mark = fingerprint(credential);
	const stored = credential.sessionToken;
	if (typeof stored !== 'string' || !stored.startsWith(mark)) return undefined;
	return stored.slice(mark.length);
}

/** What a stored token begins with when it was got with this key and address. */
export function fingerprint(credential: IDataObject): string {
	const bound = JSON.stringify([keyOf(credential), apiRoot(addressOf(credential))]);
	return `${createHash('sha256').update(bound).digest('base64url')}.`;
}

/** The headers that say how long to wait: nothing else of an answer to the key may get about. */
function waitHeadersIn(headers: IDataObject): IDataObject {
	const names = ['date', 'retry-after', 'x-ratelimit-reset'];
	return Object.fromEntries(names.map((name) => [name, headers[name]]));
}
