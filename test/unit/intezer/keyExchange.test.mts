import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { setExchangeLimits } from '../../../nodes/intezer/http/auth/exchangeLimits.ts';
import { exchangeKey } from '../../../nodes/intezer/http/auth/keyExchange.ts';
import { usableToken } from '../../../nodes/intezer/http/auth/sessionToken.ts';
import { USER_AGENT } from '../../../nodes/intezer/http/userAgent.ts';

const newCredential = () => ({ apiKey: ' Key-"1"\n', region: 'us' });

/** Exchanges the key with a service that responds like this. */
async function exchange(
	response: { statusCode: number; body?: unknown; headers?: IDataObject } | Error,
	credential: IDataObject = newCredential(),
) {
	const requests: IHttpRequestOptions[] = [];
	const httpRequest = (request: IHttpRequestOptions) => {
		requests.push(request);
		return response instanceof Error
			? Promise.reject(response)
			: Promise.resolve({ headers: {}, ...response });
	};
	const helpers = { httpRequest };
	try {
		return { token: await exchangeKey(helpers, credential), requests };
	} catch (error) {
		return { error, requests };
	}
}

const issued = (token: unknown) => ({ statusCode: 200, body: { result: token } });

describe('An exchange of the key', () => {
	test('sends the key to its own service, without the whitespace around it', async () => {
		const { requests } = await exchange(issued('abc'));
		expect(requests).toEqual([
			{
				method: 'POST',
				url: 'https://us.app.intezer.com/api/v2-0/get-access-token',
				headers: { 'User-Agent': USER_AGENT },
				body: { api_key: 'Key-"1"' },
				json: true,
				timeout: 120_000,
				ignoreHttpStatusErrors: true,
				returnFullResponse: true,
				disableFollowRedirect: true,
				skipSslCertificateValidation: false,
			},
		]);
	});

	test('sends an empty key if the credential has none', async () => {
		const { requests } = await exchange(issued('abc'), { region: 'us' });
		expect(requests).toMatchObject([{ body: { api_key: '' } }]);
	});

	test('ends with the request that needs it', async () => {
		const credential = newCredential();
		const abortSignal = new AbortController().signal;
		setExchangeLimits(credential, { timeout: 500, abortSignal });
		const { requests } = await exchange(issued('abc'), credential);
		expect(requests).toMatchObject([{ timeout: 500, abortSignal }]);
		expect(requests[0]?.abortSignal).toBe(abortSignal);
	});

	test('results in a token that is usable with this key', async () => {
		const { token } = await exchange(issued('!abc~'));
		expect(usableToken({ ...newCredential(), sessionToken: token ?? '' })).toBe('!abc~');
	});

	test.each([undefined, null, 7, '', 'a b', ' abc', 'abc\n', 'abc\u007f', 'äbc'])(
		'fails if the token is no token: %j',
		async (token) => {
			const { error } = await exchange(issued(token));
			expect(error).toMatchObject({
				failure: { kind: 'unreadable', fault: { reason: 'noToken' } },
				httpStatus: 200,
			});
		},
	);

	test.each([undefined, null, '<html></html>', [], {}])(
		'fails if the response is not the one of Intezer: %j',
		async (body) => {
			const { error } = await exchange({ statusCode: 200, body });
			expect(error).toMatchObject({ kind: 'unreadable', httpStatus: 200 });
		},
	);

	test.each([
		[400, 'wrongKey'],
		[401, 'wrongKey'],
		[404, 'noApi'],
		[307, 'redirected'],
		[403, 'outOfQuota'],
		[429, 'rateLimited'],
		[500, 'serviceUnavailable'],
		[201, 'badRequest'],
	])('fails with status %i: %s', async (statusCode, kind) => {
		const body = { result: 'abc', error: 'no' };
		const { token, error } = await exchange({ statusCode, body });
		expect(token).toBeUndefined();
		expect(error).toMatchObject({ kind, httpStatus: statusCode });
	});

	test('fails with the reason of the service, unless that repeats the key', async () => {
		const withReason = async (reason: string) =>
			(await exchange({ statusCode: 403, body: { error: reason } })).error;
		expect(await withReason('no quota')).toMatchObject({ failure: { reasons: 'no quota' } });
		const repeated = await withReason('key-"1" has no quota');
		expect(repeated).toMatchObject({ kind: 'forbidden', httpStatus: 403 });
	});

	test('fails with how long to wait, and with nothing else from the headers', async () => {
		const waitHeaders = { date: 'd', 'retry-after': '7', 'x-ratelimit-reset': '12' };
		const headers = { ...waitHeaders, 'x-echo': 'Key-"1"' };
		const { error } = await exchange({ statusCode: 503, headers });
		expect(error).toMatchObject({ circumstances: { httpStatus: 503 } });
		expect(error).toHaveProperty('circumstances.waitHeaders', waitHeaders);
	});

	test("fails without n8n's own error, which contains the key", async () => {
		const ofN8n = Object.assign(new Error('ECONNRESET'), { config: { data: 'Key-"1"' } });
		const { error } = await exchange(ofN8n);
		expect(error).toMatchObject({ failure: { kind: 'unreachable', fault: 'ECONNRESET' } });
		expect(JSON.stringify(error)).not.toContain('Key');
	});

	test('tells the request that needs it why it failed', async () => {
		const credential = newCredential();
		const limits = {};
		setExchangeLimits(credential, limits);
		const { error } = await exchange({ statusCode: 401 }, credential);
		expect(limits).toEqual({ failure: error });
	});
});
