import { describe, expect, test } from '@jest/globals';

import {
	alertPath,
	caseIdFromUrl,
	casePath,
	type Address,
} from '../../../nodes/intezer/http/address.ts';

describe('The ID of a case or an alert', () => {
	test.each([
		['7c1f', '7c1f'],
		[' 7c1f\n', '7c1f'],
		['ldt:4f/1a', 'ldt%3A4f%2F1a'],
		['...', '...'],
		['%2e%2e', '%252e%252e'],
		[`${'x'.repeat(512)} `, 'x'.repeat(512)],
	])('is one segment of the path: %j', (id, segment) => {
		expect(casePath(id)).toBe(`/cases/${segment}`);
		expect(alertPath(id)).toBe(`/alerts/${segment}`);
	});

	test.each([
		['', { reason: 'empty' }],
		[' ', { reason: 'empty' }],
		['.', { reason: 'path', id: '.' }],
		[' ..', { reason: 'path', id: '..' }],
		['x'.repeat(513), { reason: 'tooLong', length: 513, max: 512 }],
		['a\ud800', { reason: 'loneSurrogate' }],
	])('is refused if there can be none like it: %j', (id, fault) => {
		expect(() => casePath(id)).toThrow(
			expect.objectContaining({ failure: { kind: 'badCaseId', fault } }),
		);
		expect(() => alertPath(id)).toThrow(
			expect.objectContaining({ failure: { kind: 'badAlertId', fault } }),
		);
	});
});

describe('The URL of a case', () => {
	const HOSTED: Address = { region: 'global', baseUrl: '', ignoreSslIssues: false };
	const OWN: Address = { ...HOSTED, region: 'custom', baseUrl: 'https://intezer.example.com:8443' };

	test.each([
		['https://analyze.intezer.com/cases/7c1f', HOSTED, '7c1f'],
		[' HTTPS://Analyze.Intezer.com/cases/7c1f/\n', HOSTED, '7c1f'],
		['http://analyze.intezer.com/cases/7c1f', HOSTED, '7c1f'],
		['https://analyze.intezer.com/cases/a%2Fb%20c?tab=ttps#top', HOSTED, 'a/b c'],
		['https://intezer.example.com:8443/cases/7c1f', OWN, '7c1f'],
	])('contains its ID: %j', (url, address, id) => {
		expect(caseIdFromUrl(url, address)).toBe(id);
	});

	test.each([
		'7c1f',
		'',
		'https://',
		'ftp://analyze.intezer.com/cases/7c1f',
		'ftp://analyze.intezer.com/cases/7c1f?to=https://',
		'see https://analyze.intezer.com/cases/7c1f',
		'https://analyze.intezer.com',
		'https://analyze.intezer.com/cases',
		'https://analyze.intezer.com/cases/',
		'https://analyze.intezer.com/cases//',
		'https://analyze.intezer.com/cases/7c1f/devices',
		'https://analyze.intezer.com/cases/7c1f//',
		'https://analyze.intezer.com/old/cases/7c1f',
		'https://analyze.intezer.com/cases/%ff',
	])('is refused if it is that of anything else: %j', (text) => {
		expect(() => caseIdFromUrl(text, HOSTED)).toThrow(
			expect.objectContaining({ failure: { kind: 'badCaseUrl', text } }),
		);
	});

	test.each([
		['https://us.app.intezer.com/cases/7c1f', HOSTED, 'us.app.intezer.com'],
		['https://intezer.example.com/cases/7c1f', OWN, 'intezer.example.com'],
	])('must be on the host of the credential: %j', (url, address, foundHost) => {
		const expectedHost = address === OWN ? 'intezer.example.com:8443' : 'analyze.intezer.com';
		expect(() => caseIdFromUrl(url, address)).toThrow(
			expect.objectContaining({ failure: { kind: 'otherTenantUrl', expectedHost, foundHost } }),
		);
	});
});
