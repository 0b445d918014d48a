import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { addressOf, serviceOrigin } from './address';
import { canceled, IntezerError, wrongKey } from './errors';
import { unlessAborted } from './pause';
import { CREDENTIAL_TYPE, sendOnce } from './sendOnce';
import { fingerprint, hasUsableToken } from './auth/sessionToken';
import { renewOnce } from './auth/tokenRenewal';
import { RequestTime, type TimeLimits } from './timeLimits';

/*
 * What this package relies on in n8n, in both supported major versions. test/engine/requests/n8nContract.spec.mts checks
 * it against n8n-core, and test/e2e/cases.test.mts in a real n8n:
 *
 * 1. `httpRequestWithAuthentication` takes a credential as `credentialsDecrypted`, and uses its data instead of the
 *    stored one.
 * 2. It hands that very object to the credential's `preAuthentication` (so exchangeLimits.ts finds its limits by it) and
 *    fills the new token into it (so `renew` reads the token there). It stores the token too.
 * 3. It calls `preAuthentication` before the request only if the token is empty.
 * 4. It calls it a second time only after an error with a response of status 401. With `ignoreHttpStatusErrors` a 401 is
 *    no error, so n8n does not see it: this client renews instead, once for all requests of the process.
 */

/** If this many tokens are refused for one request, the key counts as refused. */
const MAX_REFUSED_TOKENS = 4;

type Credential = ICredentialDataDecryptedObject;
type Outcome = IN8nHttpFullResponse | IntezerError;

/**
 * Sends requests with n8n's credential, and renews its session token when the service refuses it. n8n decrypts a
 * credential for every request; this client reads it once, and again when its token is refused.
 */
export class AuthenticatedClient {
	private credential: Credential | undefined;
	/** The credential whose token was last found usable, so that not every request needs a hash. */
	private usable: Credential | undefined;
	/** The address of the service when the credential was first read. */
	private origin: string | undefined;
	/** Set when the key was refused: this execution sends no more requests. */
	private keyRefusal: IntezerError | undefined;
	private readonly time: RequestTime;

	constructor(
		private readonly n8n: IAllExecuteFunctions,
		limits: TimeLimits,
	) {
		this.time = new RequestTime(limits);
	}

	/** Aborted by the caller, or at the deadline. */
	get signal(): AbortSignal | undefined {
		return this.time.signal;
	}

	/** Why no request is sent any more; undefined while requests may be sent. */
	get stopReason(): IntezerError | undefined {
		return this.time.stopReason;
	}

	/**
	 * Identifies key and address without revealing the key.
	 *
	 * @throws IntezerError of kind `badAddress`, or if the time is over; n8n's own error for a credential that it can't
	 * read
	 */
	async fingerprint(): Promise<string> {
		const credential = await this.current();
		if (credential instanceof IntezerError) throw credential;
		return fingerprint(credential);
	}

	/**
	 * The response to a request, whatever its status. After a 401 the token is renewed and the request sent again. Once the
	 * request's own signal is aborted, it is not sent.
	 *
	 * @returns an IntezerError if there is no response, or the key is refused
	 * @throws IntezerError of kind `badAddress`; n8n's own error for a credential that it can't read
	 */
	async request(request: IHttpRequestOptions): Promise<Outcome> {
		const refused = new Set<Credential>();
		while (refused.size < MAX_REFUSED_TOKENS) {
			const credential = await this.current();
			if (credential instanceof IntezerError) return credential;
			if (request.abortSignal?.aborted === true) return canceled();
			if (this.keyRefusal !== undefined) return this.keyRefusal;
			if (this.usable !== credential && hasUsableToken(credential)) this.usable = credential;
			if (this.usable === credential && !refused.has(credential)) {
				const response = await sendOnce(this.n8n, credential, request, this.time);
				if (response instanceof IntezerError || response.statusCode !== 401) return response;
				refused.add(credential);
			}
			if (this.credential === credential) {
				const response = await this.renew(credential, request);
				if (response !== undefined) return response;
			}
		}
		this.keyRefusal = wrongKey(401);
		return this.keyRefusal;
	}

	/**
	 * Replaces the refused token in `this.credential`. If that takes a key exchange, n8n makes it before it sends the
	 * request itself, and this returns the response to that request. It returns undefined if the request is to be sent
	 * again: with the new token, or because another execution ended while it renewed the token.
	 */
	private async renew(
		refused: Credential,
		request: IHttpRequestOptions,
	): Promise<Outcome | undefined> {
		let response: Outcome | undefined;
		const renewal = renewOnce(fingerprint(refused), async () => {
			const stored = await this.read();
			if (stored instanceof IntezerError) {
				response = stored;
				return stored;
			}
			if (hasUsableToken(stored) && stored.sessionToken !== refused.sessionToken) return stored;
			// An empty token makes n8n exchange the key, store the token, and fill it in here.
			const renewed: Credential = { ...stored, sessionToken: '' };
			response = await sendOnce(this.n8n, renewed, request, this.time);
			if (response instanceof IntezerError) return hasUsableToken(renewed) ? renewed : response;
			if (response.statusCode === 401) {
				this.keyRefusal = wrongKey(401);
				response = this.keyRefusal;
			}
			// Even then, the new token may be accepted for the requests of other executions.
			return renewed;
		});
		const outcome = await unlessAborted(renewal, this.signal);
		if (outcome === undefined) return this.stopReason ?? canceled();
		if (outcome instanceof IntezerError) {
			if (outcome.kind === 'wrongKey') this.keyRefusal = outcome;
			// If another execution ended while it renewed the token, there is no response, and this one tries again.
			const isEnd = outcome.kind === 'canceled' || outcome.kind === 'deadlineExceeded';
			return isEnd ? (this.stopReason ?? response) : outcome;
		}
		const renewed = { ...refused, sessionToken: outcome.sessionToken ?? '' };
		// If the credential was edited in the meantime, the token is for its new key, so read that too.
		const current = hasUsableToken(renewed) ? renewed : await this.read();
		if (current instanceof IntezerError) return current;
		this.credential = current;
		return response;
	}

	/** The credential with the latest token. */
	private async current(): Promise<Credential | IntezerError> {
		if (this.credential !== undefined) return this.credential;
		const read = await this.read();
		if (!(read instanceof IntezerError)) this.credential = read;
		return read;
	}

	/**
	 * The credential, or why there is none. If it has got the address of another Intezer, nothing more is sent: the results
	 * of both would be mixed.
	 *
	 * @throws IntezerError of kind `badAddress`; n8n's own error if it can't be read
	 */
	private async read(): Promise<Credential | IntezerError> {
		// A promise of n8n that never settles must not occupy the throttle, nor block a renewal.
		const read: Promise<Credential> = this.n8n.getCredentials(CREDENTIAL_TYPE);
		const credential = await unlessAborted(read, this.signal);
		if (credential === undefined) return this.stopReason ?? canceled();
		const expected = serviceOrigin(addressOf(credential));
		this.origin ??= expected;
		if (expected === this.origin) return credential;
		return new IntezerError({ kind: 'otherOrigin', expected, requested: this.origin });
	}
}
