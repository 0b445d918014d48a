import { IntezerError } from '../../intezer/http/errors';
import { isRetryable } from '../../intezer/http/retryPolicy';
import { isTriageRunning } from '../../intezer/triageStatus';
import type { TriagedAlert } from '../../intezer/types';
import type { OperationInput } from '../../n8n/operations/operation';
import { printableText } from '../../n8n/errors/printableText';
import { UserError } from '../../n8n/errors/userError';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
const PAUSE_GROWTH = 1.5;

/**
 * Requests an alert until its triage is finished or the time is over, with growing pauses. Between two requests, it
 * holds no place in the throttle. Once the alert is known, it also waits for Intezer to recover.
 *
 * @param isKnown whether Intezer is known to have the alert; if not, its first response has to show that
 * @param minutes 0 to request it only once
 * @returns the alert as in the last response
 * @throws IntezerError, also if the run is canceled meanwhile
 */
export async function waitForTriage(
	{ pause }: OperationInput,
	fetchAlert: () => Promise<TriagedAlert>,
	{ isKnown, minutes }: { isKnown: boolean; minutes: number },
): Promise<TriagedAlert> {
	const end = performance.now() + minutes * 60_000;
	let pauseMs = FIRST_PAUSE_MS;
	for (let known = isKnown; ; known = true) {
		const outcome = await fetchAlert().catch((error: unknown) => {
			if (known && error instanceof IntezerError && mayPass(error)) return error;
			throw error;
		});
		const left = end - performance.now();
		let waitMs = pauseMs;
		if (outcome instanceof IntezerError) {
			const { retryAfterMs = 0 } = outcome;
			waitMs = Math.max(waitMs, retryAfterMs);
			if (left <= 0 || retryAfterMs > left) throw outcome;
		} else if (!isTriageRunning(outcome.status) || left <= 0) return outcome;
		await pause(Math.min(waitMs, left));
		pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS);
	}
}

/** Whether an alert that was found may be found again. A copy of Intezer's data may not have a new alert yet. */
function mayPass(error: IntezerError): boolean {
	return error.kind === 'alertNotFound' || isRetryable(error);
}

/** @param minutes how long the node waited; 0 if it did not */
export function triageUnfinishedError(alertId: string, minutes: number): UserError {
	const name = printableText(alertId);
	if (minutes === 0) {
		return new UserError(
			`The triage of alert ${name} is not finished`,
			"Turn on 'Wait for Triage', or set 'When in Progress' to 'Return Alert So Far'.",
		);
	}
	const unit = minutes === 1 ? 'minute' : 'minutes';
	return new UserError(
		`The triage of alert ${name} did not finish within ${minutes} ${unit}`,
		"Increase 'Wait Minutes', or get the alert again later.",
	);
}
