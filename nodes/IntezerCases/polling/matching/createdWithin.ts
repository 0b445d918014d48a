import type { IDataObject } from 'n8n-workflow';

import { caseIdOf } from '../../../intezer/caseId';
import type { Case } from '../../../intezer/types';
import { caseKey } from '../caseHash';
import type { CaseLookup } from '../caseLookup';
import type { PollBudget, TriggerSettings } from '../events';
import type { TriggerState } from '../state';
import { MAX_CLOCK_SKEW_SECONDS } from '../window/timeWindow';

const DAY_SECONDS = 86_400;
/** A corrected clock is not a change of the setting. */
const TOLERANCE_SECONDS = 2 * MAX_CLOCK_SKEW_SECONDS;

/*
 * A search takes one time range, and a poll needs it for the modification time. So when a case was created is a second
 * search, by ids: the names and the formats of the times in a response are not documented.
 */

/** Seconds between which cases were created; both belong to it. */
export interface CreationRange {
	/** 0 for no limit. */
	from: number;
	/** Undefined for no limit. */
	until?: number | undefined;
}

/** The second before which a case must not have been created; 0 if every case counts. */
export function oldestCreation(
	{ onlyCreatedWithinDays: days }: TriggerSettings,
	serverSecond: number,
): number {
	return days > 0 ? Math.max(0, serverSecond - Math.ceil(days * DAY_SECONDS)) : 0;
}

/** Whether cases count that are older than those in the state, because the user raised the limit. */
export function isLimitRaised(
	settings: TriggerSettings,
	{ createdFrom = 0 }: TriggerState,
	budget: PollBudget,
): boolean {
	return oldestCreation(settings, budget.now() / 1000) < createdFrom - TOLERANCE_SECONDS;
}

/** Those of some cases that were created in a range; a case without an id counts as one of them. @throws IntezerError */
export async function createdIn(
	lookup: CaseLookup,
	{ from, until }: CreationRange,
	cases: readonly Case[],
): Promise<readonly Case[]> {
	if (from === 0 && until === undefined) return cases;
	const range: IDataObject = { time_range_field: 'creation_time' };
	// A second more: some services exclude the start of a range.
	if (from > 0) range.time_range_start = from - 1;
	if (until !== undefined) range.time_range_end = until;
	const inRange = await lookup.fetchMatching(range, cases);
	return cases.filter((found) => caseIdOf(found) === undefined || inRange.has(caseKey(found)));
}

/**
 * The keys of those cases that were created before a second. A copy of the data that does not have a case yet can't
 * report it as old, so a new case never loses its event.
 *
 * @throws IntezerError
 */
export async function createdBefore(
	lookup: CaseLookup,
	second: number,
	cases: readonly Case[],
): Promise<ReadonlySet<string>> {
	if (second === 0) return new Set();
	const range = { time_range_field: 'creation_time', time_range_end: second - 1 };
	return new Set((await lookup.fetchMatching(range, cases)).keys());
}
