import type { IDataObject } from 'n8n-workflow';

import { alertIdOf } from './alertId';
import { ownField, withFieldsAt } from './simplifiedFields';
import type { Alert } from './types';

/**
 * The alert as most workflows need it: thirteen fields, flat and always present (null if missing), then the fields at
 * `additionalPaths` (such as `scans` or `triage_result.families`), each under its path.
 */
export function simplifyAlert(raw: Alert, additionalPaths: readonly string[] = []): IDataObject {
	const triage = ownField(raw, 'triage_result');
	// A search has some of the triage's fields at the top level too, perhaps only there.
	const triaged = (name: string) => ownField(triage, name) ?? ownField(raw, name) ?? null;
	const fields: IDataObject = {
		alert_id: alertIdOf(raw) ?? null,
		environment: ownField(raw, 'environment') ?? null,
		source: ownField(raw, 'source') ?? ownField(raw, 'alert_source') ?? null,
		sender: ownField(raw, 'sender') ?? null,
		alert_verdict: triaged('alert_verdict'),
		alert_verdict_display: triaged('alert_verdict_display'),
		risk_category: triaged('risk_category'),
		risk_level: triaged('risk_level'),
		threat_name: triaged('threat_name'),
		family_name: triaged('family_name'),
		family_id: triaged('family_id'),
		alert_update_time: ownField(raw, 'alert_update_time') ?? null,
		intezer_alert_url: ownField(raw, 'intezer_alert_url') ?? null,
	};
	return withFieldsAt(fields, raw, additionalPaths);
}
