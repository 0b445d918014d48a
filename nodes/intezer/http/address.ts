import type { IDataObject } from 'n8n-workflow';

import { badAddress, badAlertId, badCaseId, IntezerError, type IdFault } from './errors';
import { shortened } from './refusalReasons';

/** The address of a tenant's Intezer, as the credential stores it. */
export interface Address {
	region: 'global' | 'us' | 'custom';
	/** For `custom`: the address as the user typed it. */
	baseUrl: string;
	/** For `custom`: accept a certificate that can't be verified. */
	ignoreSslIssues: boolean;
}

const API_PATH = '/api/v2-0';
const HOSTED = { global: 'https://analyze.intezer.com', us: 'https://us.app.intezer.com' };
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** The paths that users append to the host of an on-premises Intezer; all of them mean the same. */
const KNOWN_PATHS = new Set(['', '/api', API_PATH]);
const MAX_ID_LENGTH = 512;

/** The address in a credential's data; missing values are the credential's defaults. */
export function addressOf(credential: IDataObject): Address {
	const { region, baseUrl, ignoreSslIssues } = credential;
	return {
		region: region === 'us' || region === 'custom' ? region : 'global',
		baseUrl: typeof baseUrl === 'string' ? baseUrl : '',
		ignoreSslIssues: region === 'custom' && ignoreSslIssues === true,
	};
}

/**
 * The address of the service without a trailing slash, such as `https://analyze.intezer.com`.
 * Plain http is refused unless the host is a loopback address: it would send the key unencrypted.
 *
 * @throws IntezerError if a custom address can't be used; it never repeats a password in it
 */
export function serviceOrigin(address: Address): string {
	if (address.region !== 'custom') return HOSTED[address.region];

	const text = address.baseUrl.trim();
	if (text === '') throw badAddress('empty');
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw badAddress('notUrl');
	const url = new URL(text);
	if (url.username !== '' || url.password !== '') throw badAddress('hasLogin');
	if (text.includes('?') || text.includes('#')) throw badAddress('hasQuery');
	if (!KNOWN_PATHS.has(url.pathname.replace(/\/+$/, ''))) throw badAddress('unknownPath');
	if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
		throw badAddress('notEncrypted');
	}
	return url.origin;
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
	return LOOPBACK_HOST.test(hostname);
}

/** The root of the API, such as `https://analyze.intezer.com/api/v2-0`. @throws IntezerError as {@link serviceOrigin} */
export function apiRoot(address: Address): string {
	return serviceOrigin(address) + API_PATH;
}

/**
 * The path of a case below the API root, such as `/cases/7c1f`, with the id percent-encoded once.
 *
 * @throws IntezerError for an id that no case can have; `..` is refused because encoding leaves it as it is
 */
export function casePath(caseId: string): string {
	return `/cases/${pathSegment(caseId, badCaseId)}`;
}

/** The path of an alert, such as `/alerts/ldt%3A4f1a`. @throws IntezerError as {@link casePath} */
export function alertPath(alertId: string): string {
	return `/alerts/${pathSegment(alertId, badAlertId)}`;
}

function pathSegment(text: string, errorOf: (fault: IdFault) => IntezerError): string {
	const id = text.trim();
	if (id === '') throw errorOf({ reason: 'empty' });
	if (id === '.' || id === '..') throw errorOf({ reason: 'path', id });
	if (id.length > MAX_ID_LENGTH) {
		throw errorOf({ reason: 'tooLong', length: id.length, max: MAX_ID_LENGTH });
	}
	if (!id.isWellFormed()) throw errorOf({ reason: 'loneSurrogate' });
	return encodeURIComponent(id);
}

/**
 * The case id in an `intezer_case_url`, such as `https://analyze.intezer.com/cases/7c1f`.
 *
 * @throws IntezerError if the text is not the URL of a case, or has another host than the credential
 */
export function caseIdFromUrl(caseUrl: string, address: Address): string {
	const text = caseUrl.trim();
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw badCaseUrl(text);
	const url = new URL(text);
	const expectedHost = new URL(serviceOrigin(address)).host;
	if (url.host !== expectedHost) {
		const foundHost = shortened(url.host);
		throw new IntezerError({ kind: 'otherTenantUrl', expectedHost, foundHost });
	}
	const id = decoded(/^\/cases\/([^/]+)\/?$/.exec(url.pathname)?.[1] ?? '');
	if (id === '') throw badCaseUrl(text);
	return id;
}

function badCaseUrl(text: string): IntezerError {
	return new IntezerError({ kind: 'badCaseUrl', text: shortened(text) });
}

/** The text of a percent-encoded path segment; empty if it is not validly encoded. */
function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return '';
	}
}
