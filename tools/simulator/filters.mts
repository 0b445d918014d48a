import type { Settings } from './settings.mts';
import type {
	CasePriority,
	CaseStatus,
	SearchMode,
	SimulatedCase,
	SimulatedDevice,
	SimulatedUser,
	TimeField,
} from './simulatedCase.mts';

type Texts = readonly string[];

/** The `payload` of a search. */
export interface SearchPayload {
	readonly case_ids?: Texts;
	readonly exclude_case_ids?: Texts;
	readonly time_range_start?: number;
	readonly time_range_end?: number;
	readonly time_range_field?: TimeField;
	readonly sources?: Texts;
	readonly free_text?: string;
	readonly sub_tenant_names?: Texts;
	readonly devices?: {
		readonly hostnames?: Texts;
		readonly device_private_ips?: Texts;
		readonly device_external_ips?: Texts;
		readonly device_ids?: Texts;
		readonly device_tags?: Texts;
		readonly device_managed_by?: Texts;
		readonly device_keys?: Texts;
		readonly source_device_keys?: Texts;
		readonly target_device_keys?: Texts;
	};
	readonly users?: {
		readonly user_ids?: Texts;
		readonly user_emails?: Texts;
		readonly user_names?: Texts;
		readonly user_sids?: Texts;
		readonly user_keys?: Texts;
	};
	readonly alert_identifiers?: ReadonlyArray<{
		readonly alert_id: string;
		readonly environment?: string;
	}>;
	readonly risk_categories?: Texts;
	readonly case_verdicts?: Texts;
	readonly response_statuses?: Texts;
	readonly analyst_verdicts?: Texts;
	readonly case_statuses?: readonly CaseStatus[];
	readonly priorities?: readonly CasePriority[];
	readonly assigned_account_ids?: Texts;
	readonly external_ticket_vendors?: Texts;
}

export type CaseFilter = (candidate: SimulatedCase) => boolean;

type Value = string | null | undefined;

/** What the documentation of the service leaves open about filters. */
export type FilterMeaning = Pick<
	Settings,
	'rangeStart' | 'rangeEnd' | 'orTimeRange' | 'orExclusion'
>;

const USUAL_MEANING: FilterMeaning = {
	rangeStart: 'inclusive',
	rangeEnd: 'inclusive',
	orTimeRange: 'alternative',
	orExclusion: 'always',
};

/** Compiles a payload into a filter; `undefined` if every case matches. */
export function compileFilters(
	payload: SearchPayload,
	mode: SearchMode,
	meaning: FilterMeaning = USUAL_MEANING,
): CaseFilter | undefined {
	const range = timeRange(payload, meaning);
	const exclusion = none(payload.exclude_case_ids);
	const others = [
		...caseFilters(payload),
		...deviceFilters(payload.devices),
		...userFilters(payload.users),
	];
	if (mode === 'and') return allOf([range, exclusion, ...others]);
	const always = [
		meaning.orTimeRange === 'always' ? range : undefined,
		meaning.orExclusion === 'always' ? exclusion : undefined,
	];
	const alternatives = [range, exclusion, ...others].filter((filter) => !always.includes(filter));
	return allOf([...always, anyOf(alternatives)]);
}

function allOf(candidates: ReadonlyArray<CaseFilter | undefined>): CaseFilter | undefined {
	const filters = candidates.filter((filter) => filter !== undefined);
	if (filters.length <= 1) return filters[0];
	return (candidate) => filters.every((filter) => filter(candidate));
}

function anyOf(candidates: ReadonlyArray<CaseFilter | undefined>): CaseFilter | undefined {
	const filters = candidates.filter((filter) => filter !== undefined);
	if (filters.length <= 1) return filters[0];
	return (candidate) => filters.some((filter) => filter(candidate));
}

function none(excluded: Texts | undefined): CaseFilter | undefined {
	if (excluded === undefined) return undefined;
	const set = new Set(excluded);
	return (candidate) => !set.has(candidate.case_id);
}

