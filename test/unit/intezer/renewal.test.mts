import { randomUUID } from 'node:crypto';

import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { IntezerClient } from '../../../nodes/intezer/client.ts';
import { addBearerToken } from '../../../nodes/intezer/http/auth/addBearerToken.ts';
import { exchangeKey } from '../../../nodes/intezer/http/auth/keyExchange.ts';
import { storedToken } from '../../../nodes/intezer/http/auth/sessionToken.ts';
import { fakeOnly } from '../../fakeTimers.mts';
import { cancelOnDemand, deadlineOnDemand, responsesOnDemand, settled } from './onDemand.mts';

type Credential = ICredentialDataDecryptedObject;
type Response = Promise<object> | object;

const OK = { statusCode: 200, headers: {}, body: { result: {} } };
const REFUSED = { statusCode: 401, headers: {}, body: {} };
const UNAVAILABLE = { statusCode: 503, headers: {}, body: {} };

const newKey = () => ({ apiKey: randomUUID(), region: 'us' });
const withToken = (key: Credential, token: string): Credential => ({
	...key,
	sessionToken: storedToken(key, token),
});

/** n8n with one stored credential: it exchanges the key if the token is empty, and stores the new token. */
class FakeN8n {
	/** The tokens of the requests to the API, in their order. */
	readonly tokens: string[] = [];
	readonly requests: IHttpRequestOptions[] = [];
	readonly exchanges: IHttpRequestOptions[] = [];
	/** How often a client read the credential. */
	reads = 0;
	/** How n8n passes on why an exchange failed. */
	passOn = (error: Error) => error;

	constructor(public stored: Credential) {}

	/** The response of the service to a request with this token. */
	respond: (token: string) => Response = () => OK;

	/** The response of the service to an exchange; the tokens are numbered from 1. */
	issue: () => Response = () => ({ ...OK, body: { result: `token-${this.exchanges.length}` } });

	/** The credential that n8n reads. */
	read: () => Promise<Credential> | Credential = () => this.stored;

	/** The client of another execution. */
	client(limits: ConstructorParameters<typeof IntezerClient>[1] = {}): IntezerClient {
		const n8n = {
			logger: { debug: () => undefined, warn: () => undefined },
			getCredentials: async () => {
				this.reads++;
				return { ...(await this.read()) };
			},
			helpers: {
				httpRequestWithAuthentication: async (
					_type: string,
					request: IHttpRequestOptions,
					{ credentialsDecrypted }: { credentialsDecrypted: { data: Credential } },
				) => await this.request(credentialsDecrypted.data, request),
			},
		};
		return new IntezerClient(n8n as unknown as IAllExecuteFunctions, limits);
	}

	private async request(credential: Credential, request: IHttpRequestOptions) {
		if (credential.sessionToken === '') await this.exchange(credential);
		const signed = addBearerToken(credential, request);
		const authorization: unknown = signed.headers?.Authorization;
		const token = typeof authorization === 'string' ? authorization.replace('Bearer ', '') : '';
		this.requests.push(signed);
		this.tokens.push(token);
		return await this.respond(token);
	}

	private async exchange(credential: Credential): Promise<void> {
		const httpRequest = async (request: IHttpRequestOptions) => {
			this.exchanges.push(request);
			return await this.issue();
		};
		const helpers = { httpRequest };
		try {
			const sessionToken = await exchangeKey(helpers, credential);
			this.stored = { ...this.stored, sessionToken };
			credential.sessionToken = sessionToken;
		} catch (error) {
			throw this.passOn(error as Error);
		}
	}
}

/** n8n with a credential whose token the service refuses. */
function withRefusedToken(): FakeN8n {
	const n8n = new FakeN8n(withToken(newKey(), 'old'));
	n8n.respond = (token) => (token === 'old' ? REFUSED : OK);
	return n8n;
}

/** Makes the throttle allow twenty requests in flight. */
async function widen(n8n: FakeN8n): Promise<void> {
	const { respond } = n8n;
	n8n.respond = () => OK;
	const client = n8n.client();
	for (let count = 0; count < 18; count++) await client.getCase('a');
	n8n.respond = respond;
}

