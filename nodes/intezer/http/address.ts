import { badAddress, badCaseId, badCaseUrl, foreignCaseUrl } from './errors';

/** Where a tenant's Intezer lives, as the credential stores it. */
export interface Address {
	region: 'global' | 'us' | 'custom';
	/** For `custom`: the address as the user typed it. */
	baseUrl: string;
	/** For `custom`: accept a certificate that cannot be verified. */
	ignoreSslIssues: boolean;
}

const API_PATH = '/api/v2-0';
const HOSTED = { global: 'https://analyze.intezer.com', us: 'https://us.app.intezer.com' };
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** What users append to the host of an on-premise Intezer; all of them mean the same. */
const KNOWN_PATHS = new Set(['', '/api', API_PATH]);
const LONGEST_CASE_ID = 512;

/**
 * The address of the service without a trailing slash, such as `https://analyze.intezer.com`.
 * Plain http is refused unless the host is a loopback address: the key would travel in the clear.
 *
 * @throws IntezerError where a custom address cannot be used; it never repeats a password in it
 */
export function serviceOrigin(address: Address): string {
	if (address.region !== 'custom') return HOSTED[address.region];

	const text = address.baseUrl.trim();
	if (text === '') throw badAddress('it is empty');
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
		throw badAddress('it is not a web address');
	}
	const url = new URL(text);
	if (url.username !== '' || url.password !== '') {
		throw badAddress('it carries a user name or password');
	}
	if (text.includes('?') || text.includes('#')) throw badAddress('it carries a query or fragment');
	if (!KNOWN_PATHS.has(url.pathname.replace(/\/+$/, ''))) {
		throw badAddress('its path is neither /api nor /api/v2-0');
	}
	if (url.protocol === 'http:' && !LOOPBACK_HOST.test(url.hostname)) {
		throw badAddress('it is not encrypted, and the API key must not travel in the clear');
	}
	return url.origin;
}

/** The root of the API, such as `https://analyze.intezer.com/api/v2-0`. @throws IntezerError as {@link serviceOrigin} */
export function apiRoot(address: Address): string {
	return serviceOrigin(address) + API_PATH;
}

/**
 * The path of a case below the API root, such as `/cases/7c1f`, with the id percent-encoded once.
 *
 * @throws IntezerError for an id that no case can have; encoding does not stop `..`, so it is refused
 */
export function casePath(caseId: string): string {
	const id = caseId.trim();
	if (id === '') throw badCaseId('it is empty');
	if (id === '.' || id === '..') throw badCaseId(`'${id}' is a path, not an ID`);
	if (id.length > LONGEST_CASE_ID) {
		throw badCaseId(`it has ${id.length} characters, more than the ${LONGEST_CASE_ID} of any ID`);
	}
	if (!id.isWellFormed()) throw badCaseId('it holds half a character (a lone surrogate)');
	return `/cases/${encodeURIComponent(id)}`;
}

/**
 * The case id in an `intezer_case_url`, such as `https://analyze.intezer.com/cases/7c1f`.
 *
 * @throws IntezerError where the text is no case URL, or is of another host than the credential's
 */
export function caseIdFromUrl(caseUrl: string, address: Address): string {
	const text = caseUrl.trim();
	if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw badCaseUrl(text);
	const url = new URL(text);
	const expected = new URL(serviceOrigin(address)).host;
	if (url.host !== expected) throw foreignCaseUrl(url.host, expected);
	const id = decoded(/^\/cases\/([^/]+)\/?$/.exec(url.pathname)?.[1] ?? '');
	if (id === '') throw badCaseUrl(text);
	return id;
}

/** The text behind a percent-encoded path segment; empty where it is not validly encoded. */
function decoded(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return '';
	}
}
