import type { AlertTime, StoredAlert } from './storedAlert.mts';

/** One of the times of an alert, in Unix seconds. */
export function timeOf(alert: StoredAlert, field: AlertTime): number {
	return field === 'triage_or_triage_change_time'
		? Math.max(alert.triage_time, alert.triage_change_time)
		: alert[field];
}
