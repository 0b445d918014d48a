import type { ParseArgsConfig } from 'node:util';
import { ALL_SETTINGS, SETTING_GROUPS, type Settings } from './settings.mts';

/** An option of the command that cannot be used; the message is one sentence without its full stop. */
export class UsageError extends Error {}

/** The command-line options of all settings, for `parseArgs`. */
export const settingOptions: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
	ALL_SETTINGS.map(([name, { placeholder }]) => [
		optionOf(name),
		{ type: placeholder === undefined ? 'boolean' : 'string' },
	]),
);

/** The settings that were given as options. @throws UsageError */
export function settingsOf(given: Readonly<Record<string, unknown>>): Partial<Settings> {
	return Object.fromEntries(
		ALL_SETTINGS.flatMap(([name, { read }]) => {
			const text = given[optionOf(name)];
			if (text === undefined) return [];
			try {
				return [[name, read(typeof text === 'string' ? text : '')]];
			} catch (error) {
				if (!(error instanceof RangeError)) throw error;
				throw new UsageError(`--${optionOf(name)} ${error.message}.`);
			}
		}),
	);
}

/** The list of the settings for `--help`, by group. */
export function settingsHelp(): string {
	const groups = Object.entries(SETTING_GROUPS).map(([title, settings]) => {
		const lines = Object.entries(settings).map(([name, { help, placeholder = '' }]) => {
			const option = `--${optionOf(name)} ${placeholder}`.trimEnd();
			return option.length < 30
				? `  ${option.padEnd(30)}${help}`
				: `  ${option}\n${' '.repeat(32)}${help}`;
		});
		return `${title}:\n${lines.join('\n')}\n`;
	});
	return groups.join('\n');
}

/** `pageCap` is `page-cap` on the command line. */
function optionOf(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
