/** What keeps the probe from starting; the message is for the user. */
export class UsageError extends Error {}

const API_PATH = '/api/v2-0';
const HOSTED = {
	global: 'https://analyze.intezer.com',
	us: 'https://us.app.intezer.com',
} as const;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export const REGIONS = Object.keys(HOSTED);

/**
 * The root of the API, such as `https://analyze.intezer.com/api/v2-0`. A base URL is a host, with or without `/api` or
 * `/api/v2-0`.
 *
 * @throws UsageError
 */
export function apiRoot(region: string, baseUrl: string | undefined): string {
	if (baseUrl === undefined) {
		if (region === 'global' || region === 'us') return HOSTED[region] + API_PATH;
		throw new UsageError(`--region must be one of ${REGIONS.join(', ')}, not "${region}".`);
	}
	if (!URL.canParse(baseUrl)) throw new UsageError('--base-url must be a URL.');
	const url = new URL(baseUrl);
	const path = url.pathname.replace(/\/+$/, '');
	const hasMore = url.username + url.password + url.search + url.hash !== '';
	if (hasMore || !['', '/api', API_PATH].includes(path)) {
		throw new UsageError('--base-url must be a host, such as https://intezer.example.com.');
	}
	const isLoopback = LOOPBACK_HOST.test(url.hostname);
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) {
		throw new UsageError('--base-url must begin with https://, so that the key is encrypted.');
	}
	return url.origin + API_PATH;
}
