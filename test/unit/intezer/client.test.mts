import { randomUUID } from 'node:crypto';
import type { IAllExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { describe, expect, test } from 'vitest';

import { IntezerClient } from '../../../nodes/intezer/client.ts';
import { fingerprint } from '../../../nodes/intezer/http/sessionToken.ts';

/** With a token, of a key of its own: what one test did with another is nothing to this one. */
function newCredential() {
	const key = { apiKey: randomUUID(), region: 'us' };
	return { ...key, sessionToken: `${fingerprint(key)}token` };
}

/** A context of n8n, as a poll has it, whose requests are answered so. */
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

const answering =
	(statusCode: number, headers: object = {}) =>
	() =>
		Promise.resolve({ statusCode, headers, body: { result: { cases: [], cases_count: 0 } } });

const silent = async ({ abortSignal }: IHttpRequestOptions) =>
	await new Promise((_resolve, reject) => {
		abortSignal?.addEventListener?.('abort', () => {
			reject(new Error('canceled'));
		});
	});

describe('A client with a deadline', () => {
	test('starts no request after it', async () => {
		const { n8n, requests } = context(answering(200));
		const client = new IntezerClient(n8n, { deadline: Date.now() - 1 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(requests).toHaveLength(0);
	});

	test('gives a request no more time than is left, and ends it then', async () => {
		const { n8n, requests } = context(silent);
		const client = new IntezerClient(n8n, { deadline: Date.now() + 500 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(requests).toHaveLength(1);
		expect(requests[0]?.timeout).toBeLessThanOrEqual(500);
	});

	test('does not wait beyond it: the failure itself is told', async () => {
		const { n8n, requests } = context(answering(503, { 'retry-after': '30' }));
		const client = new IntezerClient(n8n, { deadline: Date.now() + 20_000 });
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'serviceUnavailable' });
		expect(requests).toHaveLength(1);
	});

	test('gives a request two minutes where there is no deadline', async () => {
		const { n8n, requests } = context(answering(200));
		await new IntezerClient(n8n).getCase('a');
		expect(requests[0]?.timeout).toBe(120_000);
	});
});

test('A client whose signal is aborted ends what is under way, and what waits for a turn', async () => {
	const { n8n, requests } = context(silent);
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

test('A client reads the credential once, whatever it is asked', async () => {
	let reads = 0;
	const { n8n } = context(answering(200));
	const read = n8n.getCredentials.bind(n8n);
	Object.assign(n8n, { getCredentials: () => read('intezerApi').finally(() => reads++) });
	const client = new IntezerClient(n8n, { maxConcurrency: 20 });
	await Promise.all(Array.from({ length: 100 }, (_, n) => client.getCase(`case-${n}`)));
	expect(reads).toBe(1);
});

describe('A client sends its first request alone', () => {
	/** How many requests a new client sends before any is answered. */
	async function together(credential: ReturnType<typeof newCredential>): Promise<number> {
		let sent = 0;
		const { n8n, requests } = context(async () => {
			await new Promise(setImmediate);
			sent ||= requests.length;
			return await answering(200)();
		}, credential);
		const client = new IntezerClient(n8n);
		await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => client.getCase(id)));
		return sent;
	}

	test('until the token was accepted in this process', async () => {
		const credential = newCredential();
		expect(await together(credential)).toBe(1);
		expect(await together(credential)).toBe(5);
		expect(await together(newCredential())).toBe(1);
	});

	test('again after the token was refused', async () => {
		const credential = newCredential();
		await together(credential);
		const { n8n } = context(answering(401), credential);
		await expect(new IntezerClient(n8n).getCase('a')).rejects.toMatchObject({ kind: 'wrongKey' });
		expect(await together(credential)).toBe(1);
	});
});
