import { oneOf, only, text, texts } from './schemas.mts';
import {
	ALERT_SORT_FIELDS,
	ALERT_TIMES,
	LIST_ATTRIBUTES,
	TEXT_ATTRIBUTES,
} from './storedAlert.mts';

// Times of alerts may have a fraction.
const time = { type: 'number', minimum: 0, maximum: 253_402_300_799 };

function each(names: readonly string[], schema: object): Record<string, object> {
	return Object.fromEntries(names.map((name) => [name, schema]));
}

export const alertSearchSchema = only({
	offset: { type: 'integer', minimum: 0 },
	limit: { type: 'integer', minimum: 1 },
	sort_by: { type: 'array', minItems: 1, items: oneOf(ALERT_SORT_FIELDS) },
	sort_order: oneOf(['asc', 'desc']),
	start_time: time,
	end_time: time,
	time_filter_type: oneOf(ALERT_TIMES),
	is_mitigated: { type: 'boolean' },
	free_text: text,
	...each(
		[
			'environments',
			'sources',
			'risk_categories',
			'alert_verdicts',
			'family_names',
			'response_statuses',
			'exclude_alert_ids',
			...LIST_ATTRIBUTES,
		],
		texts,
	),
	...each(TEXT_ATTRIBUTES, text),
});

export const alertByIdSchema = only(
	{ alert_id: text, environment: text, tenant_id: text },
	{ required: ['alert_id'] },
);

export const alertsByIdsSchema = only(
	{ alert_ids: texts, environments: texts },
	{ required: ['alert_ids'] },
);

export const rawAlertSchema = only(
	{ environment: text, raw_data_type: oneOf(['raw_alert']) },
	{ required: ['environment', 'raw_data_type'] },
);

export const notifySchema = only({ environment: text });

/** The fields of a mail intake, apart from the file. */
export const MAIL_FIELDS = [
	'alert_source',
	'display_fields',
	'environment',
	'default_verdict',
	'alert_sender',
	'additional_info',
	'zip_password',
] as const;
