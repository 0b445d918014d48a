import type { RelatedKind } from '../types';
import { reasonsIn, shortened } from './refusalReasons';

/**
 * Everything that can go wrong between this package and Intezer, as data: the kind of failure and its facts. The words
 * for the user are in nodes/n8n/errors/failureTexts.ts. Nothing here may carry the API key or a token.
 */
interface Facts {
	/** The base URL of the credential can't be used. */
	badAddress: { fault: AddressFault };
	/** A request to another origin than the credential's, both such as `https://analyze.intezer.com`. */
	otherOrigin: { expected: string; requested: string };
	badCaseId: { fault: IdFault };
	badAlertId: { fault: IdFault };
	/** The text is not the URL of a case. */
	badCaseUrl: { text: string };
	/** The URL of a case on another host than the credential's. */
	otherTenantUrl: { expectedHost: string; foundHost: string };
	wrongKey: object;
	noPermission: { to: 'cases' | 'alerts' };
	outOfQuota: Reasons;
	/** A 403 without a reason: permission, quota, or a proxy or firewall that blocks the request. */
	forbidden: object;
	caseNotFound: object;
	alertNotFound: Reasons;
	/** A 404 of a call for alerts: only the cloud has all of them. */
	noAlertCall: Reasons;
	/** A 409: an alert's id exists in several environments, and the request names none. */
	severalEnvironments: object;
	badRequest: Reasons;
	/** The service does not page as far as the search's offset. */
	offsetTooLarge: { offset: number };
	/** A 429. */
	rateLimited: RequestedWait;
	/** A 408 or a 5xx. */
	serviceUnavailable: Reasons & RequestedWait;
	redirected: object;
	/** A 404 that does not come from the API of cases. */
	noApi: object;
	/** A response whose body is not what the API documents. */
	unreadable: { fault: BodyFault };
	/** An email was uploaded, but the response of 2xx does not contain the id of its alert. */
	emailUnconfirmed: object;
	/** A raw alert could not be downloaded from its host. */
	rawAlertNotDownloaded: { host: string; fault: DownloadFault };
	/** The connection failed; `fault` is the message of n8n or Node. */
	unreachable: { fault: string };
	deadlineExceeded: object;
	canceled: object;
}

/** What a 404 of the API means for a request. */
export type NotFound = 'caseNotFound' | 'alertNotFound' | 'noAlertCall' | 'noApi';

interface Reasons {
	/** The service's own reasons, on one line; empty if it gave none. */
	reasons: string;
}

interface RequestedWait {
	/** When the service asks to retry, if that is too long to wait for. */
	retryAfterMs?: number;
}

export type AddressFault =
	| 'empty'
	| 'notUrl'
	| 'hasLogin'
	| 'hasQuery'
	| 'unknownPath'
	| 'notEncrypted';

export type IdFault =
	| { reason: 'empty' | 'loneSurrogate' }
	| { reason: 'path'; id: string }
	| { reason: 'tooLong'; length: number; max: number };

/** What is wrong with a body. `list` names the field that is not a list of objects. */
export type BodyFault =
	| { reason: 'notJson' | 'noResult' | 'noCount' | 'noToken' }
	| { reason: 'noRawAlertUrl' | 'fewerAlerts' }
	| { reason: 'notList'; list: 'cases' | 'alerts' | 'result' | RelatedKind };

/** Why a download failed. `message` is that of n8n or Node. */
export type DownloadFault =
	| { reason: 'refused' | 'redirected' | 'notJson' }
	| { reason: 'tooLarge'; maxBytes: number }
	| { reason: 'unreachable'; message: string };

export type FailureKind = keyof Facts;

/** One kind of failure with its facts; without a parameter, any kind. */
export type Failure<K extends FailureKind = FailureKind> = {
	[P in K]: { readonly kind: P } & Readonly<Facts[P]>;
}[K];

interface Circumstances {
	/** The status code of the response, if there was one. */
	httpStatus?: number;
	/** The part of a case that was requested in addition to the case. */
	part?: RelatedKind;
	/** The headers that say how long to wait, if the key exchange failed. */
	waitHeaders?: Readonly<Record<string, unknown>>;
}

/**
 * A failed request to Intezer. It has no `response`, `status` or `code`: n8n would take those for its own, exchange the
 * key a second time and replace the error's text. Its `message` is for programmers.
 */
export class IntezerError extends Error {
	readonly kind: FailureKind;

