import {
	LIST_ATTRIBUTES,
	TEXT_ATTRIBUTES,
	type AlertTime,
	type StoredAlert,
} from './storedAlert.mts';
import { timeOf } from './alertTime.mts';

type Texts = readonly string[];

/** The filters of a search for alerts; all of them must match. */
export interface AlertFilters
	extends
		Partial<Record<(typeof LIST_ATTRIBUTES)[number], Texts>>,
		Partial<Record<(typeof TEXT_ATTRIBUTES)[number], string>> {
	readonly start_time?: number;
	readonly end_time?: number;
	readonly time_filter_type?: AlertTime;
	readonly environments?: Texts;
	readonly sources?: Texts;
	readonly risk_categories?: Texts;
	readonly alert_verdicts?: Texts;
	readonly family_names?: Texts;
	readonly response_statuses?: Texts;
	readonly free_text?: string;
	readonly exclude_alert_ids?: Texts;
	readonly is_mitigated?: boolean;
}

type AlertFilter = (alert: StoredAlert) => boolean;

/** Compiles filters into one. A time range contains both ends. */
export function compileAlertFilters(filters: AlertFilters): AlertFilter {
	const { start_time = -Infinity, end_time = Infinity, time_filter_type } = filters;
	const excluded = new Set(filters.exclude_alert_ids);
	const compiled: AlertFilter[] = [
		(alert) => !excluded.has(alert.alert_id),
		(alert) => {
			const time = timeOf(alert, time_filter_type ?? 'creation_time');
			return time >= start_time && time <= end_time;
		},
		one(filters.environments, ({ environment }) => environment),
		one(filters.sources, ({ source }) => source),
		one(filters.risk_categories, ({ triage_result }) => triage_result.risk_category),
		one(filters.alert_verdicts, ({ triage_result }) => triage_result.alert_verdict),
		one(filters.family_names, ({ triage_result }) => triage_result.family_name),
		one(filters.response_statuses, ({ response_status }) => response_status),
		(alert) => filters.is_mitigated === undefined || alert.is_mitigated === filters.is_mitigated,
		(alert) => filters.free_text === undefined || contains(alert, filters.free_text),
		...LIST_ATTRIBUTES.map((name) => any(filters[name], ({ attributes }) => attributes[name])),
		...TEXT_ATTRIBUTES.map((name) => {
			const wanted = filters[name];
			return any(wanted === undefined ? undefined : [wanted], ({ attributes }) => attributes[name]);
		}),
	];
	return (alert) => compiled.every((filter) => filter(alert));
}

function one(wanted: Texts | undefined, value: (alert: StoredAlert) => string | null): AlertFilter {
	return any(wanted, (alert) => {
		const found = value(alert);
		return found === null ? [] : [found];
	});
}

function any(
	wanted: Texts | undefined,
	values: (alert: StoredAlert) => Texts | undefined,
): AlertFilter {
	if (wanted === undefined) return () => true;
	const set = new Set(wanted);
	return (alert) => values(alert)?.some((value) => set.has(value)) ?? false;
}

/** Free text searches the family, the host names and the verdict. */
function contains({ triage_result, attributes }: StoredAlert, text: string): boolean {
	const texts = [
		triage_result.family_name ?? '',
		triage_result.alert_verdict,
		...(attributes.hostnames ?? []),
	];
	return texts.some((each) => each.toLowerCase().includes(text.toLowerCase()));
}
