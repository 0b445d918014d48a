/** Ids of the triggers with a poll in progress in this process. n8n may start two polls of a trigger at once. */
const running = new Set<string>();

/** Whether a poll may start: not while another of the same trigger is in progress. */
export function startPoll(triggerId: string): boolean {
	if (running.has(triggerId)) return false;
	running.add(triggerId);
	return true;
}

/** Must follow every poll that started, or the trigger never polls again. */
export function endPoll(triggerId: string): void {
	running.delete(triggerId);
}
