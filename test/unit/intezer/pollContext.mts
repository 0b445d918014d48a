import { randomUUID } from 'node:crypto';
import type { IAllExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { fingerprint } from '../../../nodes/intezer/http/auth/sessionToken.ts';

/** A credential with a token and a key of its own, so that the tests don't share what the process keeps. */
export function newCredential() {
	const key = { apiKey: randomUUID(), region: 'us' };
	return { ...key, sessionToken: `${fingerprint(key)}token` };
}

/** The context of a poll in n8n, whose requests get this response. */
export function context(
	answer: (options: IHttpRequestOptions) => Promise<unknown>,
	credential = newCredential(),
) {
	const requests: IHttpRequestOptions[] = [];
	const logged: string[] = [];
	const n8n = {
		logger: {
			debug: (message: string) => logged.push(`debug ${message}`),
			warn: (message: string) => logged.push(`warn ${message}`),
		},
		getCredentials: () => Promise.resolve(credential),
		helpers: {
			httpRequestWithAuthentication: (_type: string, options: IHttpRequestOptions) => {
				requests.push(options);
				return answer(options);
			},
		},
	} as unknown as IAllExecuteFunctions;
	return { n8n, requests, logged };
}

export const responding =
	(statusCode: number, headers: object = {}) =>
	() =>
		Promise.resolve({ statusCode, headers, body: { result: { cases: [], cases_count: 0 } } });

export const neverResponding = async ({ abortSignal }: IHttpRequestOptions) =>
	await new Promise((_resolve, reject) => {
		abortSignal?.addEventListener?.('abort', () => {
			reject(new Error('canceled'));
		});
	});
