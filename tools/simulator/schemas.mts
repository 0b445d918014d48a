import { CASE_PRIORITIES, CASE_STATUSES } from './simulatedCase.mts';
import { SEARCH_MODES, SORT_FIELDS, TIME_FIELDS } from './simulatedCase.mts';

// Empty filters are refused: a client has to leave them out.
export const text = { type: 'string', minLength: 1 };
export const texts = { type: 'array', minItems: 1, items: text };
// The last second of the year 9999: refuses times in milliseconds.
const time = { type: 'integer', minimum: 0, maximum: 253_402_300_799 };

export function oneOf(values: readonly string[]): object {
	return { type: 'string', enum: values };
}

function severalOf(values: readonly string[]): object {
	return { type: 'array', minItems: 1, items: oneOf(values) };
}

export function only(properties: Record<string, object>, more: object = {}): object {
	return { type: 'object', additionalProperties: false, properties, ...more };
}

function listsNamed(...names: string[]): object {
	return only(Object.fromEntries(names.map((name) => [name, texts])), { minProperties: 1 });
}

const payload = only({
	case_ids: texts,
	exclude_case_ids: texts,
	time_range_start: time,
	time_range_end: time,
	time_range_field: oneOf(TIME_FIELDS),
	sources: texts,
	free_text: text,
	sub_tenant_names: texts,
	devices: listsNamed(
		'hostnames',
		'device_private_ips',
		'device_external_ips',
		'device_ids',
		'device_tags',
		'device_managed_by',
		'device_keys',
		'source_device_keys',
		'target_device_keys',
	),
	users: listsNamed('user_ids', 'user_emails', 'user_names', 'user_sids', 'user_keys'),
	alert_identifiers: {
		type: 'array',
		minItems: 1,
		items: only({ alert_id: text, environment: text }, { required: ['alert_id'] }),
	},
	risk_categories: texts,
	case_verdicts: texts,
	response_statuses: texts,
	analyst_verdicts: texts,
	case_statuses: severalOf(CASE_STATUSES),
	priorities: severalOf(CASE_PRIORITIES),
	assigned_account_ids: texts,
	external_ticket_vendors: texts,
});

export const searchBodySchema = only(
	{
		payload,
		offset: { type: 'integer', minimum: 0 },
		limit: { type: 'integer', minimum: 1 },
		search_mode: oneOf(SEARCH_MODES),
		sort_by: oneOf(SORT_FIELDS),
	},
	{ required: ['payload'] },
);

export const tokenBodySchema = only({ api_key: text }, { required: ['api_key'] });

export const noQuerySchema = only({});
