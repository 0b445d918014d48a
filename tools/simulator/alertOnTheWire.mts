import type { StoredAlert } from './storedAlert.mts';
import { timeOnTheWire } from './wire.mts';
import type { TimeFormat } from './timeFormats.mts';

export type TriageStatus = 'queued' | 'in_progress' | 'success';

/** How far the triage of an alert is; `now` in Unix seconds. */
export function triageStatus(
	{ creation_time, triage_time }: StoredAlert,
	now: number,
): TriageStatus {
	if (now >= triage_time) return 'success';
	return now < creation_time + (triage_time - creation_time) / 4 ? 'queued' : 'in_progress';
}

/** An alert as it is sent in a response: its triage's result only once the triage is finished. */
export function alertOnTheWire(
	stored: StoredAlert,
	format: TimeFormat,
	now: number,
	url: string,
): Record<string, unknown> {
	const { triage_result, scans, onTheWire, attributes, raw: _raw, ...sent } = stored;
	const isFinished = triageStatus(stored, now) === 'success';
	return {
		...sent,
		hostnames: attributes.hostnames ?? [],
		intezer_alert_url: `${url}/alerts/${encodeURIComponent(stored.alert_id)}`,
		creation_time: timeOnTheWire(stored.creation_time, format),
		triage_time: isFinished ? timeOnTheWire(stored.triage_time, format) : null,
		triage_change_time: isFinished ? timeOnTheWire(stored.triage_change_time, format) : null,
		alert_update_time: timeOnTheWire(stored.alert_update_time, 'iso'),
		...(isFinished ? { triage_result, scans } : {}),
		...onTheWire,
	};
}
