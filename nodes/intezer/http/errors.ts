/**
 * Everything that can go wrong between this package and Intezer, in the words that a user reads:
 * the message says what happened, the description what to do next. Nothing here may carry the API
 * key or a token.
 */

/** How the message of each kind of failure begins. */
export const BEGINNINGS = {
	badAddress: 'The base URL of the Intezer API credential cannot be used',
	badCaseId: "The parameter 'Case' has no usable case ID",
	badCaseUrl: "The parameter 'Case' has no usable case URL",
	wrongKey: 'Intezer refused the API key',
	noPermission: 'The Intezer account has no access to cases',
	outOfQuota: 'Intezer refused the request: the account is out of quota',
	caseNotFound: 'Case not found',
	badRequest: 'Intezer refused the request as invalid',
	rateLimited: 'Intezer receives too many requests from this account',
	serviceUnavailable: 'Intezer is not available at the moment',
	redirected: 'The address of Intezer redirects elsewhere',
	unreadable: "Intezer's answer cannot be read",
	unreachable: 'Intezer cannot be reached',
	deadlineExceeded: 'Intezer did not answer in the time that this run has',
	canceled: 'The execution was canceled',
} as const;

export type FailureKind = keyof typeof BEGINNINGS;

/**
 * A failure in the vocabulary of this service. It has no `response`, `status` or `code`: n8n would
 * take those for its own, exchange the key a second time and put its own words over these.
 */
export class IntezerError extends Error {
	/** What the answer's headers say of how long to wait, where the exchange of the key failed. */
	waitHeaders?: Readonly<Record<string, unknown>>;

	/**
	 * @param details what the message says beyond its beginning
	 * @param description what to do next
	 * @param httpStatus the status of the answer, where there was one
	 */
	constructor(
		readonly kind: FailureKind,
		details: string,
		readonly description: string,
		readonly httpStatus?: number,
	) {
		super(BEGINNINGS[kind] + details);
		this.name = 'IntezerError';
	}

	/** The same failure, with more to say. */
	extended(moreDetails: string, moreDescription: string): IntezerError {
		const details = this.message.slice(BEGINNINGS[this.kind].length) + moreDetails;
		return new IntezerError(
			this.kind,
			details,
			this.description + moreDescription,
			this.httpStatus,
		);
	}
}

/** The same failure, told of one part of what was asked for, e.g. `Devices of the case`. */
export function failureOfPart(part: string, failure: IntezerError): IntezerError {
	const told = new IntezerError(failure.kind, '', failure.description, failure.httpStatus);
	told.message = `${part}: ${failure.message}`;
	return told;
}

export const badAddress = (reason: string) =>
	new IntezerError(
		'badAddress',
		`: ${reason}`,
		"Open the credential and enter the address of your Intezer, e.g. 'https://intezer.example.com'.",
	);

export const badCaseId = (reason: string) =>
	new IntezerError(
		'badCaseId',
		`: ${reason}`,
		"Enter the 'case_id' that a search gives, or choose By URL and paste the link of the case.",
	);

export const badCaseUrl = (text: string) =>
	new IntezerError(
		'badCaseUrl',
		`: '${shortened(text)}' is not the link of a case`,
		"Paste the link of a case as Intezer shows it, e.g. 'https://analyze.intezer.com/cases/…'.",
	);

/** @param found the link's host @param expected the host of the credential's Intezer */
export const foreignCaseUrl = (found: string, expected: string) =>
	new IntezerError(
		'badCaseUrl',
		`: it is a link to ${shortened(found)}, but the credential is for ${expected}`,
		"Paste the link of a case of the credential's tenant, or choose the credential of the tenant that the link leads to.",
	);

export const wrongKey = (httpStatus: number) =>
	new IntezerError(
		'wrongKey',
		'',
		"Copy the API key from your Intezer account into the credential again, and check that the credential's region is your tenant's.",
		httpStatus,
	);

export const unreadable = (reason: string, httpStatus: number) =>
	new IntezerError(
		'unreadable',
		`: ${reason}`,
		"Check that the credential's region or base URL is Intezer's, and that no proxy or login page answers in its place. If all is right, run again later.",
		httpStatus,
	);

/** @param detail the words for the fault of the connection, as n8n or Node give them */
export const unreachable = (detail: string) =>
	new IntezerError(
		'unreachable',
		'',
		`Check the credential's region or base URL, and the way from n8n to it (DNS, proxy, firewall). The connection failed with: ${shortened(detail)}`,
	);

export const deadlineExceeded = () =>
	new IntezerError(
		'deadlineExceeded',
		'',
		'A trigger goes on at its next poll; anything else, try again. If it stays so, Intezer is slow.',
	);

export const canceled = () => new IntezerError('canceled', '', 'Run it again.');