function caseFilters(payload: SearchPayload): Array<CaseFilter | undefined> {
	return [
		one(payload.case_ids, (candidate) => candidate.case_id),
		any(payload.sources, (candidate) => candidate.case_sources),
		freeText(payload.free_text),
		one(payload.sub_tenant_names, (candidate) => candidate.sub_tenant_name),
		alertIdentifiers(payload.alert_identifiers),
		one(payload.risk_categories, (candidate) => candidate.case_triage?.risk_category),
		one(payload.case_verdicts, (candidate) => candidate.case_triage?.case_verdict),
		one(payload.response_statuses, (candidate) => candidate.case_triage?.response_status),
		one(payload.analyst_verdicts, (candidate) => candidate.analyst_verdict),
		one(payload.case_statuses, (candidate) => candidate.case_status),
		one(payload.priorities, (candidate) => candidate.case_priority),
		one(payload.assigned_account_ids, (candidate) => candidate.assigned_account_id),
		one(payload.external_ticket_vendors, (candidate) => candidate.external_ticket_vendor),
	];
}

function deviceFilters(devices: SearchPayload['devices'] = {}): Array<CaseFilter | undefined> {
	return [
		ofDevices(devices.hostnames, (device) => [device.hostname]),
		ofDevices(devices.device_private_ips, (device) => device.private_ips),
		ofDevices(devices.device_external_ips, (device) => device.external_ips),
		ofDevices(devices.device_ids, (device) => [device.device_id]),
		ofDevices(devices.device_tags, (device) => device.tags),
		ofDevices(devices.device_managed_by, (device) => [device.managed_by]),
		ofDevices(devices.device_keys, (device) => [device.device_key]),
		ofDevices(devices.source_device_keys, (device) => keyInRole(device, 'source')),
		ofDevices(devices.target_device_keys, (device) => keyInRole(device, 'target')),
	];
}

function userFilters(users: SearchPayload['users'] = {}): Array<CaseFilter | undefined> {
	return [
		ofUsers(users.user_ids, (user) => user.user_id),
		ofUsers(users.user_emails, (user) => user.user_email),
		ofUsers(users.user_names, (user) => user.user_name),
		ofUsers(users.user_sids, (user) => user.user_sid),
		ofUsers(users.user_keys, (user) => user.user_key),
	];
}

function keyInRole(device: SimulatedDevice, role: 'source' | 'target'): Value[] {
	return device.role === role ? [device.device_key] : [];
}

function ofDevices(
	wanted: Texts | undefined,
	values: (device: SimulatedDevice) => readonly Value[] | undefined,
): CaseFilter | undefined {
	return any(wanted, (candidate) => candidate.devices.flatMap((device) => values(device) ?? []));
}

function ofUsers(
	wanted: Texts | undefined,
	value: (user: SimulatedUser) => Value,
): CaseFilter | undefined {
	return any(wanted, (candidate) => candidate.users.map(value));
}

function one(
	wanted: Texts | undefined,
	value: (candidate: SimulatedCase) => Value,
): CaseFilter | undefined {
	if (wanted === undefined) return undefined;
	const set = new Set<Value>(wanted);
	return (candidate) => set.has(value(candidate));
}

function any(
	wanted: Texts | undefined,
	values: (candidate: SimulatedCase) => readonly Value[],
): CaseFilter | undefined {
	if (wanted === undefined) return undefined;
	const set = new Set<Value>(wanted);
	return (candidate) => values(candidate).some((value) => set.has(value));
}

function timeRange(payload: SearchPayload, meaning: FilterMeaning): CaseFilter | undefined {
	const { time_range_start: start, time_range_end: end } = payload;
	if (start === undefined && end === undefined) return undefined;
	const field = payload.time_range_field ?? 'creation_time';
	const [earliest, latest] = [start ?? -Infinity, end ?? Infinity];
	const excludesStart = meaning.rangeStart === 'exclusive';
	const excludesEnd = meaning.rangeEnd === 'exclusive';
	return ({ [field]: time }) =>
		(excludesStart ? time > earliest : time >= earliest) &&
		(excludesEnd ? time < latest : time <= latest);
}

function freeText(text: string | undefined): CaseFilter | undefined {
	if (text === undefined) return undefined;
	const needle = text.toLowerCase();
	const holds = (value: Value) => value?.toLowerCase().includes(needle) ?? false;
	return (candidate) =>
		holds(candidate.case_title) ||
		holds(candidate.case_id) ||
		holds(candidate.assigned_account_id) ||
		candidate.devices.some((device) => holds(device.hostname));
}

function alertIdentifiers(wanted: SearchPayload['alert_identifiers']): CaseFilter | undefined {
	if (wanted === undefined) return undefined;
	return (candidate) =>
		candidate.alerts.some((alert) =>
			wanted.some(
				({ alert_id, environment }) =>
					alert.alert_id === alert_id &&
					(environment === undefined || alert.environment === environment),
			),
		);
}
