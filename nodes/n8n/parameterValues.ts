/**
 * What a parameter may bring: n8n checks neither types nor bounds of an expression, so every value is read here, and
 * one that cannot be sent is refused by the name that the user sees. A label is such a name, e.g. `Page Size`.
 */

/** A parameter that cannot be used: the message names it, the description says what it takes. */
export class ParameterError extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
		this.name = 'ParameterError';
	}
}

/** Whether a value says nothing: left out, null, or blank text. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/**
 * The texts in a comma-separated text, or in an array, whose elements are taken whole; trimmed, without empty ones
 * and without repetitions, in the order given.
 */
export function readTextList(value: unknown, label: string): string[] {
	if (isBlank(value)) return [];
	const parts: unknown[] = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(',')
			: [value];
	const texts = parts.filter((part) => !isBlank(part)).map((part) => readText(part, label));
	return [...new Set(texts)];
}

/** One text, trimmed; a number is taken as its digits. */
export function readText(value: unknown, label: string): string {
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'number' && Number.isFinite(value)) return String(value);
	throw new ParameterError(
		`'${label}' holds ${describeValue(value)} where a text is needed`,
		'Enter text, or let the expression give a text or a list of texts.',
	);
}

/** A whole number of at least `min`; its digits as text will do. */
export function readWholeNumber(value: unknown, label: string, min: number): number {
	const number = isBlank(value) ? NaN : toNumber(value);
	if (Number.isSafeInteger(number) && number >= min) return number;
	throw new ParameterError(
		`'${label}' must be a whole number of at least ${min}, but is ${describeValue(value)}`,
		'Correct the parameter, or the expression that gives it.',
	);
}

/** A number above zero, in whatever unit; its digits as text will do. */
export function readPositiveNumber(value: unknown, label: string): number {
	const number = toNumber(value);
	if (Number.isFinite(number) && number > 0) return number;
	throw new ParameterError(
		`'${label}' must be a number above 0, but is ${describeValue(value)}`,
		'Correct the parameter, or the expression that gives it.',
	);
}

/** A number of hours from zero up; its digits as text will do. A blank value is zero. */
export function readHours(value: unknown, label: string): number {
	const number = isBlank(value) ? 0 : toNumber(value);
	if (Number.isFinite(number) && number >= 0) return number;
	throw new ParameterError(
		`'${label}' must be a number of at least 0, but is ${describeValue(value)}`,
		'Correct the parameter, or the expression that gives it.',
	);
}

function toNumber(value: unknown): number {
	if (typeof value === 'number') return value;
	return typeof value === 'string' ? Number(value) : NaN;
}

/** A yes or no; the words `true` and `false` will do. A blank value is no. */
export function readBoolean(value: unknown, label: string): boolean {
	if (isBlank(value)) return false;
	if (typeof value === 'boolean') return value;
	const word = String(value).trim().toLowerCase();
	if (word === 'true' || word === 'false') return word === 'true';
	throw new ParameterError(
		`'${label}' must be true or false, but is ${describeValue(value)}`,
		'Correct the parameter, or the expression that gives it.',
	);
}

/** One of the values that the service documents, or undefined where the parameter is blank. */
export function readChoice<T extends string>(
	value: unknown,
	label: string,
	known: readonly T[],
): T | undefined {
	if (isBlank(value)) return undefined;
	const given = readText(value, label);
	const match = known.find((candidate) => candidate === given || candidate === toApiForm(given));
	if (match !== undefined) return match;
	throw unknownValueError(label, given, known);
}

/**
 * Some of the values that the service documents. Case, blanks and hyphens do not matter: `In Progress` is `in_progress`.
 *
 * @param allowUnknown pass on, as it is, what the service may have learned since
 */
export function readChoices(
	value: unknown,
	label: string,
	known: readonly string[],
	allowUnknown: boolean,
): string[] {
	const chosen = readTextList(value, label).map((given) => {
		const wanted = toApiForm(given);
		if (known.includes(wanted)) return wanted;
		if (allowUnknown) return given;
		throw unknownValueError(label, given, known);
	});
	return [...new Set(chosen)];
}

function toApiForm(given: string): string {
	return given.toLowerCase().replace(/[\s-]+/g, '_');
}

/** The refusal of a value that is none of the known ones. */
export function unknownValueError(
	label: string,
	given: string,
	known: readonly string[],
): ParameterError {
	return new ParameterError(
		`'${label}' has no value ${describeValue(given)}`,
		`Known values are: ${known.join(', ')}.`,
	);
}

/** A value as a message shows it: short, and on one line. */
export function describeValue(value: unknown): string {
	if (isBlank(value)) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	const line = String(value)
		.slice(0, 60)
		.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
	return typeof value === 'string' ? `'${line}'` : line;
}
