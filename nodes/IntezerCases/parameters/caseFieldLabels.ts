import { replacePaths } from '../../n8n/errors/fieldLabels';
import { FILTER_ROWS } from './filterDefinitions';

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

/** Replaces the names of fields in the service's reasons by the labels of their parameters. */
export function withLabels(reasons: string): string {
	return replacePaths(reasons, LABELS);
}
