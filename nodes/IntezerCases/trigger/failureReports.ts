import type { IntezerError } from '../../intezer/http/errors';
import { LruMap } from '../../processState/lruMap';
import type { ActivatedBy } from './firstPolls';
import { afterFailure, isPassing, OutageReport, type Outage } from './outage';

const MAX_OUTAGES = 10_000;
/** A shared rate limit may leave nothing for a poll now and then. */
const STALL_DELAY_MS = 600_000;

/** By trigger id. They can't be in the state: with durable cursors n8n drops what a failed poll stores. */
const outages = new LruMap<Outage>(MAX_OUTAGES);

/** Ends a trigger's outage: the next failure is reported at once. */
export function endOutage(triggerId: string): void {
	outages.delete(triggerId);
}

/** The outage that a failed poll is part of, if it has been reported. */
export function outageReportedBefore(triggerId: string, error: unknown): Outage | undefined {
	const outage = isPassing(error) ? outages.get(triggerId) : undefined;
	return outage?.reported === undefined ? undefined : outage;
}

/**
 * The error that a failed poll must throw; undefined if it must throw none.
 *
 * @param activatedBy set if it was the first poll of an activation
 */
export function failureToReport(
	error: unknown,
	triggerId: string,
	activatedBy: ActivatedBy | undefined,
): unknown {
	const now = Date.now();
	if (activatedBy === 'n8n') {
		// n8n would never poll the trigger again, so the next poll reports the error.
		if (isPassing(error)) outages.set(triggerId, { since: outages.get(triggerId)?.since ?? now });
		return undefined;
	}
	if (!isPassing(error)) return error;
	const { outage, isDue } = afterFailure(outages.get(triggerId), now);
	outages.set(triggerId, outage);
	return isDue ? new OutageReport(error, outage.since) : undefined;
}

/**
 * Reports that polls read nothing more, after some minutes and then once an hour. The first poll of an activation must not
 * fail, so it reports nothing.
 *
 * @param shortage why this poll read nothing more
 * @throws OutageReport if a report is due
 */
export function reportStall(
	shortage: IntezerError,
	triggerId: string,
	activatedBy: ActivatedBy | undefined,
): void {
	const { outage, isDue } = afterFailure(outages.get(triggerId), Date.now(), STALL_DELAY_MS);
	if (isDue && activatedBy !== undefined) return;
	outages.set(triggerId, outage);
	if (isDue) throw new OutageReport(shortage, outage.since);
}
