/** A setting: its initial value, and how a value is described, checked and read. */
export interface Setting<Value> {
	readonly initial: Value;
	/** A noun phrase for the list of options. */
	readonly help: string;
	/** What follows the option on the command line, such as `<number>`; a flag has nothing. */
	readonly placeholder?: string;
	/** The JSON schema of a value; in JSON, null stands for `undefined`. */
	readonly schema: object;
	/** Reads a value from the command line. @throws RangeError that says what the value must be */
	readonly read: (text: string) => Value;
}

export function wholeNumber(
	unit: string,
	[initial, least, most]: readonly [number, number, number],
	help: string,
): Setting<number> {
	return {
		initial,
		help,
		placeholder: `<${unit}>`,
		schema: { type: 'integer', minimum: least, maximum: most },
		read: (text) => readWholeNumber(text, least, most),
	};
}

/** A limit that is `undefined` until someone sets it. */
export function limit(
	unit: string,
	[least, most]: readonly [number, number],
	help: string,
): Setting<number | undefined> {
	return {
		initial: undefined,
		help,
		placeholder: `<${unit}>`,
		schema: { type: 'integer', minimum: least, maximum: most, nullable: true },
		read: (text) => readWholeNumber(text, least, most),
	};
}

export function flag(help: string): Setting<boolean> {
	return { initial: false, help, schema: { type: 'boolean' }, read: () => true };
}

/** One of several values, the first of which is the initial one. */
export function choice<const Values extends readonly [string, ...string[]]>(
	values: Values,
	help: string,
): Setting<Values[number]> {
	return {
		initial: values[0],
		help,
		placeholder: values.join('|'),
		schema: { type: 'string', enum: values },
		read: (text) => readChoice(text, values),
	};
}

/** Any of several values, none at first. */
export function choices<Value extends string>(
	values: readonly Value[],
	help: string,
): Setting<readonly Value[]> {
	return {
		initial: [],
		help,
		placeholder: '<list>',
		schema: { type: 'array', uniqueItems: true, items: { type: 'string', enum: values } },
		read: (text) => text.split(',').map((each) => readChoice(each.trim(), values)),
	};
}

export function wholeNumbers(
	unit: string,
	[least, most]: readonly [number, number],
	help: string,
): Setting<readonly number[]> {
	return {
		initial: [],
		help,
		placeholder: `<${unit},…>`,
		schema: { type: 'array', items: { type: 'integer', minimum: least, maximum: most } },
		read: (text) => text.split(',').map((each) => readWholeNumber(each.trim(), least, most)),
	};
}

function readWholeNumber(text: string, least: number, most: number): number {
	const value = /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
	if (value >= least && value <= most) return value;
	throw new RangeError(`must be a whole number from ${least} to ${most}, not "${text}"`);
}

function readChoice<Value extends string>(text: string, values: readonly Value[]): Value {
	const found = values.find((value) => value === text);
	if (found !== undefined) return found;
	throw new RangeError(`must be one of ${values.join(', ')}, not "${text}"`);
}
