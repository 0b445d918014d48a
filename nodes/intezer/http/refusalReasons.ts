/** At most this many reasons fit into an error. */
const MAX_REASONS = 20;
/** Reasons nested deeper than this are ignored. */
const MAX_DEPTH = 5;

/**
 * The service's own reasons for a refusal, on one line, from `{error, message: {field: reason}}`.
 *
 * @returns such as `Bad request; payload.case_ids.0: must be a string`; empty if the body contains no reason
 */
export function reasonsIn(body: unknown): string {
	if (typeof body !== 'object' || body === null) return '';
	const reasons: string[] = [];
	if ('error' in body && typeof body.error === 'string') reasons.push(body.error);
	if ('message' in body && typeof body.message === 'string') reasons.push(body.message);
	if ('message' in body && typeof body.message === 'object' && body.message !== null) {
		addReasons(reasons, '', body.message);
	}
	return shortened([...new Set(reasons)].join('; '));
}

/** Adds the reasons of each field as `field.inner: reason`. */
function addReasons(reasons: string[], field: string, reason: unknown, depth = 0): void {
	if (reasons.length >= MAX_REASONS || depth > MAX_DEPTH) return;
	if (Array.isArray(reason) && reason.every((each) => typeof each === 'string')) {
		reasons.push(`${field}: ${reason.join(' ')}`);
	} else if (typeof reason === 'object' && reason !== null) {
		for (const [name, inner] of Object.entries(reason)) {
			addReasons(reasons, field === '' ? name : `${field}.${name}`, inner, depth + 1);
		}
	} else {
		reasons.push(`${field}: ${String(reason)}`);
	}
}

/** Whether a response contains a secret, in upper or lower case: then its text must not be shown. */
export function repeatsText(body: unknown, secret: string): boolean {
	const escaped = JSON.stringify(secret.toLowerCase()).slice(1, -1);
	return JSON.stringify(body ?? '')
		.toLowerCase()
		.includes(escaped);
}

/** A session token that a service repeats. A token that is cut off has lost its signature and is worthless. */
const TOKEN = /\bBearer\s+\S+|\beyJ[\w-]*\.[\w-]+\.[\w-]*/gi;

/** Text from a response as one line for a message: no control characters, no token, at most 300 characters. */
export function shortened(text: string): string {
	const line = text
		.slice(0, 2000)
		.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
		.replace(TOKEN, '…')
		.trim();
	return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
