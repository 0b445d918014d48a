const RUNNING = new Set(['queued', 'in_progress']);

/** Whether a status of the service says that the triage of an alert is not finished. */
export function isTriageRunning(status: unknown): boolean {
	return typeof status === 'string' && RUNNING.has(status.trim().toLowerCase());
}
