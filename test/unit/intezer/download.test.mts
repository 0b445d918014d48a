import { Readable } from 'node:stream';

import type { GenericValue, IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { downloadJson } from '../../../nodes/intezer/http/download.ts';
import { canceled } from '../../../nodes/intezer/http/errors.ts';
import { USER_AGENT } from '../../../nodes/intezer/http/userAgent.ts';

const ADDRESS = 'https://files.example.com/raw?signature=secret';

type Answer = { statusCode: number; headers?: object; body?: unknown } | Error;

const stream = (...chunks: Array<string | Buffer>) =>
	Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const ok = (text: string): Answer => ({ statusCode: 200, body: stream(text) });

/** Downloads from a host that responds to each request in turn. */
async function download(answers: Answer[], address = ADDRESS, more: object = {}) {
	const requests: IHttpRequestOptions[] = [];
	const waits: number[] = [];
	const httpRequest = (request: IHttpRequestOptions) => {
		requests.push(request);
		const answer = answers.shift() ?? new Error('No more requests were expected.');
		return answer instanceof Error
			? Promise.reject(answer)
			: Promise.resolve({ headers: {}, ...answer });
	};
	const n8n = { helpers: { httpRequest } } as unknown as IExecuteFunctions;
	const pause = async (wait: number) => {
		waits.push(wait);
		await Promise.resolve();
	};
	const { signal } = new AbortController();
	const context = { n8n, signal, pause, allowsLoopback: false, ...more };
	const outcome: { value?: GenericValue; error?: unknown } = await downloadJson(
		address,
		context,
	).then(
		(value) => ({ value }),
		(error: unknown) => ({ error }),
	);
	return { ...outcome, requests, waits };
}

const failing = (fault: object, httpStatus?: number) => ({
	error: {
		httpStatus,
		failure: { kind: 'rawAlertNotDownloaded', host: 'files.example.com', fault },
	},
});

beforeEach(() => {
	jest.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
	jest.restoreAllMocks();
});

describe('A download', () => {
	test('returns the JSON of the host, to which it sends no token', async () => {
		const { requests, ...outcome } = await download([ok('{"a": [1]}')]);
		expect(outcome).toEqual({ value: { a: [1] }, waits: [] });
		expect(requests).toEqual([
			{
				url: ADDRESS,
				headers: { 'User-Agent': USER_AGENT, Accept: 'application/json' },
				encoding: 'stream',
				disableFollowRedirect: true,
				ignoreHttpStatusErrors: true,
				returnFullResponse: true,
				timeout: 120_000,
				abortSignal: expect.any(AbortSignal),
			},
		]);
	});

	test('reads text in several parts, after a byte order mark', async () => {
		const bytes = Buffer.from('\uFEFF"é"');
		const body = stream(bytes.subarray(0, 5), bytes.subarray(5));
		expect(await download([{ statusCode: 200, body }])).toMatchObject({ value: 'é' });
	});

	test.each(['From: someone', '', '{"a": 1'])('fails if it is no JSON: %j', async (text) => {
		const { requests, ...outcome } = await download([ok(text)]);
		expect(outcome).toMatchObject(failing({ reason: 'notJson' }));
		expect(requests).toHaveLength(1);
	});

	test.each(['text', null, undefined])('fails if n8n returns no stream: %j', async (body) => {
		const outcome = await download([{ statusCode: 200, body }]);
		expect(outcome).toMatchObject(failing({ reason: 'notJson' }));
	});

	test('is at most 20 MB', async () => {
		const spaces = Buffer.alloc(19_999_999, ' ');
		const atMost = await download([{ statusCode: 200, body: stream(spaces, '1') }]);
		expect(atMost).toMatchObject({ value: 1 });
		const body = stream(spaces, '12', 'never read');
		const outcome = await download([{ statusCode: 200, body }]);
		expect(outcome).toMatchObject(failing({ reason: 'tooLarge', maxBytes: 20_000_000 }));
		expect(body.destroyed).toBe(true);
	});

	test.each([
		[403, { reason: 'refused' }],
		[404, { reason: 'refused' }],
		[302, { reason: 'redirected' }],
		[204, { reason: 'refused' }],
	])('fails if the host responds with %i', async (statusCode, fault) => {
		const { requests, ...outcome } = await download([{ statusCode, body: stream('{}') }]);
		expect(outcome).toMatchObject(failing(fault, statusCode));
		expect(requests).toHaveLength(1);
	});

	test('is repeated after the wait that the host asks for', async () => {
		const busy = { statusCode: 503, headers: { 'retry-after': '7' } };
		expect(await download([busy, ok('1')])).toMatchObject({ value: 1, waits: [7000] });
	});

	test('is repeated four times if the connection fails, after ever longer waits', async () => {
		const resets = Array.from({ length: 5 }, () => new Error('socket hang up'));
		const { requests, ...outcome } = await download(resets);
		expect(outcome).toMatchObject({
			...failing({ reason: 'unreachable', message: 'socket hang up' }),
			waits: [1000, 2000, 4000, 8000],
		});
		expect(requests).toHaveLength(5);
	});

	test('is repeated if the connection fails within the response', async () => {
		const body = Readable.from(
			(function* () {
				yield Buffer.from('{');
				throw new Error('aborted');
			})(),
		);
		expect(await download([{ statusCode: 200, body }, ok('1')])).toMatchObject({ value: 1 });
	});

	test('is not repeated if the run ends during the wait', async () => {
		const pause = async () => await Promise.reject(canceled());
		const { error, requests } = await download([new Error('reset')], ADDRESS, { pause });
		expect(error).toMatchObject({ kind: 'canceled' });
		expect(requests).toHaveLength(1);
	});

	test.each([
		['the run ends', false],
		['it takes two minutes', true],
	])('is aborted if %s', async (_, isLate) => {
		const [run, limit] = [new AbortController(), new AbortController()];
		const timeout = jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
		let signal: IHttpRequestOptions['abortSignal'];
		const httpRequest = async (request: IHttpRequestOptions) => {
			signal = request.abortSignal;
			(isLate ? limit : run).abort();
			return await Promise.reject(new Error('canceled'));
		};
		const pause = async () => await Promise.reject(canceled());
		const n8n = { helpers: { httpRequest } } as unknown as IExecuteFunctions;
		const { error } = await download([], ADDRESS, { n8n, signal: run.signal, pause });
		expect(error).toMatchObject({ kind: 'canceled' });
		expect(signal?.aborted).toBe(true);
		expect(timeout).toHaveBeenCalledWith(120_000);
	});
});

describe('The address of a download', () => {
	test.each([
		['http://files.example.com/raw', true],
		['http://127.0.0.1/raw', false],
		['ftp://127.0.0.1/raw', true],
		['https://user@files.example.com/raw', true],
		['https://:password@files.example.com/raw', true],
		['/raw', true],
	])('is refused: %s, if plain http to this machine is accepted: %j', async (address, local) => {
		const { error, requests } = await download([ok('1')], address, { allowsLoopback: local });
		expect(error).toMatchObject({
			failure: { kind: 'unreadable', fault: { reason: 'noRawAlertUrl' } },
		});
		expect(requests).toEqual([]);
	});

	test('may be plain http to this machine if Intezer itself is reached in that way', async () => {
		const address = 'http://127.0.0.1:8000/raw';
		const outcome = await download([ok('1')], address, { allowsLoopback: true });
		expect(outcome).toMatchObject({ value: 1 });
	});
});
