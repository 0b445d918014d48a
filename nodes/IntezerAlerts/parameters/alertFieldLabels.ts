import { replacePaths } from '../../n8n/errors/fieldLabels';
import { FILTER_ROWS } from './filterDefinitions';

/** The labels of parameters in the editor, by the path of their field in the body of a request. */
const LABELS: ReadonlyMap<string, string> = new Map([
	...FILTER_ROWS.map(({ payload, displayName }) => [payload.join('.'), displayName] as const),
	['alert_id', 'Alert ID'],
	['alert_ids', 'Alert IDs'],
	['additional_info', 'Additional Info'],
	['alert_sender', 'Alert Sender'],
	['default_verdict', 'Default Verdict'],
	['end_time', 'End Time'],
	['environment', 'Environment'],
	['limit', 'Page Size'],
	['offset', 'Offset'],
	['sort_by', 'Sort By'],
	['sort_order', 'Sort Order'],
	['start_time', 'Start Time'],
	['time_filter_type', 'Time Filter Type'],
	['zip_password', 'ZIP Password'],
]);

/** Replaces the names of fields in the service's reasons by the labels of their parameters. */
export function withLabels(reasons: string): string {
	return replacePaths(reasons, LABELS);
}
