import { only, oneOf } from './schemas.mts';
import { LIST_ATTRIBUTES, TEXT_ATTRIBUTES } from './storedAlert.mts';
import { CASE_PRIORITIES, CASE_STATUSES } from './simulatedCase.mts';

const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };
const textOrNull = { type: 'string', nullable: true };
const time = { type: 'integer' };

function listOf(items: object): object {
	return { type: 'array', items };
}

function someOf(names: readonly string[], schema: object = text): Record<string, object> {
	return Object.fromEntries(names.map((name) => [name, schema]));
}

const casePatch = {
	case_title: text,
	case_status: oneOf(CASE_STATUSES),
	case_priority: oneOf(CASE_PRIORITIES),
	alerts_count: { type: 'integer', minimum: 0 },
	case_sources: listOf(text),
	case_tags: listOf(text),
	intezer_case_url: text,
	case_triage: {
		...only(someOf(['risk_category', 'case_verdict', 'response_status']), {
			required: ['risk_category', 'case_verdict', 'response_status'],
		}),
		nullable: true,
	},
	...someOf(['creation_time', 'modification_time', 'last_attached_alert_time'], time),
	...someOf(
		['analyst_verdict', 'sub_tenant_name', 'assigned_account_id', 'external_ticket_vendor'],
		textOrNull,
	),
	devices: listOf(
		only(
			{
				...someOf(['hostname', 'device_id', 'device_key', 'managed_by']),
				...someOf(['private_ips', 'external_ips', 'tags'], listOf(text)),
				role: oneOf(['source', 'target']),
			},
			{ required: ['hostname'] },
		),
	),
	users: listOf(only(someOf(['user_email', 'user_id', 'user_name', 'user_sid', 'user_key']))),
	ttps: listOf(only(someOf(['ttp_id', 'ttp_name']), { required: ['ttp_id'] })),
	alerts: listOf(only(someOf(['alert_id', 'environment']), { required: ['alert_id'] })),
	onTheWire: { type: 'object' },
};

export const casePatchSchema = only(casePatch);
export const newCaseSchema = only({ case_id: name, ...casePatch });

const alertPatch = {
	...someOf(['source', 'response_status']),
	sender: textOrNull,
	is_mitigated: { type: 'boolean' },
	...someOf(['creation_time', 'triage_time', 'triage_change_time', 'alert_update_time'], time),
	triage_result: only(
		{
			...someOf(['alert_verdict', 'alert_verdict_display', 'risk_category', 'risk_level']),
			...someOf(['threat_name', 'family_name', 'family_id'], textOrNull),
		},
		{ required: ['alert_verdict', 'alert_verdict_display', 'risk_category', 'risk_level'] },
	),
	scans: listOf({ type: 'object' }),
	attributes: only(someOf([...LIST_ATTRIBUTES, ...TEXT_ATTRIBUTES], listOf(text))),
	raw: {},
	onTheWire: { type: 'object' },
};

export const alertPatchSchema = only(alertPatch);
export const newAlertSchema = only({ alert_id: name, environment: name, ...alertPatch });
export const alertVerdictSchema = { ...only({ alert_verdict: name }), nullable: true };

const yes = { type: 'boolean', const: true };

export const faultSchema = only({
	path: text,
	times: { type: 'integer', minimum: 1 },
	always: yes,
	after: { type: 'integer', minimum: 0 },
	status: { type: 'integer', minimum: 200, maximum: 599 },
	headers: { type: 'object', additionalProperties: text },
	body: {},
	contentType: text,
	reset: yes,
	hang: yes,
	truncate: yes,
});
