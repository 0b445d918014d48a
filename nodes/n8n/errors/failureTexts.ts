import type { DownloadFault, Failure, FailureKind } from '../../intezer/http/errors';
import type { Beginning } from './messageBeginnings';
import {
	failedDownloadReason,
	invalidAddressReason,
	invalidIdReason,
	invalidResponseReason,
} from './invalidReasons';

const CHECK_ADDRESS =
	"Check 'Region' and 'Base URL' in the credential, and make sure that no proxy or login page responds instead of Intezer. If everything is correct, try again later.";
const TRY_AGAIN_AFTER_WAIT =
	'Try again after that time. If this happens often, run fewer workflows that use Intezer at the same time.';

const DOWNLOAD_WITH_ANOTHER_NODE =
	"Set 'Output' to 'URL', and download the raw alert with another node.";
const DOWNLOAD_AGAIN =
	'Run the workflow again: Intezer returns a new address each time. If this happens again, check that your network allows n8n to download from this host.';
const DOWNLOAD_REMEDIES: Readonly<Record<DownloadFault['reason'], string>> = {
	refused: DOWNLOAD_AGAIN,
	unreachable: DOWNLOAD_AGAIN,
	redirected: `Redirects are never followed. Check that no proxy or login page responds instead of this host. If none does, set 'Output' to 'URL', and download the raw alert with another node.`,
	tooLarge: DOWNLOAD_WITH_ANOTHER_NODE,
	notJson: DOWNLOAD_WITH_ANOTHER_NODE,
};

/** What a text needs in addition to the failure. */
export interface FailureContext {
	httpStatus: number | undefined;
	/** Replaces the names of fields in the service's reasons by the labels of their parameters. */
	withLabels: (reasons: string) => string;
}

