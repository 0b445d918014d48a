export const CASE_STATUSES = ['suppressed', 'new', 'in_progress', 'on_hold', 'closed'] as const;
export const CASE_PRIORITIES = ['informational', 'low', 'medium', 'high', 'escalated'] as const;
export const TIME_FIELDS = [
	'creation_time',
	'modification_time',
	'last_attached_alert_time',
] as const;
export const SORT_FIELDS = [
	'creation_time',
	'alerts_count',
	'modification_time',
	'last_attached_alert_time',
] as const;
export const SEARCH_MODES = ['and', 'or'] as const;

export type CaseStatus = (typeof CASE_STATUSES)[number];
export type CasePriority = (typeof CASE_PRIORITIES)[number];
export type TimeField = (typeof TIME_FIELDS)[number];
export type SortField = (typeof SORT_FIELDS)[number];
export type SearchMode = (typeof SEARCH_MODES)[number];

export interface CaseTriage {
	readonly risk_category: string;
	readonly case_verdict: string;
	readonly response_status: string;
}

/** A device of a case: the source of the activity, its target, or neither. */
export interface SimulatedDevice {
	readonly hostname: string;
	readonly device_id?: string;
	readonly device_key?: string;
	readonly private_ips?: readonly string[];
	readonly external_ips?: readonly string[];
	readonly tags?: readonly string[];
	readonly managed_by?: string;
	readonly role?: 'source' | 'target';
}

export interface SimulatedUser {
	readonly user_email?: string;
	readonly user_id?: string;
	readonly user_name?: string;
	readonly user_sid?: string;
	readonly user_key?: string;
}

export interface SimulatedTtp {
	readonly ttp_id: string;
	readonly ttp_name?: string;
}

export interface SimulatedAlert {
	readonly alert_id: string;
	readonly environment?: string;
}

/** A case in the simulator's store; all times are Unix seconds. */
export interface SimulatedCase {
	readonly case_id: string;
	readonly case_title: string;
	readonly case_status: CaseStatus;
	readonly case_priority: CasePriority;
	readonly alerts_count: number;
	readonly case_sources: readonly string[];
	readonly case_tags: readonly string[];
	readonly analyst_verdict: string | null;
	/** If empty, the store sets the address of the case's page in the simulator. */
	readonly intezer_case_url: string;
	readonly case_triage: CaseTriage | null;
	readonly creation_time: number;
	readonly modification_time: number;
	readonly last_attached_alert_time: number;
	readonly sub_tenant_name: string | null;
	readonly assigned_account_id: string | null;
	readonly external_ticket_vendor: string | null;
	/** These four are not sent with the case: they have their own routes, or filters only. */
	readonly devices: readonly SimulatedDevice[];
	readonly users: readonly SimulatedUser[];
	readonly ttps: readonly SimulatedTtp[];
	readonly alerts: readonly SimulatedAlert[];
	/** Overrides fields of the response: a value replaces or adds a field, `undefined` removes it. */
	readonly onTheWire?: Readonly<Record<string, unknown>>;
}

/**
 * Creates a complete case from the fields that matter to a test. Times default to `creation_time`,
 * and `creation_time` to `now` (Unix seconds).
 */
export function makeCase(
	overrides: Partial<SimulatedCase> = {},
	now: number = Math.floor(Date.now() / 1000),
): SimulatedCase {
	const creationTime = overrides.creation_time ?? now;
	const alerts = overrides.alerts ?? [{ alert_id: crypto.randomUUID(), environment: 'production' }];
	return {
		case_id: crypto.randomUUID(),
		case_title: 'Suspicious PowerShell on FIN-WKS-0231',
		case_status: 'new',
		case_priority: 'medium',
		alerts_count: alerts.length,
		case_sources: ['s1'],
		case_tags: [],
		analyst_verdict: null,
		intezer_case_url: '',
		case_triage: {
			risk_category: 'suspicious_activity',
			case_verdict: 'suspicious',
			response_status: 'action_required',
		},
		creation_time: creationTime,
		modification_time: creationTime,
		last_attached_alert_time: creationTime,
		sub_tenant_name: null,
		assigned_account_id: null,
		external_ticket_vendor: null,
		devices: [],
		users: [],
		ttps: [],
		...overrides,
		alerts,
	};
}
