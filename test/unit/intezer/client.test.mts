import { randomUUID } from 'node:crypto';
import type { IAllExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { IntezerClient } from '../../../nodes/intezer/client.ts';
import { fingerprint } from '../../../nodes/intezer/http/auth/sessionToken.ts';

/** A credential with a token and a key of its own, so that the tests don't share what the process keeps. */
function newCredential() {
	const key = { apiKey: randomUUID(), region: 'us' };
	return { ...key, sessionToken: `${fingerprint(key)}token` };
}

/** The context of a poll in n8n, whose requests get this response. */
function context(
	answer: (options: IHttpRequestOptions) => Promise<unknown>,
	credential = newCredential(),
) {
	const requests: IHttpRequestOptions[] = [];
	const n8n = {
		getCredentials: () => Promise.resolve(credential),
		helpers: {
			httpRequestWithAuthentication: (_type: string, options: IHttpRequestOptions) => {
				requests.push(options);
				return answer(options);
			},
		},
	} as unknown as IAllExecuteFunctions;
	return { n8n, requests };
}

const responding =
	(statusCode: number, headers: object = {}) =>
	() =>
		Promise.resolve({ statusCode, headers, body: { result: { cases: [], cases_count: 0 } } });

const neverResponding = async ({ abortSignal }: IHttpRequestOptions) =>
	await new Promise((_resolve, reject) => {
		abortSignal?.addEventListener?.('abort', () => {
			reject(new Error('canceled'));
		});
	});

describe('A client with a deadline', () => {
	test('starts no request after it', async () => {
		const { n8n, requests } = context(responding(200));
		const client = new IntezerClient(n8n, { deadline: Date.now() - 1 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(requests).toHaveLength(0);
	});

	test('ends a request at the deadline', async () => {
		const { n8n, requests } = context(neverResponding);
		const client = new IntezerClient(n8n, { deadline: Date.now() + 500 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(requests).toHaveLength(1);
		expect(requests[0]?.timeout).toBeLessThanOrEqual(500);
	});

	test('reports the failure itself where its retry would come too late', async () => {
		const { n8n, requests } = context(responding(503, { 'retry-after': '30' }));
		const client = new IntezerClient(n8n, { deadline: Date.now() + 20_000 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'serviceUnavailable' });
		expect(requests).toHaveLength(1);
	});

	test('ends a request after two minutes where there is no deadline', async () => {
		const { n8n, requests } = context(responding(200));
		await new IntezerClient(n8n).getCase('a');
		expect(requests[0]?.timeout).toBe(120_000);
	});
});

test('A client whose signal is aborted ends requests in flight and calls that wait', async () => {
	const { n8n, requests } = context(neverResponding);
	const abort = new AbortController();
	const client = new IntezerClient(n8n, { signal: abort.signal });
	const calls = ['a', 'b', 'c'].map((id) => client.getCase(id));
	const outcomes = Promise.allSettled(calls);
	while (requests.length === 0) await new Promise(setImmediate);
	abort.abort();
	for (const outcome of await outcomes) {
		expect(outcome).toMatchObject({ status: 'rejected', reason: { kind: 'canceled' } });
	}
	await expect(client.getCase('d')).rejects.toMatchObject({ kind: 'canceled' });
	expect(requests).toHaveLength(1);
});

test('A client reads the credential once for all its calls', async () => {
	let reads = 0;
	const { n8n } = context(responding(200));
	const read = n8n.getCredentials.bind(n8n);
	Object.assign(n8n, { getCredentials: () => read('intezerApi').finally(() => reads++) });
	const client = new IntezerClient(n8n, { maxConcurrency: 20 });
	await Promise.all(Array.from({ length: 100 }, (_, n) => client.getCase(`case-${n}`)));
	expect(reads).toBe(1);
});

describe('A client sends its first request alone', () => {
	/** How many requests a new client sends before the first response. */
	async function sentTogether(credential: ReturnType<typeof newCredential>): Promise<number> {
		let sent = 0;
		const { n8n, requests } = context(async () => {
			await new Promise(setImmediate);
			sent ||= requests.length;
			return await responding(200)();
		}, credential);
		const client = new IntezerClient(n8n);
		await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => client.getCase(id)));
		return sent;
	}

	test('until the token was accepted in this process', async () => {
		const credential = newCredential();
		expect(await sentTogether(credential)).toBe(1);
		expect(await sentTogether(credential)).toBe(5);
		expect(await sentTogether(newCredential())).toBe(1);
	});

	test('again after the token was refused', async () => {
		const credential = newCredential();
		await sentTogether(credential);
		const { n8n } = context(responding(401), credential);
		await expect(new IntezerClient(n8n).getCase('a')).rejects.toMatchObject({ kind: 'wrongKey' });
		expect(await sentTogether(credential)).toBe(1);
	});
});
