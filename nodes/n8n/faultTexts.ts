import type { AddressFault, BodyFault, CaseIdFault } from '../intezer/http/errors';

/** What is wrong with a base URL, a case ID or a response: the second half of an error's message. */

const ADDRESS_FAULTS: Readonly<Record<AddressFault, string>> = {
	empty: 'it is empty',
	notUrl: 'it is not a web address',
	hasLogin: 'it carries a user name or password',
	hasQuery: 'it carries a query or fragment',
	unknownPath: 'its path is neither /api nor /api/v2-0',
	notEncrypted: 'it is not encrypted, and the API key must not travel in the clear',
};

export function addressFault(fault: AddressFault): string {
	return ADDRESS_FAULTS[fault];
}

export function caseIdFault(fault: CaseIdFault): string {
	switch (fault.reason) {
		case 'empty':
			return 'it is empty';
		case 'path':
			return `'${fault.id}' is a path, not an ID`;
		case 'tooLong':
			return `it has ${fault.length} characters, more than the ${fault.max} of any ID`;
		case 'loneSurrogate':
			return 'it holds half a character (a lone surrogate)';
	}
}

export function bodyFault(fault: BodyFault): string {
	switch (fault.reason) {
		case 'notJson':
			return 'it is not JSON';
		case 'noResult':
			return "it has no 'result'";
		case 'noCount':
			return 'it does not say how many cases match';
		case 'noToken':
			return 'it holds no session token';
		case 'notList':
			return `its '${fault.list}' is not a list of ${fault.list === 'cases' ? 'cases' : 'objects'}`;
	}
}
