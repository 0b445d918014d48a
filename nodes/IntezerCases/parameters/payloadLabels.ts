import { FILTER_ROWS } from './filterTable';

/** The labels of parameters in the editor, by the path of their field in the body of a search. */
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

/** A path before its reason, such as `payload.case_statuses.0` in `payload.case_statuses.0: unknown value`. */
const PATH = /[a-z_]+(?:\.\w+)*(?=: )/g;

/**
 * Replaces paths in the service's error messages by labels: `payload.case_ids.0: must be a string` becomes `'Case IDs':
 * must be a string`. Unknown paths stay as they are.
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
