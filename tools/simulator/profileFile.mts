import { readFileSync } from 'node:fs';
import { UsageError } from './options.mts';
import type { Setting } from './settingKinds.mts';
import { ALL_SETTINGS, type Settings } from './settings.mts';

/** What the simulator takes from a profile that `npm run probe` wrote. */
export interface Profile {
	readonly cases: number;
	readonly settings: Partial<Settings>;
}

/** Reads the file of a profile. @throws UsageError */
export function readProfile(file: string): Profile {
	let json: unknown;
	try {
		json = JSON.parse(readFileSync(file, 'utf8'));
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw new UsageError(`--profile ${file} can't be read: ${reason}.`);
	}
	return profileOf(json, `--profile ${file}`);
}

/** Checks a profile; `name` is what errors call it. @throws UsageError */
export function profileOf(json: unknown, name: string): Profile {
	const { version, cases, settings } = fieldsOf(json);
	if (version !== 1 || typeof cases !== 'number' || !Number.isSafeInteger(cases) || cases < 0) {
		throw new UsageError(`${name} is not a profile that npm run probe wrote.`);
	}
	const read = Object.entries(fieldsOf(settings)).map(([setting, value]) => {
		const known = ALL_SETTINGS.find(([each]) => each === setting);
		if (known === undefined) throw new UsageError(`${name} has an unknown setting "${setting}".`);
		return [setting, valueOf(known[1], value, `${name}: ${setting}`)] as const;
	});
	return { cases, settings: Object.fromEntries(read) };
}

function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
	return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : {};
}

/** A value as the command line would read it. */
function valueOf(
	{ initial, read }: Setting<Settings[keyof Settings]>,
	value: unknown,
	name: string,
): unknown {
	if (value === null && initial === undefined) return undefined;
	if (typeof initial === 'boolean') {
		if (typeof value === 'boolean') return value;
		throw new UsageError(`${name} must be true or false.`);
	}
	if (Array.isArray(initial) && Array.isArray(value) && value.length === 0) return [];
	try {
		return read(Array.isArray(value) ? value.join(',') : String(value));
	} catch (error) {
		if (!(error instanceof RangeError)) throw error;
		throw new UsageError(`${name} ${error.message}.`);
	}
}
