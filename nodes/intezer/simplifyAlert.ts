import type { IDataObject } from 'n8n-workflow';

import { alertIdOf } from './alertId';
import { isObject } from './json';
import { withFieldsAt } from './simplifiedFields';
import type { Alert } from './types';

/**
 * The alert as most workflows need it: thirteen fields, flat and always present (null if missing), then the fields at
 * `additionalPaths` (such as `scans` or `triage_result.families`), each under its path.
 */
export function simplifyAlert(raw: Alert, additionalPaths: readonly string[] = []): IDataObject {
	const triage = isObject(raw.triage_result) ? raw.triage_result : {};
	// A search has some of the triage's fields at the top level too, perhaps only there.
	const triaged = (name: string) => triage[name] ?? raw[name] ?? null;
	const fields: IDataObject = {
		alert_id: alertIdOf(raw) ?? null,
		environment: raw.environment ?? null,
		source: raw.source ?? raw.alert_source ?? null,
		sender: raw.sender ?? null,
		alert_verdict: triaged('alert_verdict'),
		alert_verdict_display: triaged('alert_verdict_display'),
		risk_category: triaged('risk_category'),
		risk_level: triaged('risk_level'),
		threat_name: triaged('threat_name'),
		family_name: triaged('family_name'),
		family_id: triaged('family_id'),
		alert_update_time: raw.alert_update_time ?? null,
		intezer_alert_url: raw.intezer_alert_url ?? null,
	};
	return withFieldsAt(fields, raw, additionalPaths);
}
