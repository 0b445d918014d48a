import type { IDataObject } from 'n8n-workflow';

import type { Case } from './types';

type FieldValue = IDataObject[string];

const LISTS = new Set(['case_sources', 'case_tags']);

/** Where each of the twelve fields of a simplified case is found, in the order of the output. */
const SIMPLIFIED: ReadonlyArray<readonly [field: string, path: string]> = [
	['case_id', 'case_id'],
	['case_title', 'case_title'],
	['case_status', 'case_status'],
	['case_priority', 'case_priority'],
	['alerts_count', 'alerts_count'],
	['case_sources', 'case_sources'],
	['case_tags', 'case_tags'],
	['risk_category', 'case_triage.risk_category'],
	['case_verdict', 'case_triage.case_verdict'],
	['response_status', 'case_triage.response_status'],
	['analyst_verdict', 'analyst_verdict'],
	['intezer_case_url', 'intezer_case_url'],
];

/**
 * A case as most workflows want it: the twelve documented fields, flat, always there (null or an empty list where the
 * service gives none), then the fields at `additionalPaths` (such as `creation_time` or `case_triage.score`), each
 * under its path.
 */
export function simplified(raw: Case, additionalPaths: readonly string[] = []): IDataObject {
	const fields = SIMPLIFIED.map(([field, path]): [string, FieldValue] => [
		field,
		valueAt(raw, path) ?? (LISTS.has(field) ? [] : null),
	]);
	const named = new Set(SIMPLIFIED.map(([field]) => field));
	for (const path of additionalPaths) {
		if (!named.has(path)) fields.push([path, valueAt(raw, path) ?? null]);
	}
	return Object.fromEntries(fields);
}

/** The value at a path of names and list indexes with dots between; own properties only, so no prototype is reached. */
function valueAt(raw: Case, path: string): FieldValue {
	let value: FieldValue = raw;
	for (const name of path.split('.')) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
			return undefined;
		value = Reflect.get(value, name);
	}
	return value;
}
