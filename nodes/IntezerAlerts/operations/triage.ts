import { isTriageRunning } from '../../intezer/triageStatus';
import type { TriagedAlert } from '../../intezer/types';
import type { OperationInput } from '../../n8n/operations/operation';
import { UserError } from '../../n8n/userError';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
const PAUSE_GROWTH = 1.5;

/**
 * Requests an alert until its triage is finished or the time is over, with growing pauses. Between two requests, it
 * holds no place in the throttle.
 *
 * @param minutes 0 to request it only once
 * @returns the alert as in the last response
 * @throws IntezerError, also if the run is canceled meanwhile
 */
export async function waitForTriage(
	{ pause }: OperationInput,
	fetchAlert: () => Promise<TriagedAlert>,
	minutes: number,
): Promise<TriagedAlert> {
	const end = performance.now() + minutes * 60_000;
	let pauseMs = FIRST_PAUSE_MS;
	for (;;) {
		const triaged = await fetchAlert();
		const left = end - performance.now();
		if (!isTriageRunning(triaged.status) || left <= 0) return triaged;
		await pause(Math.min(pauseMs, left));
		pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS);
	}
}

/** @param minutes how long the node waited; 0 if it did not */
export function triageUnfinishedError(alertId: string, minutes: number): UserError {
	if (minutes === 0) {
		return new UserError(
			`The triage of alert ${alertId} is not finished`,
			"Turn on 'Wait for Triage', or set 'When in Progress' to 'Return Alert So Far'.",
		);
	}
	const unit = minutes === 1 ? 'minute' : 'minutes';
	return new UserError(
		`The triage of alert ${alertId} did not finish within ${minutes} ${unit}`,
		"Increase 'Wait Minutes', or get the alert again later.",
	);
}
