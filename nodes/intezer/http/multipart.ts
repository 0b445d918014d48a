import { randomUUID } from 'node:crypto';

/** A file of a form. */
export interface FormFile {
	field: string;
	/** Without quotes and line breaks, as the names of the fields. */
	name: string;
	content: Buffer;
}

/**
 * A form as the body of a request. It is a buffer, because a stream could be sent only once, and not again after a 401
 * or a lost connection.
 */
export function multipartForm(
	file: FormFile,
	fields: Readonly<Record<string, string>>,
): { body: Buffer; contentType: string } {
	const boundary = `----${randomUUID()}`;
	const parts = Object.entries(fields).map(([name, value]) =>
		Buffer.from(
			`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
		),
	);
	const head = `--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
	const end = `\r\n--${boundary}--\r\n`;
	return {
		body: Buffer.concat([...parts, Buffer.from(head), file.content, Buffer.from(end)]),
		contentType: `multipart/form-data; boundary=${boundary}`,
	};
}
