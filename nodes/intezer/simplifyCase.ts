import type { IDataObject } from 'n8n-workflow';

import { caseIdOf } from './caseId';
import { isObject } from './json';
import { withFieldsAt } from './simplifiedFields';
import type { Case } from './types';

/**
 * The case as most workflows need it: the twelve documented fields, flat and always present (null or an empty list if
 * missing), then the fields at `additionalPaths` (such as `creation_time` or `case_triage.score`), each under its path.
 */
export function simplifyCase(raw: Case, additionalPaths: readonly string[] = []): IDataObject {
	const triage = isObject(raw.case_triage) ? raw.case_triage : {};
	const fields: IDataObject = {
		case_id: caseIdOf(raw) ?? null,
		case_title: raw.case_title ?? null,
		case_status: raw.case_status ?? null,
		case_priority: raw.case_priority ?? null,
		alerts_count: raw.alerts_count ?? null,
		case_sources: raw.case_sources ?? [],
		case_tags: raw.case_tags ?? [],
		risk_category: triage.risk_category ?? null,
		case_verdict: triage.case_verdict ?? null,
		response_status: triage.response_status ?? null,
		analyst_verdict: raw.analyst_verdict ?? null,
		intezer_case_url: raw.intezer_case_url ?? null,
	};
	return withFieldsAt(fields, raw, additionalPaths);
}