beforeEach(() => {
	// Retries follow at once.
	jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

describe('A client', () => {
	test.each(['', undefined, 'token-of-another-key'])(
		'exchanges the key before its first request, if the token is %j',
		async (sessionToken) => {
			const n8n = new FakeN8n({
				...newKey(),
				...(sessionToken === undefined ? {} : { sessionToken }),
			});
			const client = n8n.client();
			await client.getCase('a');
			await client.getCase('b');
			expect(n8n.exchanges).toHaveLength(1);
			expect(n8n.tokens).toEqual(['token-1', 'token-1']);
			expect(n8n.reads).toBe(2);
		},
	);

	test('renews a refused token, and sends the refused request once more', async () => {
		const n8n = withRefusedToken();
		const client = n8n.client();
		await client.getCase('a');
		await client.getCase('b');
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.tokens).toEqual(['old', 'token-1', 'token-1']);
	});

	test('uses the token that another execution stored, without an exchange', async () => {
		const n8n = withRefusedToken();
		const { stored } = n8n;
		n8n.read = () => (n8n.reads === 1 ? stored : withToken(stored, 'new'));
		await n8n.client().getCase('a');
		expect(n8n.exchanges).toHaveLength(0);
		expect(n8n.tokens).toEqual(['old', 'new']);
	});

	test('renews the token once for requests that are refused one after the other', async () => {
		const n8n = withRefusedToken();
		const { answer, respond } = responsesOnDemand();
		n8n.respond = (token) => (token === 'old' ? answer() : OK);
		const client = n8n.client();
		const calls = ['a', 'b'].map((id) => client.getCase(id));
		await settled();
		await respond(REFUSED);
		await respond(REFUSED);
		await Promise.all(calls);
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.tokens).toEqual(['old', 'old', 'token-1', 'token-1']);
		expect(n8n.reads).toBe(2);
	});

	test('shares a renewal with other executions, and none that is over', async () => {
		const n8n = withRefusedToken();
		const { answer, respond } = responsesOnDemand();
		n8n.issue = answer;
		const calls = [n8n.client().getCase('a'), n8n.client().getCase('b')];
		await settled();
		await respond({ ...OK, body: { result: 'token-1' } });
		await Promise.all(calls);
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.tokens).toEqual(['old', 'old', 'token-1', 'token-1']);

		n8n.respond = (token) => (token === 'token-2' ? OK : REFUSED);
		const later = n8n.client().getCase('c');
		await settled();
		await respond({ ...OK, body: { result: 'token-2' } });
		await later;
		expect(n8n.exchanges).toHaveLength(2);
	});

	test('does not exchange the key again if only the request after the exchange failed', async () => {
		const n8n = new FakeN8n({ ...newKey(), sessionToken: '' });
		n8n.respond = () => (n8n.tokens.length === 1 ? Promise.reject(new Error('ECONNRESET')) : OK);
		await n8n.client().getCase('a');
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.tokens).toEqual(['token-1', 'token-1']);
	});

	test('uses a key that was edited during the run from the next renewal on', async () => {
		const n8n = withRefusedToken();
		const edited = { ...newKey(), sessionToken: '' };
		n8n.respond = (token) => {
			if (token === 'old') n8n.stored = edited;
			return token === 'old' ? REFUSED : OK;
		};
		const client = n8n.client();
		await client.getCase('a');
		await client.getCase('b');
		expect(n8n.exchanges.map(({ body }) => body as object)).toEqual([{ api_key: edited.apiKey }]);
		expect(n8n.tokens).toEqual(['old', 'token-1', 'token-1']);
		expect(n8n.reads).toBe(3);
	});

	test('retries an exchange that fails for the moment', async () => {
		const n8n = withRefusedToken();
		const { issue } = n8n;
		n8n.issue = () => (n8n.exchanges.length < 3 ? UNAVAILABLE : issue());
		await n8n.client().getCase('a');
		expect(n8n.tokens.at(-1)).toBe('token-3');
	});

	test('fails if the exchange fails five times', async () => {
		const n8n = withRefusedToken();
		n8n.issue = () => UNAVAILABLE;
		const call = n8n.client().getCase('a');
		await expect(call).rejects.toMatchObject({ kind: 'serviceUnavailable', httpStatus: 503 });
		expect(n8n.exchanges).toHaveLength(5);
	});

	test('fails without a request if the address is invalid', async () => {
		const n8n = new FakeN8n({ apiKey: 'x', region: 'custom', baseUrl: 'nowhere' });
		await expect(n8n.client().getCase('a')).rejects.toMatchObject({ kind: 'badAddress' });
		expect([n8n.requests, n8n.exchanges]).toEqual([[], []]);
	});

	test('fails if the credential gets the address of another Intezer during the run', async () => {
		const n8n = withRefusedToken();
		const { stored } = n8n;
		n8n.read = () => (n8n.reads === 1 ? stored : { ...stored, region: 'global' });
		await expect(n8n.client().getCase('a')).rejects.toMatchObject({
			failure: {
				kind: 'otherOrigin',
				expected: 'https://analyze.intezer.com',
				requested: 'https://us.app.intezer.com',
			},
		});
		expect(n8n.tokens).toEqual(['old']);
		expect(n8n.exchanges).toHaveLength(0);
	});

	test("fails with n8n's own error if n8n can't read the credential", async () => {
		const n8n = withRefusedToken();
		const error = new Error('Credential not found');
		n8n.read = () => Promise.reject(error);
		await expect(n8n.client().getCase('a')).rejects.toBe(error);
	});
});

