import { UserError } from './errors/userError';

/**
 * Readers for the values of parameters. n8n checks neither types nor bounds of an expression, so each value is checked
 * here. A label is the parameter's name in the editor, such as `Page Size`. Every reader throws a ParameterError for a
 * value that can't be sent.
 */

/** A parameter whose value can't be used. */
export class ParameterError extends UserError {}

/** Whether a value is missing: undefined, null, or blank text. */
export function isBlank(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/** The member of an object, or undefined for anything but an object. */
export function memberOf(value: unknown, name: string): unknown {
	return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

const LIST = 'text or an array of text values';

/**
 * The elements of comma-separated text or of an array, whose elements may contain commas. They are trimmed; empty
 * elements and duplicates are dropped; the order is kept.
 */
export function readTextList(value: unknown, label: string): string[] {
	const parts: unknown[] = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split(',')
			: [value];
	const texts = parts.filter((part) => !isBlank(part)).map((part) => readText(part, label, LIST));
	return [...new Set(texts)];
}

/**
 * Text, trimmed. A number is converted, unless it may have lost digits: it could be the ID of something else.
 *
 * @param expected what an expression may return, for the error
 */
export function readText(value: unknown, label: string, expected = 'text'): string {
	if (typeof value === 'string') return value.trim();
	if (typeof value === 'number' && Number.isFinite(value)) {
		if (!Number.isInteger(value) || Number.isSafeInteger(value)) return String(value);
		throw new ParameterError(
			`'${label}' contains a number that is too large to be exact: ${value}`,
			'Use text instead, which keeps every digit: n8n rounds numbers above 9,007,199,254,740,991.',
		);
	}
	throw new ParameterError(
		`'${label}' contains ${describeValue(value)} instead of text`,
		`Enter text, or use an expression that returns ${expected}.`,
	);
}

/** A whole number of at least `min`, also as text. */
export function readWholeNumber(value: unknown, label: string, min: number): number {
	const number = isBlank(value) ? NaN : toNumber(value);
	if (Number.isSafeInteger(number) && number >= min) return number;
	throw new ParameterError(
		`'${label}' must be a whole number of at least ${min}, but is ${describeValue(value)}`,
		'Correct the value or its expression.',
	);
}

/** A number above zero, also as text. */
export function readPositiveNumber(value: unknown, label: string): number {
	const number = toNumber(value);
	if (Number.isFinite(number) && number > 0) return number;
	throw new ParameterError(
		`'${label}' must be a number greater than 0, but is ${describeValue(value)}`,
		'Correct the value or its expression.',
	);
}

/** A number of days, hours or minutes of at least 0, also as text. A blank value is 0. */
export function readDuration(value: unknown, label: string): number {
	const number = isBlank(value) ? 0 : toNumber(value);
	if (Number.isFinite(number) && number >= 0) return number;
	throw new ParameterError(
		`'${label}' must be a number of at least 0, but is ${describeValue(value)}`,
		'Correct the value or its expression.',
	);
}

function toNumber(value: unknown): number {
	if (typeof value === 'number') return value;
	return typeof value === 'string' ? Number(value) : NaN;
}

/** A boolean, also as text (`true`, `false`). A blank value is false. */
export function readBoolean(value: unknown, label: string): boolean {
	if (isBlank(value)) return false;
	if (typeof value === 'boolean') return value;
	const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
	if (word === 'true' || word === 'false') return word === 'true';
	throw new ParameterError(
		`'${label}' must be true or false, but is ${describeValue(value)}`,
		'Correct the value or its expression.',
	);
}

/** One of the known values, or undefined for a blank value. */
export function readChoice<T extends string>(
	value: unknown,
	label: string,
	known: readonly T[],
): T | undefined {
	if (isBlank(value)) return undefined;
	const text = readText(value, label);
	const match = known.find((candidate) => candidate === text || candidate === toApiForm(text));
	if (match !== undefined) return match;
	throw unknownValueError(label, text, known);
}

/**
 * Some of the known values, as text or as an array. Case, spaces and hyphens don't matter: `In Progress` is
 * `in_progress`.
 *
 * @param allowUnknown keep an unknown value as it is: the service may have new ones. Undefined if the user can't choose it
 */
export function readChoices(
	value: unknown,
	label: string,
	known: readonly string[],
	allowUnknown?: boolean,
): string[] {
	const chosen = readTextList(value, label).map((text) => {
		const apiForm = toApiForm(text);
		if (known.includes(apiForm)) return apiForm;
		if (allowUnknown === true) return text;
		throw unknownValueError(label, text, known, allowUnknown === false ? IF_KNOWN_TO_INTEZER : '');
	});
	return [...new Set(chosen)];
}

function toApiForm(text: string): string {
	return text.toLowerCase().replace(/[\s-]+/g, '_');
}

const IF_KNOWN_TO_INTEZER =
	" If Intezer knows the value, turn on the option 'Allow Unknown Values'.";

/** The error for a value that is not one of the known ones. `hint` follows the list of those. */
export function unknownValueError(
	label: string,
	value: string,
	known: readonly string[],
	hint = '',
): ParameterError {
	return new ParameterError(
		`${describeValue(value)} is not a known value for '${label}'`,
		`Use one of these values: ${known.join(', ')}.${hint}`,
	);
}

/** A value for an error message: short, and on one line. */
export function describeValue(value: unknown): string {
	if (isBlank(value)) return 'empty';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	const line = String(value)
		.slice(0, 60)
		.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
	return typeof value === 'string' ? `'${line}'` : line;
}
