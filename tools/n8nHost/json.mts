// Reads JSON of which only n8n knows the shape: what is missing, or of another type, reads as empty.

/** The object's fields; none if this is no object. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
	return isRecord(value) ? value : {};
}

/** The list's elements; none if this is no list. */
export function array(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

/** The object that this text stands for; undefined if it is anything else. */
export function parsedObject(json: string): Readonly<Record<string, unknown>> | undefined {
	if (!json.startsWith('{')) return undefined;
	try {
		return record(JSON.parse(json));
	} catch {
		return undefined;
	}
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