describe('A refused key', () => {
	test.each([
		['as the error itself', (error: Error) => error],
		['as its message, as n8n 1 does', ({ message }: Error) => new Error(message)],
	])(
		'is reported once and ends all calls of the client; n8n passes it on %s',
		async (_how, passOn) => {
			const n8n = withRefusedToken();
			Object.assign(n8n, { issue: () => REFUSED, passOn });
			const client = n8n.client();
			for (const id of ['a', 'b']) {
				await expect(client.getCase(id)).rejects.toMatchObject({
					kind: 'wrongKey',
					httpStatus: 401,
				});
			}
			expect(n8n.exchanges).toHaveLength(1);
			expect(n8n.tokens).toEqual(['old']);
		},
	);

	test('does not end later executions', async () => {
		const n8n = withRefusedToken();
		const { issue } = n8n;
		n8n.issue = () => REFUSED;
		await expect(n8n.client().getCase('a')).rejects.toMatchObject({ kind: 'wrongKey' });
		n8n.issue = issue;
		await n8n.client().getCase('a');
		expect(n8n.tokens.at(-1)).toBe('token-2');
	});

	test('is one whose new token is refused', async () => {
		const n8n = withRefusedToken();
		n8n.respond = () => REFUSED;
		const client = n8n.client();
		for (const id of ['a', 'b']) {
			await expect(client.getCase(id)).rejects.toMatchObject({ kind: 'wrongKey', httpStatus: 401 });
		}
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.tokens).toEqual(['old', 'token-1']);
	});

	test('is not one whose new token is refused for the request of another execution only', async () => {
		const n8n = withRefusedToken();
		n8n.respond = (token) =>
			token === 'old' || n8n.requests.at(-1)?.url.endsWith('/a') === true ? REFUSED : OK;
		const client = n8n.client();
		const first = expect(client.getCase('a')).rejects.toMatchObject({ kind: 'wrongKey' });
		await n8n.client().getCase('b');
		await first;
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.tokens).toEqual(['old', 'old', 'token-1', 'token-1']);
	});

	test('is exchanged no more than four times, however many executions get only refused tokens', async () => {
		const n8n = withRefusedToken();
		await widen(n8n);
		n8n.respond = () => REFUSED;
		const clients = Array.from({ length: 20 }, () => n8n.client());
		for (const id of ['a', 'b']) {
			const calls = clients.map((client) => client.getCase(id));
			for (const outcome of await Promise.allSettled(calls)) {
				expect(outcome).toMatchObject({ reason: { kind: 'wrongKey', httpStatus: 401 } });
			}
		}
		expect(n8n.exchanges.length).toBeLessThanOrEqual(4);
	});

	test('is one whose tokens are refused four times, though other executions store new ones', async () => {
		const n8n = withRefusedToken();
		const { stored } = n8n;
		n8n.respond = () => REFUSED;
		n8n.read = () => withToken(stored, `read-${n8n.reads}`);
		const call = n8n.client().getCase('a');
		await expect(call).rejects.toMatchObject({ kind: 'wrongKey', httpStatus: 401 });
		expect(n8n.tokens).toEqual(['read-1', 'read-2', 'read-3', 'read-4']);
		expect(n8n.exchanges).toHaveLength(0);
	});
});

