import { caseHash } from './caseHash';
import type { CaseLookup } from './caseLookup';
import { EVENT_TIME_FIELD, type CaseEvent, type PollBudget, type TriggerSettings } from './events';
import { reportExhausted } from './window/readWindowAtOnce';

/** The second before which the user wants no events; undefined if every event counts. */
export function oldestWanted(settings: TriggerSettings, serverSecond: number): number | undefined {
	const { ignoreOlderThanHours: hours } = settings;
	return hours > 0 ? serverSecond - Math.ceil(hours * 3600) : undefined;
}

/**
 * The events of a chunk without those that are older than the user wants. The service is asked only if the chunk may
 * contain both. If no request is left for that, all events are returned.
 *
 * @param times the seconds between which the chunk's events happened, and the oldest that the user wants
 * @throws IntezerError
 */
export async function dropTooOld(
	events: ReadonlyMap<string, CaseEvent>,
	lookup: CaseLookup,
	{ event }: TriggerSettings,
	{ from, until, oldest = -Infinity }: { from: number; until: number; oldest: number | undefined },
	budget: PollBudget,
): Promise<ReadonlyMap<string, CaseEvent>> {
	if (oldest <= from) return events;
	if (oldest > until) return new Map();
	const older = { time_range_end: oldest - 1, time_range_field: EVENT_TIME_FIELD[event] };
	const cases = [...events.values()].map(({ found }) => found);
	try {
		const tooOld = await lookup.fetchMatching(older, cases);
		// A copy of the data that is behind may return the case as it was before its event, or not have a new case at all.
		const isTooOld = (key: string, { found }: CaseEvent) => {
			const known = tooOld.get(key);
			return (
				known !== undefined && (event === 'caseCreated' || caseHash(known) === caseHash(found))
			);
		};
		return new Map([...events].filter(([key, each]) => !isTooOld(key, each)));
	} catch (error) {
		// An event that is too old is better than one that is lost.
		reportExhausted(error, budget);
		return events;
	}
}
