import { CASE_STATUSES, PRIORITIES } from '../../intezer/types';

/**
 * How the value of a filter is read:
 * - `list`: comma-separated text, or an array from an expression
 * - `choice`: some of the documented values; an expression may return text or an array
 * - `account`: accounts from a list that the editor loads; an expression may return text or an array of IDs
 * - `text`: text as it is
 */
export type FilterKind = 'list' | 'choice' | 'account' | 'text';

/**
 * A filter that is a single parameter and is sent as a single value, unlike the time range and the alert identifiers.
 */
export interface FilterRow {
	/** The parameter's name, which saved workflows depend on. */
	name: string;
	displayName: string;
	kind: FilterKind;
	/** Where the value goes in the search's payload. */
	payload: readonly [string] | readonly [group: 'devices' | 'users', field: string];
	description: string;
	placeholder?: string;
	/** For `choice`: the documented values, as in the API. */
	known?: readonly string[];
}

/** All such filters. To add one, see CONTRIBUTING. */
export const FILTER_ROWS: readonly FilterRow[] = [
	{
		name: 'analystVerdicts',
		displayName: 'Analyst Verdicts',
		kind: 'list',
		payload: ['analyst_verdicts'],
		description: 'Verdicts set by an analyst (analyst_verdict), separated by commas',
		placeholder: 'e.g. true_positive, false_positive',
	},
	{
		name: 'assignedAccountIds',
		displayName: 'Assigned Account Names or IDs',
		kind: 'account',
		payload: ['assigned_account_ids'],
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	{
		name: 'caseIds',
		displayName: 'Case IDs',
		kind: 'list',
		payload: ['case_ids'],
		description: 'Only cases with these IDs (case_id), separated by commas',
		placeholder: 'e.g. 3f2b8c1e-0d4a-4c57-9a54-1f6f3f1a7c10',
	},
	{
		name: 'caseStatuses',
		displayName: 'Case Statuses',
		kind: 'choice',
		payload: ['case_statuses'],
		description:
			'Only cases with one of these statuses. An expression can return an array or comma-separated text, such as new, in_progress.',
		known: CASE_STATUSES,
	},
	{
		name: 'caseVerdicts',
		displayName: 'Case Verdicts',
		kind: 'list',
		payload: ['case_verdicts'],
		description: 'Verdicts set by the triage (case_verdict), separated by commas',
		placeholder: 'e.g. malicious, suspicious',
	},
	{
		name: 'deviceExternalIps',
		displayName: 'Device External IPs',
		kind: 'list',
		payload: ['devices', 'device_external_ips'],
		description: 'Public IP addresses of devices in the case, separated by commas',
		placeholder: 'e.g. 203.0.113.7',
	},
	{
		name: 'deviceHostnames',
		displayName: 'Device Hostnames',
		kind: 'list',
		payload: ['devices', 'hostnames'],
		description: 'Full hostnames of devices in the case, separated by commas',
		placeholder: 'e.g. FIN-WKS-0231, host-8',
	},
	{
		name: 'deviceIds',
		displayName: 'Device IDs',
		kind: 'list',
		payload: ['devices', 'device_ids'],
		description: 'IDs of devices in the case, separated by commas',
	},
	{
		name: 'deviceKeys',
		displayName: 'Device Keys',
		kind: 'list',
		payload: ['devices', 'device_keys'],
		description: 'Keys of devices in the case, in any role, separated by commas',
	},
	{
		name: 'deviceManagedBy',
		displayName: 'Device Managed By',
		kind: 'list',
		payload: ['devices', 'device_managed_by'],
		description: 'Products that manage devices in the case, such as cs or s1, separated by commas',
		placeholder: 'e.g. cs',
	},
	{
		name: 'devicePrivateIps',
		displayName: 'Device Private IPs',
		kind: 'list',
		payload: ['devices', 'device_private_ips'],
		description: 'Private IP addresses of devices in the case, separated by commas',
		placeholder: 'e.g. 10.0.4.12',
	},
	{
		name: 'deviceTags',
		displayName: 'Device Tags',
		kind: 'list',
		payload: ['devices', 'device_tags'],
		description: 'Tags of devices in the case, separated by commas',
		placeholder: 'e.g. production',
	},
	{
		name: 'excludeCaseIds',
		displayName: 'Exclude Case IDs',
		kind: 'list',
		payload: ['exclude_case_ids'],
		description: 'IDs of cases to exclude (case_id), separated by commas',
	},
	{
		name: 'externalTicketVendors',
		displayName: 'External Ticket Vendors',
		kind: 'list',
		payload: ['external_ticket_vendors'],
		description:
			'Ticket systems, such as jira, that have a ticket for the case, separated by commas',
		placeholder: 'e.g. jira, servicenow',
	},
	{
		name: 'freeText',
		displayName: 'Free Text',
		kind: 'text',
		payload: ['free_text'],
		description: 'Text to find in the title, case ID, devices or assigned accounts',
		placeholder: 'e.g. powershell',
	},
	{
		name: 'priorities',
		displayName: 'Priorities',
		kind: 'choice',
		payload: ['priorities'],
		description:
			'Only cases with one of these priorities. An expression can return an array or comma-separated text, such as high, escalated.',
		known: PRIORITIES,
	},
	{
		name: 'responseStatuses',
		displayName: 'Response Statuses',
		kind: 'list',
		payload: ['response_statuses'],
		description: 'Response statuses set by the triage (response_status), separated by commas',
		placeholder: 'e.g. action_required',
	},
	{
		name: 'riskCategories',
		displayName: 'Risk Categories',
		kind: 'list',
		payload: ['risk_categories'],
		description: 'Risk categories set by the triage (risk_category), separated by commas',
		placeholder: 'e.g. critical, high',
	},
	{
		name: 'sourceDeviceKeys',
		displayName: 'Source Device Keys',
		kind: 'list',
		payload: ['devices', 'source_device_keys'],
		description: 'Keys of the devices where the activity originated, separated by commas',
	},
	{
		name: 'sources',
		displayName: 'Sources',
		kind: 'list',
		payload: ['sources'],
		description:
			'Products that raised the alerts, such as s1, cs, microsoft_sentinel, splunk_siem or xsoar, separated by commas',
		placeholder: 'e.g. cs, s1, microsoft_sentinel',
	},
	{
		name: 'subTenantNames',
		displayName: 'Sub-Tenant Names',
		kind: 'list',
		payload: ['sub_tenant_names'],
		description: 'Names of the sub-tenants that the case belongs to, separated by commas',
	},
	{
		name: 'targetDeviceKeys',
		displayName: 'Target Device Keys',
		kind: 'list',
		payload: ['devices', 'target_device_keys'],
		description: 'Keys of the devices that the activity targeted, separated by commas',
	},
	{
		name: 'userEmails',
		displayName: 'User Emails',
		kind: 'list',
		payload: ['users', 'user_emails'],
		description: 'Email addresses of users in the case, separated by commas',
		placeholder: 'e.g. finance@example.com',
	},
	{
		name: 'userIds',
		displayName: 'User IDs',
		kind: 'list',
		payload: ['users', 'user_ids'],
		description: 'IDs of users in the case, separated by commas',
	},
	{
		name: 'userKeys',
		displayName: 'User Keys',
		kind: 'list',
		payload: ['users', 'user_keys'],
		description: 'Keys of users in the case, separated by commas',
	},
	{
		name: 'userNames',
		displayName: 'User Names',
		kind: 'list',
		payload: ['users', 'user_names'],
		description: 'Account names of users in the case, separated by commas',
		placeholder: 'e.g. svc-backup',
	},
	{
		name: 'userSids',
		displayName: 'User SIDs',
		kind: 'list',
		payload: ['users', 'user_sids'],
		description: 'Windows security identifiers (SIDs) of users in the case, separated by commas',
		placeholder: 'e.g. S-1-5-18',
	},
];
