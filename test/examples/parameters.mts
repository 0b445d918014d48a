// Compares the parameters that a workflow saved with those in a node's description.
import { array, record, text } from '../../tools/n8nHost/looseJson.mts';

type Fields = Readonly<Record<string, unknown>>;

/** The paths of saved parameters that n8n would not know, or whose value is not one of the options. */
export function unknownParameters(saved: Fields, properties: readonly unknown[]): string[] {
	return unknownIn(saved, properties.map(record), saved, '');
}

function unknownIn(
	saved: Fields,
	properties: readonly Fields[],
	all: Fields,
	path: string,
): string[] {
	return Object.entries(saved).flatMap(([name, value]) => {
		const candidates = properties.filter(
			(property) => property['name'] === name && isShown(property, all),
		);
		const here = `${path}${name}`;
		const [first = [here], ...others] = candidates.map((property) =>
			unknownValue(value, property, all, here),
		);
		return others.reduce((best, each) => (each.length < best.length ? each : best), first);
	});
}

function unknownValue(value: unknown, property: Fields, all: Fields, path: string): string[] {
	const options = array(property['options']).map(record);
	switch (property['type']) {
		case 'collection':
			return unknownIn(record(value), options, all, `${path}.`);
		case 'fixedCollection':
			return Object.entries(record(value)).flatMap(([group, rows]) => {
				const values = options.find(({ name }) => name === group)?.['values'];
				if (values === undefined) return [`${path}.${group}`];
				const list = Array.isArray(rows) ? rows : [rows];
				return list.flatMap((row) => {
					const fields = record(row);
					// A row's parameters depend on each other, and on those of the node.
					const known = array(values).map(record);
					return unknownIn(fields, known, { ...all, ...fields }, `${path}.${group}.`);
				});
			});
		case 'multiOptions':
		case 'options': {
			const offered = options.map((option) => option['value']);
			if (offered.length === 0) return [];
			const chosen = Array.isArray(value) ? value : [value];
			const isUnknown = (each: unknown) => !isExpression(each) && !offered.includes(each);
			return chosen.filter(isUnknown).map((each) => `${path} = ${String(each)}`);
		}
		case 'resourceLocator': {
			const { mode } = record(value);
			const isKnown = array(property['modes']).some((each) => record(each)['name'] === mode);
			return isKnown ? [] : [`${path} = ${String(mode)}`];
		}
		default:
			return [];
	}
}

function isExpression(value: unknown): boolean {
	return text(value)?.startsWith('=') ?? false;
}

/** Whether the editor shows the parameter with these others; versions are left to n8n. */
function isShown(property: Fields, all: Fields): boolean {
	const { show, hide } = record(property['displayOptions']);
	const holds = ([name, values]: [string, unknown]): boolean | undefined => {
		const value = all[name.replace('/', '')];
		if (name.startsWith('@') || value === undefined) return undefined;
		return array(values).some((each) => typeof each === 'object' || each === value);
	};
	const shown = Object.entries(record(show)).every((rule) => holds(rule) ?? true);
	return shown && !Object.entries(record(hide)).some((rule) => holds(rule) ?? false);
}
