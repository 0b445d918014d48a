import type { Case, CaseSearcher } from '../../intezer/types';
import { eventIdOf } from './eventId';
import { FIELD_OF, type CaseEvent, type TriggerSettings } from './events';
import { queryOf } from './timeWindow';

const RECENT_SECONDS = 24 * 3600;

/**
 * A case such as the trigger would give, to build a workflow with: one of the last day, else any that matches;
 * undefined where none does.
 *
 * @param now Unix seconds
 * @throws IntezerError
 */
export async function latestCase(
	service: CaseSearcher,
	watch: TriggerSettings,
	now: number,
): Promise<CaseEvent | undefined> {
	const field = FIELD_OF[watch.event];
	const all = { payload: watch.payload, field, sortBy: field };
	for (const window of [{ ...all, from: Math.floor(now) - RECENT_SECONDS }, all]) {
		const { cases } = await service.searchPage(queryOf(window), 0, 1);
		const [found]: Array<Case | undefined> = cases;
		if (found !== undefined) return { found, eventId: eventIdOf(watch.event, found) };
	}
	return undefined;
}
