import type { Case } from '../../intezer/types';
import { caseHash, caseKey } from './caseHash';
import type { CaseLookup } from './caseLookup';
import { EVENT_TIME_FIELD, type TriggerSettings } from './events';

/** The seconds between which events happened, and the first of which the user wants events. */
export interface EventTimes {
	from: number;
	until: number;
	oldest: number;
}

/** The second before which the user wants no events; -Infinity if every event counts. */
export function oldestWanted(settings: TriggerSettings, serverSecond: number): number {
	const { ignoreOlderThanHours: hours } = settings;
	return hours > 0 ? serverSecond - Math.ceil(hours * 3600) : -Infinity;
}

/**
 * The keys of the cases whose event is older than the user wants. The service is asked only if there may be both such
 * cases and others.
 *
 * @throws IntezerError
 */
export async function findTooOld(
	lookup: CaseLookup,
	{ event }: TriggerSettings,
	{ from, until, oldest }: EventTimes,
	cases: readonly Case[],
): Promise<ReadonlySet<string>> {
	if (oldest <= from) return new Set();
	if (oldest > until) return new Set(cases.map(caseKey));
	const older = { time_range_end: oldest - 1, time_range_field: EVENT_TIME_FIELD[event] };
	const found = await lookup.fetchMatching(older, cases);
	// A copy of the data that is behind may return the case as it was before its event, or not have a new case at all.
	const isTooOld = (each: Case) => {
		const known = found.get(caseKey(each));
		return known !== undefined && (event === 'caseCreated' || caseHash(known) === caseHash(each));
	};
	return new Set(cases.filter(isTooOld).map(caseKey));
}
