import type { Case, CaseSearcher } from '../../intezer/types';
import { testEventIdOf } from './eventId';
import { EVENT_TIME_FIELD, type CaseEvent, type TriggerSettings } from './events';
import { windowQuery } from './window/timeWindow';

const RECENT_SECONDS = 24 * 3600;

/**
 * An example of what the trigger emits, to build a workflow with: a matching case of the last day, else any that
 * matches; undefined if none does.
 *
 * @param now Unix seconds
 * @throws IntezerError
 */
export async function latestCase(
	service: CaseSearcher,
	settings: TriggerSettings,
	now: number,
): Promise<CaseEvent | undefined> {
	const field = EVENT_TIME_FIELD[settings.event];
	const all = { payload: settings.payload, field, sortBy: field };
	for (const window of [{ ...all, from: Math.floor(now) - RECENT_SECONDS }, all]) {
		const { cases } = await service.searchPage(windowQuery(window), 0, 1);
		const [found]: Array<Case | undefined> = cases;
		if (found !== undefined) return { found, eventId: testEventIdOf(settings.event, found) };
	}
	return undefined;
}
