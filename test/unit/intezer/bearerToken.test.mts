import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { describe, expect, test } from '@jest/globals';

import { addBearerToken } from '../../../nodes/intezer/http/auth/addBearerToken.ts';
import { storedToken } from '../../../nodes/intezer/http/auth/sessionToken.ts';
import { USER_AGENT } from '../../../nodes/intezer/http/userAgent.ts';

const KEY = { apiKey: 'key-1', region: 'global' };
const SEARCH: IHttpRequestOptions = { url: '/cases/search', method: 'POST' };

/** The URL that a search is sent to with this credential. */
const searchUrl = (credential: IDataObject) => addBearerToken(credential, SEARCH).url;
const customUrl = (baseUrl: unknown) => searchUrl({ region: 'custom', baseUrl } as IDataObject);

describe('A request goes to', () => {
	test.each([
		[{ region: 'global' }, 'https://analyze.intezer.com/api/v2-0/cases/search'],
		[{ region: 'us' }, 'https://us.app.intezer.com/api/v2-0/cases/search'],
		[{}, 'https://analyze.intezer.com/api/v2-0/cases/search'],
		[{ region: 'eu' }, 'https://analyze.intezer.com/api/v2-0/cases/search'],
		// Left from before the user chose a region.
		[{ region: 'us', baseUrl: 'x' }, 'https://us.app.intezer.com/api/v2-0/cases/search'],
	])('the host of the region: %j', (credential, url) => {
		expect(searchUrl(credential)).toBe(url);
	});

	test.each([
		'https://intezer.example.com',
		'HTTPS://Intezer.Example.com/',
		' https://intezer.example.com/api\n',
		'https://intezer.example.com/api/v2-0///',
	])('the server of the user, however its address is typed: %j', (baseUrl) => {
		expect(customUrl(baseUrl)).toBe('https://intezer.example.com/api/v2-0/cases/search');
	});

	test.each([
		'http://localhost:8000',
		'http://127.0.0.1',
		'http://127.10.100.255:80',
		'http://[::1]:8000',
	])('this machine without encryption: %j', (baseUrl) => {
		expect(customUrl(baseUrl)).toMatch(/^http:.*\/api\/v2-0\/cases\/search$/);
	});
});

test.each([
	[undefined, 'empty'],
	['', 'empty'],
	[' \n', 'empty'],
	['intezer.example.com', 'notUrl'],
	['ftp://intezer.example.com', 'notUrl'],
	['ftp://intezer.example.com/?to=https://', 'notUrl'],
	['see https://intezer.example.com', 'notUrl'],
	['https://', 'notUrl'],
	['https://a b', 'notUrl'],
	['https://user@intezer.example.com', 'hasLogin'],
	['https://:secret@intezer.example.com', 'hasLogin'],
	['https://intezer.example.com?', 'hasQuery'],
	['https://intezer.example.com/#', 'hasQuery'],
	['https://intezer.example.com/other', 'unknownPath'],
	['https://intezer.example.com/api//v2-0', 'unknownPath'],
	['http://intezer.example.com', 'notEncrypted'],
	['http://localhost.example.com', 'notEncrypted'],
	['http://notlocalhost', 'notEncrypted'],
	['http://128.0.0.1', 'notEncrypted'],
	['http://127.0.0.1.example.com', 'notEncrypted'],
	['http://[::2]', 'notEncrypted'],
])('The address %j is refused: %s', (baseUrl, reason) => {
	expect(() => customUrl(baseUrl)).toThrow(
		expect.objectContaining({ failure: { kind: 'badAddress', fault: reason } }),
	);
});

describe('The token', () => {
	const authorization = (credential: IDataObject, request: IHttpRequestOptions = SEARCH) =>
		addBearerToken(credential, request).headers?.Authorization;

	test('is sent with the key and address that it was issued for', () => {
		const sessionToken = storedToken(KEY, 'abc');
		expect(authorization({ ...KEY, sessionToken })).toBe('Bearer abc');
		expect(authorization({ ...KEY, apiKey: ' key-1\n', sessionToken })).toBe('Bearer abc');
		expect(authorization({ ...KEY, apiKey: 'key-2', sessionToken })).toBeUndefined();
		expect(authorization({ ...KEY, region: 'us', sessionToken })).toBeUndefined();
	});

	test.each([undefined, '', 'abc', 7])(
		'is not sent if what n8n stored is no token: %j',
		(stored) => {
			const signed = addBearerToken({ ...KEY, sessionToken: stored }, SEARCH);
			expect(signed.headers).toEqual({ 'User-Agent': USER_AGENT });
		},
	);

	test('is stored after a hash that does not reveal the key', () => {
		expect(storedToken(KEY, 'abc')).toMatch(/^[\w-]{43}\.abc$/);
	});

	test('is not shared by credentials without a key', () => {
		const sessionToken = storedToken({ apiKey: null }, 'abc');
		expect(authorization({ sessionToken })).toBe('Bearer abc');
		expect(authorization({ ...KEY, sessionToken })).toBeUndefined();
	});

	test('goes to URLs of its own service, however the request names them', () => {
		const credential = { ...KEY, sessionToken: storedToken(KEY, 'abc') };
		for (const request of [
			{ url: 'https://analyze.intezer.com/anything' },
			{ url: '/cases', baseURL: 'https://analyze.intezer.com/api/v3' },
		]) {
			expect(authorization(credential, request)).toBe('Bearer abc');
		}
	});

	test.each([
		[{ url: 'https://evil.example/cases' }, 'https://evil.example'],
		[{ url: 'http://analyze.intezer.com/cases' }, 'http://analyze.intezer.com'],
		[{ url: '/cases', baseURL: 'https://evil.example' }, 'https://evil.example'],
		[{ url: '/cases', uri: 'https://evil.example' }, 'https://evil.example'],
	])('goes to no other service: %j', (request, requested) => {
		const expected = 'https://analyze.intezer.com';
		expect(() => addBearerToken(KEY, request)).toThrow(
			expect.objectContaining({ failure: { kind: 'otherOrigin', expected, requested } }),
		);
	});
});

describe('A request with a credential', () => {
	test('keeps what the node set, and follows no redirect', () => {
		const request = { ...SEARCH, headers: { Accept: 'text/plain' }, body: { offset: 3 } };
		expect(addBearerToken(KEY, request)).toEqual({
			url: 'https://analyze.intezer.com/api/v2-0/cases/search',
			method: 'POST',
			headers: { Accept: 'text/plain', 'User-Agent': USER_AGENT },
			body: { offset: 3 },
			timeout: 120_000,
			disableFollowRedirect: true,
			skipSslCertificateValidation: false,
		});
	});

	test('of the HTTP Request node is protected by the names that it uses', () => {
		const request = { uri: '/cases/7c1f', url: '' };
		expect(addBearerToken(KEY, request)).toMatchObject({
			uri: 'https://analyze.intezer.com/api/v2-0/cases/7c1f',
			followRedirect: false,
			followAllRedirects: false,
			rejectUnauthorized: true,
		});
	});

	test.each([
		['custom', true, true],
		['custom', false, false],
		['custom', 'true', false],
		['global', true, false],
		['us', true, false],
	])('for %s and Ignore SSL Issues %j', (region, ignoreSslIssues, skips) => {
		const credential = { region, ignoreSslIssues, baseUrl: 'https://intezer.example.com' };
		expect(addBearerToken(credential, SEARCH).skipSslCertificateValidation).toBe(skips);
	});
});
