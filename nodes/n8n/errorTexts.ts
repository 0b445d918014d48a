import type { Failure, FailureKind, IntezerError } from '../intezer/http/errors';
import type { RelatedKind } from '../intezer/types';
import { addressFault, bodyFault, caseIdFault } from './faultTexts';

/** An error in words for the user: what happened, and what to do next. */
export interface ErrorText {
	message: string;
	description: string;
}

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
	rateLimited: 'Intezer is rate-limiting this account',
	serviceUnavailable: 'Intezer is not available at the moment',
	redirected: 'The address of Intezer redirects elsewhere',
	noApi: 'No Intezer API found at this address',
	unreadable: "Intezer's answer cannot be read",
	unreachable: 'Intezer cannot be reached',
	deadlineExceeded: 'Intezer did not respond in time',
	canceled: 'The execution was canceled',
} as const;

const CHECK_ADDRESS =
	"Check that the credential's region or base URL is Intezer's, and that no proxy or login page answers in its place. If all is right, run again later.";
const RUN_AFTER_THAT_TIME =
	'Run again after that time. If it comes again and again, let fewer workflows ask Intezer at the same time.';

const PART_NAMES: Readonly<Record<RelatedKind, string>> = {
	devices: 'Devices',
	users: 'Users',
	ttps: 'TTPs',
};

interface Context {
	httpStatus: number | undefined;
	/** Replaces the names of fields in the service's reasons by the labels of their parameters. */
	withLabels: (reasons: string) => string;
}

/** The text of each kind of failure. `details` follow the message's beginning. */
const TEXTS: {
	readonly [K in FailureKind]: (
		failure: Failure<K>,
		context: Context,
	) => { beginning: keyof typeof BEGINNINGS; details?: string; description: string };
} = {
	badAddress: ({ fault }) => ({
		beginning: 'badAddress',
		details: `: ${addressFault(fault)}`,
		description:
			"Open the credential and enter the address of your Intezer, e.g. 'https://intezer.example.com'.",
	}),
	otherOrigin: ({ expected, requested }) => ({
		beginning: 'badAddress',
		details: `: it is for ${expected}, the request is for ${requested}`,
		description:
			'The token is only ever sent to the host that issued it. Choose the credential for the host of the request.',
	}),
	badCaseId: ({ fault }) => ({
		beginning: 'badCaseId',
		details: `: ${caseIdFault(fault)}`,
		description:
			"Enter the 'case_id' that a search gives, or choose By URL and paste the link of the case.",
	}),
	badCaseUrl: ({ text }) => ({
		beginning: 'badCaseUrl',
		details: `: '${text}' is not the link of a case`,
		description:
			"Paste the link of a case as Intezer shows it, e.g. 'https://analyze.intezer.com/cases/…'.",
	}),
	otherTenantUrl: ({ expectedHost, foundHost }) => ({
		beginning: 'badCaseUrl',
		details: `: it is a link to ${foundHost}, but the credential is for ${expectedHost}`,
		description:
			"Paste the link of a case of the credential's tenant, or choose the credential of the tenant that the link leads to.",
	}),
	wrongKey: () => ({
		beginning: 'wrongKey',
		description:
			"Copy the API key from your Intezer account into the credential again, and check that the credential's region is your tenant's.",
	}),
	noPermission: () => ({
		beginning: 'noPermission',
		description:
			'Ask an administrator of your Intezer tenant to give the account of this API key access to cases, or use the key of an account that has it.',
	}),
	outOfQuota: ({ reasons }) => ({
		beginning: 'outOfQuota',
		description: `Wait until the quota renews, or ask Intezer to raise it.${quoted(reasons)}`,
	}),
	caseNotFound: () => ({
		beginning: 'caseNotFound',
		description:
			"Check the parameter 'Case', and that the credential is for the tenant that the case belongs to.",
	}),
	badRequest: ({ reasons }, { httpStatus, withLabels }) => ({
		beginning: 'badRequest',
		details: reasons === '' ? inBrackets(httpStatus) : `: ${withLabels(reasons)}`,
		description:
			'Correct the parameter that the message names, or remove it. The documentation of this package describes every filter.',
	}),
	rateLimited: ({ retryAfterMs }) =>
		retryAfterMs === undefined
			? {
					beginning: 'rateLimited',
					description:
						"Waiting and asking again, as this node does by itself, did not help. Let fewer workflows ask Intezer at the same time, lower the option 'Max Concurrency' where the operation has it, and run again in a few minutes.",
				}
			: {
					beginning: 'rateLimited',
					details: requestedWait(retryAfterMs),
					description: RUN_AFTER_THAT_TIME,
				},
	serviceUnavailable: ({ reasons, retryAfterMs }, { httpStatus }) =>
		retryAfterMs === undefined
			? {
					beginning: 'serviceUnavailable',
					details: inBrackets(httpStatus),
					description: `Asking again, as this node does by itself, did not help. Run again in a few minutes; if it stays so, ask Intezer's support.${quoted(reasons)}`,
				}
			: {
					beginning: 'serviceUnavailable',
					details: inBrackets(httpStatus) + requestedWait(retryAfterMs),
					description: RUN_AFTER_THAT_TIME,
				},
	redirected: (_failure, { httpStatus }) => ({
		beginning: 'redirected',
		details: inBrackets(httpStatus),
		description:
			"A redirect is not followed: the API key must not go to another host. Enter the final address as the credential's base URL.",
	}),
	noApi: (_failure, { httpStatus }) => ({
		beginning: 'noApi',
		details: inBrackets(httpStatus),
		description: CHECK_ADDRESS,
	}),
	unreadable: ({ fault }) => ({
		beginning: 'unreadable',
		details: `: ${bodyFault(fault)}`,
		description: CHECK_ADDRESS,
	}),
	unreachable: ({ fault }) => ({
		beginning: 'unreachable',
		description: `Check the credential's region or base URL, and the way from n8n to it (DNS, proxy, firewall). The connection failed with: ${fault}`,
	}),
	deadlineExceeded: () => ({
		beginning: 'deadlineExceeded',
		description:
			'A trigger goes on at its next poll; anything else, try again. If it stays so, Intezer is slow.',
	}),
	canceled: () => ({ beginning: 'canceled', description: 'Run it again.' }),
};

/**
 * The words for a failure of this package.
 *
 * @param withLabels replaces the names of fields in the service's reasons by the labels of their parameters
 */
export function errorText(
	{ failure, circumstances: { httpStatus, part } }: IntezerError,
	withLabels = (reasons: string) => reasons,
): ErrorText {
	const {
		beginning,
		details = '',
		description,
	} = textOf(failure.kind, failure, {
		httpStatus,
		withLabels,
	});
	const before = part === undefined ? '' : `${PART_NAMES[part]} of the case: `;
	return { message: before + BEGINNINGS[beginning] + details, description };
}

function textOf<K extends FailureKind>(kind: K, failure: Failure<K>, context: Context) {
	return TEXTS[kind](failure, context);
}

function inBrackets(httpStatus: number | undefined): string {
	return httpStatus === undefined ? '' : ` (${httpStatus})`;
}

function quoted(reasons: string): string {
	return reasons === '' ? '' : ` Intezer says: ${reasons}`;
}

function requestedWait(milliseconds: number): string {
	const seconds = Math.ceil(milliseconds / 1000).toLocaleString('en-US');
	return `: it asks to retry after ${seconds} seconds`;
}
