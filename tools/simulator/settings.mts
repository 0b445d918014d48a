import { choice, choices, flag, limit, wholeNumber, wholeNumbers } from './settingKinds.mts';
import type { Setting } from './settingKinds.mts';
import { SORT_FIELDS } from './simulatedCase.mts';
import { TIME_FORMATS } from './timeFormats.mts';

const MOST = 1_000_000_000;

const PAGES = {
	pageCap: limit('number', [1, MOST], 'maximum number of cases per page, whatever the limit'),
	maxLimit: limit('number', [1, MOST], 'searches with a larger limit get 400'),
	offsetWindow: limit(
		'number',
		[1, MOST],
		'searches with offset + limit above this number get 400',
	),
	countCap: limit('number', [1, MOST], 'cases_count is never above this number'),
	refuseOffsetBeyondEnd: flag(
		'an offset beyond the last match is refused instead of an empty page',
	),
	endRefusal: choice(['400', '404'], 'how an offset beyond the last match is refused'),
	ascending: choices(
		SORT_FIELDS,
		`sort fields that return the oldest or smallest first: ${SORT_FIELDS.join(', ')}`,
	),
	shuffleTies: flag('cases with the same sort value come in a different order each time'),
};

const LONG_REQUESTS = {
	maxBodyBytes: limit('bytes', [1, MOST], 'searches with a longer body are refused'),
	maxListLength: limit('number', [1, MOST], 'searches with a longer list are refused'),
	maxExcludedIds: limit(
		'number',
		[0, MOST],
		'searches with more ids in exclude_case_ids are refused',
	),
	longRefusal: choice(
		['400', '403', '404', '413', '414', '422', '431', 'redirect', 'html'],
		'how searches that are too long are refused; html is a page with status 200',
	),
};

const FILTERS = {
	rangeStart: choice(['inclusive', 'exclusive'], 'whether a time range contains its start'),
	rangeEnd: choice(['inclusive', 'exclusive'], 'whether a time range contains its end'),
	orTimeRange: choice(
		['alternative', 'always'],
		'with search_mode or, whether the time range is one of the alternatives or always applies',
	),
	orExclusion: choice(
		['always', 'alternative'],
		'with search_mode or, whether exclude_case_ids always applies or is one of the alternatives',
	),
};

const CASES = {
	timeFormat: choice(TIME_FORMATS, 'format of the times of a case'),
	timeFraction: choice(
		['none', 'shown', 'hidden'],
		'whether times have milliseconds, and whether responses show them',
	),
	numericCaseIds: flag('case_id is a number'),
	casesPerMinute: wholeNumber(
		'number',
		[0, 0, 6000],
		'cases created per minute, after the first request',
	),
	copyLags: wholeNumbers(
		'seconds',
		[0, 86_400],
		'responses come from copies of the data, each this many seconds behind, such as 0,75,300',
	),
	copyOrder: choice(['alternate', 'random'], 'which copy responds next'),
};

const ALERTS = {
	triageSeconds: wholeNumber('seconds', [0, 0, 86_400], 'how long the triage of an alert takes'),
	onPremises: flag('an on-premises deployment: the calls for alerts get 404'),
};

const TRAFFIC = {
	latencyMs: wholeNumber('ms', [0, 0, 600_000], 'latency of every API response'),
	maxLatencyMs: limit('ms', [0, 600_000], 'random latency, from --latency-ms to this'),
	requestsPerMinute: limit('number', [1, MOST], 'requests above this quota get 429'),
	exchangesPerMinute: limit('number', [1, MOST], 'key exchanges above this quota get 429'),
	quotaHeaders: choice(
		['retryAfter', 'rateLimit', 'none'],
		'Retry-After with a 429, or X-RateLimit-* with every response, or neither',
	),
	dateSkewSeconds: wholeNumber(
		'seconds',
		[0, -86_400, 86_400],
		'how far the Date header is ahead of the clock that stamps cases',
	),
	noDate: flag('responses have no Date header'),
};

const PERMISSIONS = {
	casesForbidden: flag('the key may not use cases: 403'),
	alertsForbidden: flag('the key may not use alerts: 403'),
	accountsForbidden: flag('the key may not list accounts or see the quota: 403'),
};

/** What a deployment of Intezer may do, as settings of the simulator. Types, options and schemas are derived from this table. */
export const SETTING_GROUPS = {
	'Pages and counts': PAGES,
	'Long requests': LONG_REQUESTS,
	Filters: FILTERS,
	Cases: CASES,
	Alerts: ALERTS,
	Traffic: TRAFFIC,
	Permissions: PERMISSIONS,
};

const SETTINGS = {
	...PAGES,
	...LONG_REQUESTS,
	...FILTERS,
	...CASES,
	...ALERTS,
	...TRAFFIC,
	...PERMISSIONS,
};

export type SettingName = keyof typeof SETTINGS;

/** The value of every setting. */
export type Settings = { [Name in SettingName]: (typeof SETTINGS)[Name]['initial'] };

/** Settings as JSON, in which null stands for `undefined`. */
export type JsonSettings = { [Name in SettingName]?: Settings[Name] | null };

/** Every setting with its name. */
export const ALL_SETTINGS = Object.entries(SETTINGS) as ReadonlyArray<
	readonly [SettingName, Setting<Settings[SettingName]>]
>;

/** The settings of a service that does nothing unusual. */
export function defaultSettings(): Settings {
	return Object.fromEntries(ALL_SETTINGS.map(([name, { initial }]) => [name, initial])) as Settings;
}

/** The JSON schema of some settings. */
export const settingsSchema = {
	type: 'object',
	additionalProperties: false,
	properties: Object.fromEntries(ALL_SETTINGS.map(([name, { schema }]) => [name, schema])),
};

/** All settings of an object that has them, as JSON. */
export function settingsToJson(settings: Settings): JsonSettings {
	return Object.fromEntries(ALL_SETTINGS.map(([name]) => [name, settings[name] ?? null]));
}

/** Settings that were checked against {@link settingsSchema}. */
export function settingsFromJson(json: JsonSettings): Partial<Settings> {
	return Object.fromEntries(
		Object.entries(json).map(([name, value]) => [name, value ?? undefined]),
	);
}
