// Reads JSON whose shape only n8n knows. A value that is missing or of another type reads as empty.

/** The value if it is an object, else an empty object. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
	return isRecord(value) ? value : {};
}

/** The value if it is an array, else an empty one. */
export function array(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

/** The value if it is a string, else undefined. */
export function text(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

/** Parses a JSON object; undefined if the text is anything else. */
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
