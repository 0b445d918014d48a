import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { anySignal } from './anySignal';
import { setExchangeLimits, type ExchangeLimits } from './auth/exchangeLimits';
import { withCancelSignal } from './cancelSignal';
import { apiKeyOf, usableToken } from './auth/sessionToken';
import { canceled, failureOf, IntezerError, unreachable } from './errors';
import { unlessAborted } from './pause';
import { repeatsText } from './refusalReasons';
import { RESPONSE_TIMEOUT_MS } from './safeRequestOptions';
import type { RequestTime } from './timeLimits';

export const CREDENTIAL_TYPE = 'intezerApi';

/**
 * Sends a request with a credential. If its token is empty, n8n exchanges the key first, and fills the new token in.
 *
 * @returns the response, whatever its status, or why there is none
 */
export async function sendOnce(
	n8n: IAllExecuteFunctions,
	credential: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	time: RequestTime,
): Promise<IN8nHttpFullResponse | IntezerError> {
	if (time.stopReason !== undefined) return time.stopReason;
	const limit = time.requestLimit();
	const { signal, release } = anySignal([time.signal, limit]);
	const exchangeLimits: ExchangeLimits = {
		timeout: Math.min(RESPONSE_TIMEOUT_MS, time.leftMs),
		abortSignal: signal,
	};
	setExchangeLimits(credential, exchangeLimits);
	const options: IHttpRequestOptions = {
		...request,
		timeout: exchangeLimits.timeout,
		abortSignal: signal,
		json: true,
		returnFullResponse: true,
		// Without it, some versions of n8n drop status and headers of a failed response.
		ignoreHttpStatusErrors: true,
	};
	const sent: Promise<IN8nHttpFullResponse | IntezerError> =
		n8n.helpers.httpRequestWithAuthentication
			.call(withCancelSignal(n8n, signal), CREDENTIAL_TYPE, options, {
				credentialsDecrypted: { id: '', name: '', type: CREDENTIAL_TYPE, data: credential },
			})
			.catch((error: unknown) => exchangeLimits.failure ?? failureOf(error));
	// A promise of n8n that never settles must not occupy the throttle.
	const response = (await unlessAborted(sent, signal)) ?? canceled();
	release();
	if (!(response instanceof IntezerError)) return withoutSecrets(response, credential);
	// An aborted request looks like a reset connection.
	return time.stopReason ?? (limit.aborted ? unreachable('no response in 10 minutes') : response);
}

/** The response, but without the body of a refusal that repeats the key or the token: errors quote its reasons. */
function withoutSecrets(
	response: IN8nHttpFullResponse,
	credential: ICredentialDataDecryptedObject,
): IN8nHttpFullResponse {
	if (response.statusCode >= 200 && response.statusCode <= 299) return response;
	const secrets = [apiKeyOf(credential), usableToken(credential) ?? ''].filter(Boolean);
	const isSafe = !secrets.some((secret) => repeatsText(response.body, secret));
	return isSafe ? response : { ...response, body: '' };
}
