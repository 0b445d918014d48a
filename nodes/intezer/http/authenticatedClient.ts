import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { canceled, failureOf, IntezerError, deadlineExceeded, wrongKey } from './errors';
import { unlessAborted } from './pause';
import { orderExchange, renewedOnce, type ExchangeOrder } from './tokenRenewal';
import { ANSWER_TIMEOUT_MS, fingerprint, isUsable } from './session';

const CREDENTIAL = 'intezerApi';
/** A token that is refused after its renewal, so many times in a row, is no accident. */
const MOST_RENEWALS = 3;

type Credential = ICredentialDataDecryptedObject;

/** The keys and addresses whose token was accepted in this process, most likely by the answer before. */
const accepted = new Set<string>();

/** What ends requests before their time. */
export interface TimeLimits {
	/** Aborting it ends what waits; nothing is retried after. */
	signal?: AbortSignal;
	/**
	 * Unix milliseconds: no wait goes beyond it and no request starts after it; then an IntezerError of kind `deadlineExceeded`,
	 * or, where the wait before a retry would go beyond, the failure itself.
	 */
	deadline?: number;
}

/**
 * Requests under one credential of n8n's, whose session token is renewed when the service refuses it. n8n decrypts a
 * credential for every request; this has it read once, and again when its token is refused.
 */
export class AuthenticatedClient {
	private credential: Credential | undefined;
	/** A key that was refused once is refused: nobody else of this execution needs to ask. */
	private refusal: IntezerError | undefined;
	/** Of the token that was used last; undefined before the first answer. */
	private wasAccepted: boolean | undefined;
	/** Aborted when the caller says so, or at the deadline. */
	private readonly signal: AbortSignal | undefined;

	constructor(
		private readonly n8n: IAllExecuteFunctions,
		private readonly limits: TimeLimits,
	) {
		const { signal, deadline } = limits;
		if (deadline === undefined) this.signal = signal;
		else {
			const end = AbortSignal.timeout(Math.max(0, Math.ceil(deadline - Date.now())));
			this.signal = signal === undefined ? end : AbortSignal.any([signal, end]);
		}
	}

	/** Whether the session token will most likely be accepted. @throws n8n's own error for a credential that it cannot read */
	async isTrusted(): Promise<boolean> {
		const credential = (this.credential ??= await this.read());
		return isUsable(credential) && accepted.has(fingerprint(credential));
	}

	/**
	 * The answer to a request, whatever its status. At a 401 the token is renewed, and the request goes again.
	 *
	 * @returns an IntezerError where no answer came, or the key is refused
	 * @throws n8n's own error for a credential that it cannot read
	 */
	async request(request: IHttpRequestOptions): Promise<IN8nHttpFullResponse | IntezerError> {
		let credential = (this.credential ??= await this.read());
		for (let renewals = 0; renewals <= MOST_RENEWALS; renewals++) {
			if (this.refusal !== undefined) return this.refusal;
			if (isUsable(credential)) {
				const answer = await this.send(credential, request);
				if (answer instanceof IntezerError || answer.statusCode !== 401) return answer;
			}
			if (this.credential === credential) {
				const answer = await this.renew(credential, request);
				if (answer !== undefined) return answer;
			}
			credential = this.credential;
		}
		return wrongKey(401);
	}

	/** What keeps a request from being sent now, if anything. */
	get stopReason(): IntezerError | undefined {
		if (this.limits.signal?.aborted === true) return canceled();
		if (this.signal?.aborted === true || Date.now() >= (this.limits.deadline ?? Infinity)) {
			return deadlineExceeded();
		}
		return undefined;
	}

	/**
	 * Gives `this.credential` another token than the refused one. Where that takes an exchange of the key, n8n makes it
	 * on the way of the request itself, whose answer this returns then.
	 */
	private async renew(
		refused: Credential,
		request: IHttpRequestOptions,
	): Promise<IN8nHttpFullResponse | IntezerError | undefined> {
		let answer: IN8nHttpFullResponse | IntezerError | undefined;
		const renewal = renewedOnce(fingerprint(refused), async () => {
			const stored = await this.read();
			if (isUsable(stored) && stored.sessionToken !== refused.sessionToken) return stored;
			// Without a token n8n exchanges the key first, stores what it gets, and fills it in here.
			const renewed: Credential = { ...stored, sessionToken: '' };
			answer = await this.send(renewed, request);
			if (answer instanceof IntezerError) return isUsable(renewed) ? renewed : answer;
			return answer.statusCode === 401 ? wrongKey(401) : renewed;
		});
		const outcome = await unlessAborted(renewal, this.signal);
		if (outcome === undefined) return this.stopReason ?? canceled();
		if (outcome instanceof IntezerError) {
			if (outcome.kind === 'wrongKey') this.refusal = outcome;
			// Where another execution was cut off while it renewed, this one tries by itself.
			const cutOff = outcome.kind === 'canceled' || outcome.kind === 'deadlineExceeded';
			return cutOff ? this.stopReason : outcome;
		}
		const renewed = { ...refused, sessionToken: outcome.sessionToken ?? '' };
		// It is for another key where the credential was edited meanwhile: then this one's own is what counts.
		this.credential = isUsable(renewed) ? renewed : await this.read();
		return answer;
	}

	private async send(
		credential: Credential,
		request: IHttpRequestOptions,
	): Promise<IN8nHttpFullResponse | IntezerError> {
		if (this.stopReason !== undefined) return this.stopReason;
		const timeLeft = (this.limits.deadline ?? Infinity) - Date.now();
		const order: ExchangeOrder = {
			timeout: Math.min(ANSWER_TIMEOUT_MS, timeLeft),
			abortSignal: this.signal,
		};
		const options: IHttpRequestOptions = {
			...request,
			timeout: order.timeout,
			// Where n8n knows of a cancellation itself, it puts its own signal in place of this one.
			abortSignal: order.abortSignal,
			json: true,
			returnFullResponse: true,
			// Status and headers of an answer that is no success are readable on every n8n version only without its errors.
			ignoreHttpStatusErrors: true,
		};
		orderExchange(credential, order);
		const answer: IN8nHttpFullResponse | IntezerError =
			await this.n8n.helpers.httpRequestWithAuthentication
				.call(this.n8n, CREDENTIAL, options, {
					credentialsDecrypted: { id: '', name: '', type: CREDENTIAL, data: credential },
				})
				.catch((error: unknown) => order.failure ?? failureOf(error));
		// A request that is cut off looks like a reset connection.
		if (answer instanceof IntezerError) return this.stopReason ?? answer;
		this.remember(credential, answer.statusCode !== 401);
		return answer;
	}

	private remember(credential: Credential, isAccepted: boolean): void {
		if (isAccepted === this.wasAccepted) return;
		this.wasAccepted = isAccepted;
		if (isAccepted) accepted.add(fingerprint(credential));
		else accepted.delete(fingerprint(credential));
	}

	private async read(): Promise<Credential> {
		return await this.n8n.getCredentials(CREDENTIAL);
	}
}
