import { HostError } from './hostError.mts';
import { parsedObject, text } from './json.mts';

/** `fetch` for paths of one n8n, logged in: `await session('/rest/workflows')`. */
export type N8nSession = (path: string, init?: RequestInit) => Promise<Response>;

/** Who may log in. */
export interface N8nLogin {
	readonly email: string;
	readonly password: string;
}

/** Makes this login the owner of a fresh n8n. */
export async function setUpOwner(url: string, login: N8nLogin): Promise<void> {
	const owner = { ...login, firstName: 'Demo', lastName: 'Analyst' };
	await post(url, '/rest/owner/setup', owner);
}

/** Logs in, and returns a fetch that carries the login's cookie. */
export async function logIn(url: string, { email, password }: N8nLogin): Promise<N8nSession> {
	// n8n before 2 knew the first of them as `email`.
	const response = await post(url, '/rest/login', { emailOrLdapLoginId: email, email, password });
	const cookie = response.headers
		.getSetCookie()
		.map((line) => line.split(';', 1)[0])
		.join('; ');
	return (path, init = {}) => {
		const headers = new Headers(init.headers);
		headers.set('cookie', cookie);
		return request(new URL(path, url), { ...init, headers });
	};
}

/** The `data` of n8n's JSON answer. Fails with a HostError that quotes n8n's words. */
export async function dataOf(response: Response): Promise<unknown> {
	const body = await response.text();
	if (!response.ok) {
		const message = text(parsedObject(body)?.['message']) ?? body.slice(0, 200);
		throw new HostError(`n8n answered ${response.status} to ${response.url}: ${message}`);
	}
	return parsedObject(body)?.['data'];
}

/** What makes of a value the body of a POST. */
export function jsonBody(value: unknown): RequestInit {
	return {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(value),
	};
}

async function post(url: string, path: string, value: unknown): Promise<Response> {
	const response = await request(new URL(path, url), jsonBody(value));
	if (!response.ok) await dataOf(response);
	return response;
}

/** `fetch` on a connection of its own: n8n may close a kept one in the moment of its next use. */
async function request(url: URL, init: RequestInit): Promise<Response> {
	const headers = new Headers(init.headers);
	headers.set('connection', 'close');
	return fetch(url, { ...init, headers });
}
