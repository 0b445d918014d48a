import { FILTER_ROWS } from './filterTable';

/** What a user sees as the name of each part of a search's body, by its path there. */
const LABELS: ReadonlyMap<string, string> = new Map([
	...FILTER_ROWS.map(({ payload, displayName }) => [payload.join('.'), displayName] as const),
	['alert_identifiers', 'Alert Identifiers'],
	['limit', 'Page Size'],
	['offset', 'Offset'],
	['search_mode', 'Search Mode'],
	['sort_by', 'Sort By'],
	['time_range_end', 'Time Range End'],
	['time_range_field', 'Time Range Field'],
	['time_range_start', 'Time Range Start'],
]);

/** A path in a body with its reason behind it, such as `payload.case_statuses.0: ` */
const PATH = /[a-z_]+(?:\.\w+)*(?=: )/g;

/**
 * The service's reasons, such as `payload.case_ids.0: must be a string`, in the words of the editor: `'Case IDs': must be
 * a string`. What has no field there stays as it is.
 */
export function withLabels(reasons: string): string {
	return reasons.replace(PATH, (path) => {
		const names = path.split('.');
		if (names[0] === 'payload') names.shift();
		const [group = '', field = ''] = names;
		const label = LABELS.get(group) ?? LABELS.get(`${group}.${field}`);
		return label === undefined ? path : `'${label}'`;
	});
}