describe.each([
	['canceled', cancelOnDemand],
	['deadlineExceeded', deadlineOnDemand],
])('An execution that ends (%s)', (kind, endOnDemand) => {
	test('during a renewal leaves it to another execution that waits for the token', async () => {
		const n8n = withRefusedToken();
		const { issue } = n8n;
		n8n.issue = async () =>
			n8n.exchanges.length === 1 ? await new Promise(() => undefined) : await issue();
		const { limits, stop } = endOnDemand();
		const first = n8n.client(limits).getCase('a');
		await settled();
		const second = n8n.client().getCase('b');
		await settled();
		expect(n8n.exchanges).toHaveLength(1);
		expect(n8n.exchanges[0]?.abortSignal?.aborted).toBe(false);
		stop();
		await expect(first).rejects.toMatchObject({ kind });
		await second;
		expect(n8n.exchanges.map(({ abortSignal }) => abortSignal?.aborted)).toEqual([true, false]);
	});

	test('during a renewal, as five others do, does not count as a refused token', async () => {
		const n8n = withRefusedToken();
		await widen(n8n);
		const { issue } = n8n;
		n8n.issue = async () =>
			n8n.exchanges.length <= 5 ? await new Promise(() => undefined) : await issue();
		const ending = [];
		for (let count = 0; count < 5; count++) {
			const { limits, stop } = endOnDemand();
			const call = expect(n8n.client(limits).getCase('a')).rejects.toMatchObject({ kind });
			ending.push({ call, stop });
		}
		const last = n8n.client(endOnDemand().limits).getCase('b');
		await settled();
		for (const [index, { call, stop }] of ending.entries()) {
			expect(n8n.exchanges).toHaveLength(index + 1);
			stop();
			await call;
			await settled();
		}
		await last;
		expect(n8n.exchanges).toHaveLength(6);
	});

	test('while it waits for the renewal of another leaves that alone', async () => {
		const n8n = withRefusedToken();
		const { answer, respond } = responsesOnDemand();
		n8n.issue = answer;
		const first = n8n.client().getCase('a');
		await settled();
		const { limits, stop } = endOnDemand();
		const second = n8n.client(limits).getCase('b');
		await settled();
		stop();
		await expect(second).rejects.toMatchObject({ kind });
		await respond({ ...OK, body: { result: 'token-1' } });
		await first;
		expect(n8n.exchanges).toHaveLength(1);
	});

	test('during a request aborts it, even if n8n never returns it', async () => {
		const n8n = withRefusedToken();
		n8n.respond = () => new Promise<object>(() => undefined);
		const { limits, stop } = endOnDemand();
		const client = n8n.client(limits);
		const call = client.getCase('a');
		await settled();
		expect(n8n.requests[0]?.abortSignal?.aborted).toBe(false);
		stop();
		await expect(call).rejects.toMatchObject({ kind });
		expect(n8n.requests[0]?.abortSignal?.aborted).toBe(true);
		await expect(client.getCase('b')).rejects.toMatchObject({ kind });
		expect(n8n.requests).toHaveLength(1);
	});

	test('is not taken for a failed connection', async () => {
		const n8n = withRefusedToken();
		const { limits, stop } = endOnDemand();
		n8n.respond = () => {
			stop();
			return Promise.reject(new Error('socket hang up'));
		};
		await expect(n8n.client(limits).getCase('a')).rejects.toMatchObject({ kind });
		expect(n8n.requests).toHaveLength(1);
	});

	test('while n8n reads the credential ends its call', async () => {
		const n8n = withRefusedToken();
		n8n.read = () => new Promise<Credential>(() => undefined);
		const { limits, stop } = endOnDemand();
		const call = n8n.client(limits).getCase('a');
		await settled();
		stop();
		await expect(call).rejects.toMatchObject({ kind });
	});
});

