import { HostError } from './hostError.mts';
import { parsedObject, text } from './looseJson.mts';

/** `fetch` for paths of one n8n, logged in: `await session('/rest/workflows')`. */
export type N8nSession = (path: string, init?: RequestInit) => Promise<Response>;

/** The owner's email address and password. */
export interface N8nLogin {
	readonly email: string;
	readonly password: string;
}

/** Creates the owner of a new n8n. */
export async function setUpOwner(url: string, login: N8nLogin): Promise<void> {
	const owner = { ...login, firstName: 'Demo', lastName: 'Analyst' };
	await post(url, '/rest/owner/setup', owner);
}

/** Logs in, and returns a fetch that sends the session's cookie. */
export async function logIn(url: string, { email, password }: N8nLogin): Promise<N8nSession> {
	// n8n 1 calls `emailOrLdapLoginId` `email`.
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

/** The `data` of n8n's JSON response. Fails with a HostError that quotes n8n's message. */
export async function dataOf(response: Response): Promise<unknown> {
	const body = await response.text();
	if (!response.ok) {
		const message = text(parsedObject(body)?.['message']) ?? body.slice(0, 200);
		throw new HostError(`n8n returned ${response.status} for ${response.url}: ${message}`);
	}
	return parsedObject(body)?.['data'];
}

/** The options of a POST with a value as its JSON body. */
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

/** `fetch` with a new connection: n8n may close a kept-alive one just when it is used again. */
async function request(url: URL, init: RequestInit): Promise<Response> {
	const headers = new Headers(init.headers);
	headers.set('connection', 'close');
	return fetch(url, { ...init, headers });
}