/** The text of each kind of failure. `details` follow the message's beginning. */
export const FAILURE_TEXTS: {
	readonly [K in FailureKind]: (
		failure: Failure<K>,
		context: FailureContext,
	) => { beginning: Beginning; details?: string; description: string };
} = {
	badAddress: ({ fault }) => ({
		beginning: 'badAddress',
		details: `: ${invalidAddressReason(fault)}`,
		description:
			"Open the credential and enter the address of your Intezer server as 'Base URL', for example 'https://intezer.example.com'.",
	}),
	otherOrigin: ({ expected, requested }) => ({
		beginning: 'otherOrigin',
		details: `: it is for ${expected}, but the request goes to ${requested}`,
		description:
			'Select the credential for the host of the request. If the credential was changed during the execution, run the workflow again. The session token is only ever sent to the host that issued it.',
	}),
	badCaseId: ({ fault }) => ({
		beginning: 'badCaseId',
		details: `: ${invalidIdReason(fault)}`,
		description:
			"Enter the 'case_id' from a search result, or select 'By URL' and paste the URL of the case.",
	}),
	badAlertId: ({ fault }) => ({
		beginning: 'badAlertId',
		details: `: ${invalidIdReason(fault)}`,
		description:
			"Enter the 'alert_id' from a search result, or the alert's ID in your SIEM or EDR.",
	}),
	badCaseUrl: ({ text }) => ({
		beginning: 'badCaseUrl',
		details: `: '${text}' is not the URL of a case`,
		description:
			"Paste the URL that Intezer shows for the case, for example 'https://analyze.intezer.com/cases/…'.",
	}),
	otherTenantUrl: ({ expectedHost, foundHost }) => ({
		beginning: 'badCaseUrl',
		details: `: it is on ${foundHost}, but the credential is for ${expectedHost}`,
		description:
			"Select the credential for the tenant of this case, or paste the URL of a case in the credential's tenant.",
	}),
	wrongKey: () => ({
		beginning: 'wrongKey',
		description:
			"Copy the API key from your Intezer account into the credential again, and check that 'Region' matches your tenant.",
	}),
	noPermission: ({ to }) => ({
		beginning: to === 'cases' ? 'noPermission' : 'noAlertPermission',
		description: `Ask an administrator of your Intezer tenant to grant this account access to ${to}, or use the API key of another account.`,
	}),
	outOfQuota: ({ reasons }) => ({
		beginning: 'outOfQuota',
		description: `Wait until the quota is renewed, or ask Intezer to increase it.${quoted(reasons)}`,
	}),
	forbidden: (_failure, { httpStatus }) => ({
		beginning: 'forbidden',
		details: inBrackets(httpStatus),
		description:
			'The account may have no permission or no quota left, or a proxy or firewall may have blocked the request. Check permissions and quota of the account in Intezer, and that your network allows requests from n8n to Intezer.',
	}),
	caseNotFound: () => ({
		beginning: 'caseNotFound',
		description:
			"Check the value of 'Case', and that the credential is for the tenant of the case.",
	}),
	alertNotFound: ({ reasons }) => ({
		beginning: 'alertNotFound',
		description: `Check 'Alert ID' and 'Environment', and that the credential is for the tenant of the alert. If your Intezer is on-premises, this can also mean that it does not offer this operation.${/^alert not found\.?$/i.test(reasons) ? '' : quoted(reasons)}`,
	}),
	noAlertCall: ({ reasons }, { httpStatus }) => ({
		beginning: 'noAlertCall',
		details: inBrackets(httpStatus),
		description: `Some operations for alerts are only available in the cloud. If your Intezer is in the cloud, check 'Region' in the credential.${quoted(reasons)}`,
	}),
	severalEnvironments: () => ({
		beginning: 'severalEnvironments',
		description:
			"Enter one of them in 'Environment'. 'Get Alerts by ID' returns the alert of each environment.",
	}),
	emailUnconfirmed: (_failure, { httpStatus }) => ({
		beginning: 'emailUnconfirmed',
		details: inBrackets(httpStatus),
		description:
			'The email may have been submitted, so the node did not send it again. Check in Intezer whether its alert exists before you run the node again. If it does not exist, make sure that no proxy or login page responds instead of Intezer.',
	}),
	rawAlertNotDownloaded: ({ host, fault }, { httpStatus }) => ({
		beginning: 'rawAlertNotDownloaded',
		details: ` from ${host}: ${failedDownloadReason(fault, httpStatus)}`,
		// Not in the message: n8n replaces a message that contains a code such as ECONNREFUSED.
		description:
			DOWNLOAD_REMEDIES[fault.reason] +
			(fault.reason === 'unreachable' ? ` The connection failed with: ${fault.message}` : ''),
	}),
	badRequest: ({ reasons }, { httpStatus, withLabels }) => ({
		beginning: 'badRequest',
		details: reasons === '' ? inBrackets(httpStatus) : `: ${withLabels(reasons)}`,
		description:
			httpStatus === 413
				? 'The request is larger than Intezer accepts. Use a smaller file, or shorter lists.'
				: reasons === ''
					? "Check the values of the node's parameters. Intezer did not say which one it rejected."
					: "Correct or remove the value that the message names. If it names none, check the values of the node's parameters.",
	}),
	offsetTooLarge: ({ offset }) => ({
		beginning: 'offsetTooLarge',
		details: `: 'Offset' is ${offset.toLocaleString('en-US')}`,
		description: "Lower the option 'Offset', or use a time range instead.",
	}),
	rateLimited: ({ retryAfterMs }) =>
		retryAfterMs === undefined
			? {
					beginning: 'rateLimited',
					description:
						"Try again in a few minutes. If this happens often, run fewer workflows that use Intezer at the same time, or set a lower 'Max Concurrency' in the options of your Intezer nodes.",
				}
			: {
					beginning: 'rateLimited',
					details: requestedWait(retryAfterMs),
					description: TRY_AGAIN_AFTER_WAIT,
				},
	serviceUnavailable: ({ reasons, retryAfterMs }, { httpStatus }) =>
		retryAfterMs === undefined
			? {
					beginning: 'serviceUnavailable',
					details: inBrackets(httpStatus),
					description: `Try again in a few minutes. If the problem persists, contact Intezer support.${quoted(reasons)}`,
				}
			: {
					beginning: 'serviceUnavailable',
					details: inBrackets(httpStatus) + requestedWait(retryAfterMs),
					description: TRY_AGAIN_AFTER_WAIT,
				},
	redirected: (_failure, { httpStatus }) => ({
		beginning: 'redirected',
		details: inBrackets(httpStatus),
		description:
			"Open the address in a browser to see where it redirects. If it redirects to your Intezer server, select the region 'On-Premises or Other' in the credential, and enter that address as 'Base URL'. If it redirects to a proxy or login page, allow n8n's requests there. Redirects are never followed, because they could send the API key to another host.",
	}),
	noApi: (_failure, { httpStatus }) => ({
		beginning: 'noApi',
		details: inBrackets(httpStatus),
		description: CHECK_ADDRESS,
	}),
	unreadable: ({ fault }) => ({
		beginning: 'unreadable',
		details: `: ${invalidResponseReason(fault)}`,
		description:
			fault.reason === 'fewerAlerts'
				? 'Try again later. If this happens again, contact Intezer support.'
				: CHECK_ADDRESS,
	}),
	unreachable: ({ fault }) => ({
		beginning: 'unreachable',
		description: `Check 'Region' and 'Base URL' in the credential, and the network between n8n and Intezer (DNS, proxy, firewall, certificates). The connection failed with: ${fault}`,
	}),
	deadlineExceeded: () => ({
		beginning: 'deadlineExceeded',
		description: 'Try again. A trigger continues at its next poll.',
	}),
	canceled: () => ({ beginning: 'canceled', description: 'Run the workflow again.' }),
};

function inBrackets(httpStatus: number | undefined): string {
	return httpStatus === undefined ? '' : ` (${httpStatus})`;
}

function quoted(reasons: string): string {
	return reasons === '' ? '' : ` Intezer responded: ${reasons}`;
}

function requestedWait(milliseconds: number): string {
	const seconds = Math.ceil(milliseconds / 1000);
	const unit = seconds === 1 ? 'second' : 'seconds';
	return ` and says to retry after ${seconds.toLocaleString('en-US')} ${unit}`;
}
