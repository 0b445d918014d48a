import type { AddressFault, BodyFault, DownloadFault, IdFault } from '../../intezer/http/errors';

/** Why a base URL, an ID or a response is invalid, or a download failed: the second half of an error's message. */

const ADDRESS_FAULTS: Readonly<Record<AddressFault, string>> = {
	empty: 'it is empty',
	notUrl: 'it is not a web address',
	hasLogin: 'it contains a user name or password',
	hasQuery: 'it contains a query string or fragment',
	unknownPath: 'its path must be empty, /api or /api/v2-0',
	notEncrypted: 'it must start with https://, so that the API key is sent encrypted',
};

export function invalidAddressReason(fault: AddressFault): string {
	return ADDRESS_FAULTS[fault];
}

export function invalidIdReason(fault: IdFault): string {
	switch (fault.reason) {
		case 'empty':
			return 'it is empty';
		case 'path':
			return `'${fault.id}' is a path, not an ID`;
		case 'tooLong':
			return `it has ${fault.length} characters, but can have at most ${fault.max}`;
		case 'loneSurrogate':
			return 'it contains an incomplete Unicode character';
	}
}

/** What the lists of responses contain, if not just any objects. */
const LISTED: Readonly<Record<string, string>> = {
	cases: 'cases',
	alerts: 'alerts',
};

export function invalidResponseReason(fault: BodyFault): string {
	switch (fault.reason) {
		case 'notJson':
			return 'it is not JSON';
		case 'noResult':
			return "it has no 'result'";
		case 'noCount':
			return 'it does not contain the number of matches';
		case 'noToken':
			return 'it does not contain a session token';
		case 'noRawAlertUrl':
			return 'it does not contain an https address of the raw alert';
		case 'fewerAlerts':
			return "it contains fewer alerts than its 'alerts_count'";
		case 'notList':
			return `its '${fault.list}' is not a list of ${LISTED[fault.list] ?? 'objects'}`;
	}
}

export function failedDownloadReason(fault: DownloadFault, httpStatus?: number): string {
	switch (fault.reason) {
		case 'refused':
			return `the host refused it (${httpStatus})`;
		case 'redirected':
			return 'the address redirects to another one';
		case 'tooLarge':
			return `it is larger than ${fault.maxBytes / 1e6} MB`;
		case 'notJson':
			return 'it is not JSON';
		case 'unreachable':
			return 'the connection failed';
	}
}
