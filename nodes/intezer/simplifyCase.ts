import type { IDataObject } from 'n8n-workflow';

import { caseIdOf } from './caseId';
import { ownField, withFieldsAt } from './simplifiedFields';
import type { Case } from './types';

/**
 * The case as most workflows need it: the twelve documented fields, flat and always present (null or an empty list if
 * missing), then the fields at `additionalPaths` (such as `creation_time` or `case_triage.score`), each under its path.
 */
export function simplifyCase(raw: Case, additionalPaths: readonly string[] = []): IDataObject {
	const triage = ownField(raw, 'case_triage');
	const fields: IDataObject = {
		case_id: caseIdOf(raw) ?? null,
		case_title: ownField(raw, 'case_title') ?? null,
		case_status: ownField(raw, 'case_status') ?? null,
		case_priority: ownField(raw, 'case_priority') ?? null,
		alerts_count: ownField(raw, 'alerts_count') ?? null,
		case_sources: ownField(raw, 'case_sources') ?? [],
		case_tags: ownField(raw, 'case_tags') ?? [],
		risk_category: ownField(triage, 'risk_category') ?? null,
		case_verdict: ownField(triage, 'case_verdict') ?? null,
		response_status: ownField(triage, 'response_status') ?? null,
		analyst_verdict: ownField(raw, 'analyst_verdict') ?? null,
		intezer_case_url: ownField(raw, 'intezer_case_url') ?? null,
	};
	return withFieldsAt(fields, raw, additionalPaths);
}
