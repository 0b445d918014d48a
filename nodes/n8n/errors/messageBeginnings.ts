/** How the message of each kind of failure begins. */
export const BEGINNINGS = {
	badAddress: 'The base URL in the Intezer API credential is invalid',
	otherOrigin: 'The Intezer API credential does not match the request',
	badCaseId: "The case ID in 'Case' is invalid",
	badCaseUrl: "The case URL in 'Case' is invalid",
	wrongKey: 'Intezer rejected the API key',
	noPermission: 'The Intezer account does not have access to cases',
	outOfQuota: 'The Intezer account is out of quota',
	forbidden: 'The request to Intezer was refused',
	caseNotFound: 'Case not found',
	badRequest: 'Intezer rejected the request as invalid',
	offsetTooLarge: 'Intezer cannot skip that many results',
	rateLimited: 'Intezer is rate-limiting this account',
	serviceUnavailable: 'Intezer is unavailable',
	redirected: 'The Intezer address redirects to another address',
	noApi: 'No Intezer API found at this address',
	unreadable: 'Intezer returned an invalid response',
	unreachable: 'Could not connect to Intezer',
	deadlineExceeded: 'Intezer did not respond in time',
	canceled: 'The execution was canceled',
} as const;

/** The same for failures that only calls for alerts have. */
export const ALERT_BEGINNINGS = {
	badAlertId: "The alert ID in 'Alert ID' is invalid",
	alertNotFound: 'Alert not found',
	noAlertPermission: 'The Intezer account does not have access to alerts',
	noAlertCall: 'Intezer does not offer this operation at this address',
	severalEnvironments: 'The alert exists in several environments: enter one',
	emailUnconfirmed: "Intezer did not return the ID of the email's alert",
	rawAlertNotDownloaded: 'Could not download the raw alert',
} as const;

export type Beginning = keyof typeof BEGINNINGS | keyof typeof ALERT_BEGINNINGS;

/** How the message of a failure begins. */
export function beginningText(beginning: Beginning): string {
	return { ...BEGINNINGS, ...ALERT_BEGINNINGS }[beginning];
}
