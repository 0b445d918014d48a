import type { IDataObject } from 'n8n-workflow';

type FieldValue = IDataObject[string];

/** The value at a name or list index, if there is one. Only own properties, so that no prototype is read. */
function ownField(value: FieldValue, name: string): FieldValue {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
	return Reflect.get(value, name);
}

/** Adds the fields of a raw entry at paths such as `case_triage.score`, each under its path, null if missing. */
export function withFieldsAt(
	fields: IDataObject,
	raw: IDataObject,
	paths: readonly string[],
): IDataObject {
	if (paths.length === 0) return fields;
	const additional = paths
		.filter((path) => !Object.hasOwn(fields, path))
		.map((path) => [path, path.split('.').reduce(ownField, raw) ?? null]);
	return { ...fields, ...Object.fromEntries(additional) };
}
