import { MAIL_FIELDS } from './alertSchemas.mts';

/** A mail that was submitted, with the fields sent along. */
export interface SubmittedMail {
	readonly fileName: string;
	readonly content: Buffer;
	readonly fields: Readonly<Record<string, string>>;
}

/** Reads a multipart body. Returns the reason to refuse it, by field, if it is not the form of a mail. */
export async function readMailForm(
	body: Buffer,
	contentType: string,
): Promise<SubmittedMail | { readonly reasons: Record<string, string> }> {
	let form: FormData;
	try {
		form = await new Response(new Uint8Array(body), {
			headers: { 'content-type': contentType },
		}).formData();
	} catch {
		return { reasons: { body: 'must be multipart/form-data' } };
	}
	const file = form.get('file');
	if (!(file instanceof File)) return { reasons: { file: 'is missing' } };
	const fields: Record<string, string> = {};
	for (const [name, value] of form) {
		if (name === 'file') continue;
		if (!MAIL_FIELDS.some((known) => known === name))
			return { reasons: { [name]: 'is not known' } };
		if (typeof value !== 'string' || value === '') return { reasons: { [name]: 'must be text' } };
		fields[name] = value;
	}
	if (fields['alert_source'] !== 'phishing_emails') {
		return { reasons: { alert_source: 'must be phishing_emails' } };
	}
	return { fileName: file.name, content: Buffer.from(await file.arrayBuffer()), fields };
}
