import { describe, expect, test } from '@jest/globals';

import { multipartForm } from '../../../nodes/intezer/http/multipart.ts';

describe('A form with a file', () => {
	const file = { field: 'file', name: 'mail.eml', content: Buffer.from([0xff, 0, 13, 10]) };

	test('contains its fields, and the file byte by byte', async () => {
		const { body, contentType } = multipartForm(file, { alert_source: 'mails', empty: '' });
		const headers = { 'content-type': contentType };
		const form = await new Response(new Uint8Array(body), { headers }).formData();
		expect([...form.keys()]).toEqual(['alert_source', 'empty', 'file']);
		expect(form.get('alert_source')).toBe('mails');
		expect(form.get('empty')).toBe('');
		const received = form.get('file');
		if (!(received instanceof File)) throw new Error('The form contains no file.');
		expect([received.name, received.type]).toEqual(['mail.eml', 'application/octet-stream']);
		expect(Buffer.from(await received.arrayBuffer())).toEqual(file.content);
	});

	test('has a boundary of its own, which no file can know', () => {
		const types = [1, 2].map(() => multipartForm(file, {}).contentType);
		expect(new Set(types).size).toBe(2);
	});
});