	constructor(
		readonly failure: Failure,
		readonly circumstances: Circumstances = {},
	) {
		const { httpStatus } = circumstances;
		super(`Intezer: ${failure.kind}${httpStatus === undefined ? '' : ` (${httpStatus})`}`);
		this.name = 'IntezerError';
		this.kind = failure.kind;
	}

	get httpStatus(): number | undefined {
		return this.circumstances.httpStatus;
	}

	/** The milliseconds after which the service asks to retry, if that is too long to wait for. */
	get retryAfterMs(): number | undefined {
		return 'retryAfterMs' in this.failure ? this.failure.retryAfterMs : undefined;
	}
}

/** The same failure with more about how it happened. */
export function withCircumstances(error: IntezerError, more: Circumstances): IntezerError {
	return new IntezerError(error.failure, { ...error.circumstances, ...more });
}

export const badAddress = (fault: AddressFault) => new IntezerError({ kind: 'badAddress', fault });

export const badCaseId = (fault: IdFault) => new IntezerError({ kind: 'badCaseId', fault });

export const badAlertId = (fault: IdFault) => new IntezerError({ kind: 'badAlertId', fault });

export const wrongKey = (httpStatus: number) =>
	new IntezerError({ kind: 'wrongKey' }, { httpStatus });

/** @param httpStatus left out if the fault was found only after the response was read */
export const unreadable = (fault: BodyFault, httpStatus?: number) =>
	new IntezerError({ kind: 'unreadable', fault }, { httpStatus });

export const emailUnconfirmed = (httpStatus: number) =>
	new IntezerError({ kind: 'emailUnconfirmed' }, { httpStatus });

/** @param message the connection's fault, as n8n or Node reports it */
export const unreachable = (message: string) =>
	new IntezerError({ kind: 'unreachable', fault: shortened(message) });

export const deadlineExceeded = () => new IntezerError({ kind: 'deadlineExceeded' });

export const canceled = () => new IntezerError({ kind: 'canceled' });

/** The same failure of kind `rateLimited` or `serviceUnavailable`, with the time after which the service asks to retry. */
export function askedToWait(error: IntezerError, retryAfterMs: number): IntezerError {
	const { failure, circumstances } = error;
	return failure.kind === 'rateLimited' || failure.kind === 'serviceUnavailable'
		? new IntezerError({ ...failure, retryAfterMs }, circumstances)
		: error;
}

/**
 * What a status code other than 2xx means.
 *
 * @param httpStatus a 401 comes here only if the key or a renewed token was refused
 * @param body the response's body, parsed if it was JSON
 * @param notFound what a 404 of the API means for the request
 */
export function refusal(
	httpStatus: number,
	body: unknown,
	notFound: NotFound = 'noApi',
): IntezerError {
	return new IntezerError(refusalFor(httpStatus, reasonsIn(body), notFound), { httpStatus });
}

function refusalFor(httpStatus: number, reasons: string, notFound: NotFound): Failure {
	const isAboutAlerts = notFound === 'alertNotFound' || notFound === 'noAlertCall';
	if (httpStatus === 401) return { kind: 'wrongKey' };
	if (httpStatus >= 300 && httpStatus < 400) return { kind: 'redirected' };
	if (httpStatus === 403) {
		// The name of the status code is no reason.
		if (/^(forbidden\.?)?$/i.test(reasons)) return { kind: 'forbidden' };
		return /insufficient permissions/i.test(reasons)
			? { kind: 'noPermission', to: isAboutAlerts ? 'alerts' : 'cases' }
			: { kind: 'outOfQuota', reasons };
	}
	// A 404 without a reason comes from a proxy or another server.
	const noCall = isAboutAlerts ? 'noAlertCall' : 'noApi';
	if (httpStatus === 404) return { kind: reasons === '' ? noCall : notFound, reasons };
	if (httpStatus === 409 && notFound === 'alertNotFound') return { kind: 'severalEnvironments' };
	if (httpStatus === 429) return { kind: 'rateLimited' };
	if (httpStatus === 408 || httpStatus >= 500) return { kind: 'serviceUnavailable', reasons };
	return { kind: 'badRequest', reasons };
}

/**
 * The failure that ended a request: an IntezerError as it is, anything else as a fault of the connection. The original
 * error is dropped, because it holds the key and the token.
 */
export function failureOf(error: unknown): IntezerError {
	if (error instanceof IntezerError) return error;
	return unreachable(error instanceof Error ? error.message : 'an unknown fault');
}
