import type { IDataObject } from 'n8n-workflow';

import { caseIdOf } from './caseId';
import type { Case } from './types';

type FieldValue = IDataObject[string];

/**
 * The case as most workflows need it: the twelve documented fields, flat and always present (null or an empty list if
 * missing), then the fields at `additionalPaths` (such as `creation_time` or `case_triage.score`), each under its path.
 */
export function simplifyCase(raw: Case, additionalPaths: readonly string[] = []): IDataObject {
	const triage = own(raw, 'case_triage');
	const fields: IDataObject = {
		case_id: caseIdOf(raw) ?? null,
		case_title: own(raw, 'case_title') ?? null,
		case_status: own(raw, 'case_status') ?? null,
		case_priority: own(raw, 'case_priority') ?? null,
		alerts_count: own(raw, 'alerts_count') ?? null,
		case_sources: own(raw, 'case_sources') ?? [],
		case_tags: own(raw, 'case_tags') ?? [],
		risk_category: own(triage, 'risk_category') ?? null,
		case_verdict: own(triage, 'case_verdict') ?? null,
		response_status: own(triage, 'response_status') ?? null,
		analyst_verdict: own(raw, 'analyst_verdict') ?? null,
		intezer_case_url: own(raw, 'intezer_case_url') ?? null,
	};
	if (additionalPaths.length === 0) return fields;
	const additional = additionalPaths
		.filter((path) => !Object.hasOwn(fields, path))
		.map((path) => [path, path.split('.').reduce(own, raw) ?? null]);
	return { ...fields, ...Object.fromEntries(additional) };
}

/** The value at a name or list index, if there is one. Only own properties, so that no prototype is read. */
function own(value: FieldValue, name: string): FieldValue {
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
	return Reflect.get(value, name);
}