describe('A client with a deadline', () => {
	test.each([
		['canceled', 'cancel'],
		['deadlineExceeded', 'pass'],
	] as const)('and a signal ends at the first of both: %s', async (kind, first) => {
		const n8n = withRefusedToken();
		n8n.respond = () => new Promise<object>(() => undefined);
		const { limits: canceled, stop: cancel } = cancelOnDemand();
		const { limits: late, stop: pass } = deadlineOnDemand();
		const call = n8n.client({ ...canceled, ...late }).getCase('a');
		await settled();
		({ cancel, pass })[first]();
		await expect(call).rejects.toMatchObject({ kind });
	});

	test('may have a fraction of a millisecond in its deadline', async () => {
		const n8n = withRefusedToken();
		await n8n.client({ deadline: Date.now() + 10_000.5 }).getCase('a');
		const [first, second] = n8n.requests;
		expect(first?.timeout).toBeLessThanOrEqual(10_001);
		expect(n8n.exchanges[0]?.timeout).toBe(second?.timeout);
		expect(n8n.exchanges[0]?.abortSignal).toBe(second?.abortSignal);
	});

	test('sends nothing once the deadline is reached, though no timer has rung', async () => {
		fakeOnly('Date');
		const n8n = withRefusedToken();
		const { limits } = deadlineOnDemand();
		const client = n8n.client(limits);
		jest.setSystemTime(limits.deadline);
		await expect(client.getCase('a')).rejects.toMatchObject({ kind: 'deadlineExceeded' });
		expect(n8n.requests).toHaveLength(0);
	});
});

describe('A request', () => {
	test('gets its whole response from n8n, whatever the status, within two minutes', async () => {
		const n8n = withRefusedToken();
		n8n.respond = () => OK;
		await n8n.client().getCase('a');
		expect(n8n.requests).toMatchObject([
			{
				timeout: 120_000,
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
			},
		]);
		expect(n8n.requests[0]?.abortSignal?.aborted).toBe(false);
	});

	test('that is no longer needed is not sent', async () => {
		const n8n = withRefusedToken();
		const call = n8n.client().getCase('a', AbortSignal.abort());
		await expect(call).rejects.toMatchObject({ kind: 'canceled' });
		expect(n8n.requests).toHaveLength(0);
	});

	test('that is no longer needed is not sent again with a new token', async () => {
		const n8n = withRefusedToken();
		const { stored } = n8n;
		const abort = new AbortController();
		n8n.read = () => {
			if (n8n.reads === 1) return stored;
			abort.abort();
			return withToken(stored, 'new');
		};
		const call = n8n.client().getCase('a', abort.signal);
		await expect(call).rejects.toMatchObject({ kind: 'canceled' });
		expect(n8n.tokens).toEqual(['old']);
	});
});

describe('A response', () => {
	const key = newKey();

	/** What a client makes of a response with this text. */
	async function call(statusCode: number, text: string, credential: Credential = key) {
		const n8n = new FakeN8n(withToken(credential, 'token-abc'));
		const body = statusCode < 300 ? { result: { case_title: text } } : { error: text };
		n8n.respond = () => ({ ...OK, statusCode, body });
		return await n8n.client().getCase('a');
	}

	test.each([
		['the key', key.apiKey.toUpperCase()],
		['the token', 'TOKEN-abc'],
	])('gives no reason for a refusal if it repeats %s', async (_, text) => {
		await expect(call(400, `Bad ${text}.`)).rejects.toMatchObject({
			failure: { kind: 'badRequest', reasons: '' },
			httpStatus: 400,
		});
	});

	test.each([
		['otherwise', key],
		['if the credential has no key that it could repeat', { region: 'us' }],
	])('gives the reason for a refusal %s', async (_, credential) => {
		await expect(call(400, 'Bad filter.', credential)).rejects.toMatchObject({
			failure: { kind: 'badRequest', reasons: 'Bad filter.' },
		});
	});

	test.each([200, 299])('is not changed if it is no refusal: %i', async (status) => {
		const text = `Leaked: ${key.apiKey} token-abc`;
		expect(await call(status, text)).toMatchObject({ case_title: text });
	});
});