/** @param waitMs how long the service asks to wait, which is longer than a run should */
export function askedToWait({ kind, httpStatus }: IntezerError, waitMs: number) {
	const seconds = Math.ceil(waitMs / 1000).toLocaleString('en-US');
	const details = `${httpStatus === 503 ? ' (503)' : ''}: it asks to wait for ${seconds} seconds`;
	return new IntezerError(
		kind,
		details,
		'Run again after that time. If it comes again and again, let fewer workflows ask Intezer at the same time.',
		httpStatus,
	);
}

/**
 * What an answer other than 2xx means.
 *
 * @param status the HTTP status; a 401 comes here only when a renewed token did not help
 * @param body the answer's body, parsed where it was JSON
 * @param isOfCase whether a single case was asked for
 */
export function refusal(status: number, body: unknown, isOfCase = false): IntezerError {
	const says = reasons(body);
	const quoted = says === '' ? '' : ` Intezer says: ${says}`;
	if (status === 401) return wrongKey(status);
	if (status >= 300 && status < 400) {
		return new IntezerError(
			'redirected',
			` (${status})`,
			"A redirect is not followed: the API key must not go to another host. Enter the final address as the credential's base URL.",
			status,
		);
	}
	if (status === 403 && /insufficient permissions/i.test(says)) {
		return new IntezerError(
			'noPermission',
			'',
			'Ask an administrator of your Intezer tenant to give the account of this API key access to cases, or use the key of an account that has it.',
			status,
		);
	}
	if (status === 403) {
		return new IntezerError(
			'outOfQuota',
			'',
			`Wait until the quota renews, or ask Intezer to raise it.${quoted}`,
			status,
		);
	}
	if (status === 404 && isOfCase && says !== '') {
		return new IntezerError(
			'caseNotFound',
			'',
			"Check the parameter 'Case', and that the credential is for the tenant that the case belongs to.",
			status,
		);
	}
	if (status === 404) return unreadable('nothing of Intezer is at this address (404)', status);
	if (status === 429) {
		return new IntezerError(
			'rateLimited',
			'',
			"Waiting and asking again, as this node does by itself, did not help. Let fewer workflows ask Intezer at the same time, lower the option 'Max Concurrency' where the operation has it, and run again in a few minutes.",
			status,
		);
	}
	if (status === 408 || status >= 500) {
		return new IntezerError(
			'serviceUnavailable',
			` (${status})`,
			`Asking again, as this node does by itself, did not help. Run again in a few minutes; if it stays so, ask Intezer's support.${quoted}`,
			status,
		);
	}
	return new IntezerError(
		'badRequest',
		says === '' ? ` (${status})` : `: ${says}`,
		'Correct the parameter that the message names, or remove it. The documentation of this package describes every filter.',
		status,
	);
}

/**
 * The failure behind an error that a request ended with: ours, or a fault of the connection. The original is dropped:
 * it holds key and token.
 */
export function failureOf(error: unknown): IntezerError {
	if (error instanceof IntezerError) return error;
	return unreachable(error instanceof Error ? error.message : 'an unknown fault');
}

/** A message has no room for more. */
const MOST_REASONS = 20;
/** Nor is a reason looked for any deeper. */
const DEEPEST_REASON = 5;

/** The service's own reasons on one line, from `{error, message: {field: reason}}`; empty where it gives none. */
function reasons(body: unknown): string {
	if (typeof body !== 'object' || body === null) return '';
	const parts: string[] = [];
	if ('error' in body && typeof body.error === 'string') parts.push(body.error);
	if ('message' in body && typeof body.message === 'string') parts.push(body.message);
	if ('message' in body && typeof body.message === 'object' && body.message !== null) {
		addReasons(parts, '', body.message);
	}
	return shortened([...new Set(parts)].join('; '));
}

/** Adds the reasons of each field, however deep the service nests them, as `field.inner: reason`. */
function addReasons(parts: string[], field: string, reason: unknown, depth = 0): void {
	if (parts.length >= MOST_REASONS || depth > DEEPEST_REASON) return;
	if (Array.isArray(reason) && reason.every((each) => typeof each === 'string')) {
		parts.push(`${field}: ${reason.join(' ')}`);
	} else if (typeof reason === 'object' && reason !== null) {
		for (const [name, inner] of Object.entries(reason)) {
			addReasons(parts, field === '' ? name : `${field}.${name}`, inner, depth + 1);
		}
	} else {
		parts.push(`${field}: ${String(reason)}`);
	}
}

/** A session token that a service repeats; one that is cut off has lost its signature, and is worth nothing. */
const TOKEN = /\bBearer\s+\S+|\beyJ[\w-]*\.[\w-]+\.[\w-]*/gi;

/** Text that is not ours, fit for one line of a message: no control characters, no token, 300 characters at most. */
export function shortened(text: string): string {
	const line = text
		.slice(0, 2000)
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.replace(TOKEN, '…')
		.trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
