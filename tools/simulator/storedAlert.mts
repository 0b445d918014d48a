import type { SimulatedCase } from './simulatedCase.mts';

/** The times of an alert by which a search filters and sorts. `triage_or_triage_change_time` is the later of two. */
export const ALERT_TIMES = [
	'creation_time',
	'triage_time',
	'triage_change_time',
	'triage_or_triage_change_time',
	'alert_update_time',
] as const;
export const ALERT_SORT_FIELDS = [
	'CREATION_TIME',
	'TRIAGE_TIME',
	'TRIAGE_CHANGE_TIME',
	'ALERT_UPDATE_TIME',
] as const;
export type AlertTime = (typeof ALERT_TIMES)[number];
export type AlertSortField = (typeof ALERT_SORT_FIELDS)[number];

/** Filters on what an alert contains: lists of texts, and single texts. */
export const LIST_ATTRIBUTES = [
	'hostnames',
	'usernames',
	'file_hashes',
	'process_commandlines',
	'device_private_ips',
	'device_external_ips',
	'device_ids',
	'ips',
	'domains',
	'incident_ids',
] as const;
export const TEXT_ATTRIBUTES = [
	'site_name',
	'account_name',
	'email_sender',
	'email_recipient',
	'email_subject',
	'email_cc',
	'email_bcc',
	'email_message_id',
	'email_reported_by',
] as const;
type Attribute = (typeof LIST_ATTRIBUTES)[number] | (typeof TEXT_ATTRIBUTES)[number];

export interface AlertTriage {
	readonly alert_verdict: string;
	readonly alert_verdict_display: string;
	readonly risk_category: string;
	readonly risk_level: string;
	readonly threat_name: string | null;
	readonly family_name: string | null;
	readonly family_id: string | null;
}

/** An alert in the simulator's store, known by its id and environment together. All times are Unix seconds. */
export interface StoredAlert {
	readonly alert_id: string;
	readonly environment: string;
	readonly source: string;
	readonly sender: string | null;
	readonly response_status: string;
	readonly is_mitigated: boolean;
	readonly creation_time: number;
	/** When its triage is finished. */
	readonly triage_time: number;
	readonly triage_change_time: number;
	readonly alert_update_time: number;
	/** Sent once the triage is finished. */
	readonly triage_result: AlertTriage;
	readonly scans: ReadonlyArray<Readonly<Record<string, unknown>>>;
	/** What filters search, in addition to the fields above. */
	readonly attributes: Readonly<Partial<Record<Attribute, readonly string[]>>>;
	/** What the raw alert contains. */
	readonly raw: unknown;
	/** Overrides fields of the response: a value replaces or adds a field, `undefined` removes it. */
	readonly onTheWire?: Readonly<Record<string, unknown>>;
}

/** Creates a complete alert from the fields that matter to a test. */
export function makeAlert(
	given: Partial<StoredAlert>,
	now: number,
	triageSeconds = 0,
): StoredAlert {
	const created = given.creation_time ?? now;
	const triaged = given.triage_time ?? created + triageSeconds;
	const alertId = given.alert_id ?? crypto.randomUUID();
	return {
		alert_id: alertId,
		environment: 'production',
		source: 's1',
		sender: null,
		response_status: 'action_required',
		is_mitigated: false,
		creation_time: created,
		triage_time: triaged,
		triage_change_time: triaged,
		alert_update_time: triaged,
		triage_result: triageOf('suspicious_behavior', 'suspicious_activity'),
		scans: [],
		attributes: {},
		raw: { id: alertId, severity: 'high', message: 'Suspicious PowerShell' },
		...given,
	};
}

const VERDICTS: Readonly<Record<string, string>> = {
	malicious: 'confirmed_threat',
	suspicious: 'suspicious_behavior',
	false_positive: 'false_positive',
	benign: 'false_positive',
};

/** An alert of a case, with the values of the case. */
export function alertOfCase(
	of: SimulatedCase,
	{ alert_id, environment = 'production' }: SimulatedCase['alerts'][number],
	triageSeconds: number,
): StoredAlert {
	const triage = of.case_triage;
	const verdict = VERDICTS[triage?.case_verdict ?? ''] ?? 'inconclusive';
	const given: Partial<StoredAlert> = {
		alert_id,
		environment,
		source: of.case_sources[0] ?? 's1',
		response_status: triage?.response_status ?? 'action_required',
		triage_result: triageOf(verdict, triage?.risk_category ?? 'suspicious_activity'),
		attributes: {
			hostnames: of.devices.map(({ hostname }) => hostname),
			usernames: of.users.flatMap(({ user_name }) => user_name ?? []),
			device_ids: of.devices.flatMap(({ device_id }) => device_id ?? []),
			device_private_ips: of.devices.flatMap(({ private_ips }) => private_ips ?? []),
			device_external_ips: of.devices.flatMap(({ external_ips }) => external_ips ?? []),
		},
		raw: { id: alert_id, title: of.case_title, product: of.case_sources[0] ?? 's1' },
	};
	return makeAlert(given, of.last_attached_alert_time, triageSeconds);
}

export function triageOf(verdict: string, riskCategory: string): AlertTriage {
	const isThreat = verdict === 'confirmed_threat';
	return {
		alert_verdict: verdict,
		alert_verdict_display: verdict
			.split('_')
			.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
			.join(' '),
		risk_category: riskCategory,
		risk_level: isThreat ? 'high' : verdict === 'false_positive' ? 'low' : 'medium',
		threat_name: isThreat ? 'Example Stealer' : null,
		family_name: isThreat ? 'ExampleStealer' : null,
		family_id: isThreat ? '00000000-0000-4000-8000-0000000000fa' : null,
	};
}
