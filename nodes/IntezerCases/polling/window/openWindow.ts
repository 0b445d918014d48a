import type { CaseSearcher } from '../../../intezer/types';
import { cursorOf } from './cursor';
import type { PollBudget, TriggerSettings } from '../events';
import type { TriggerState } from '../state';
import { fetchTimedPage, type WindowResponse, type TimeWindow } from './timeWindow';
import type { Position } from './windowPosition';

/** A window with its first response. */
export interface OpenedWindow {
	window: TimeWindow & { from: number };
	first: WindowResponse;
	position: Position;
}

/**
 * Fetches the first page from the cursor on, or the page of the part where the last poll stopped. If the first response
 * shows that the window should start elsewhere, it is fetched again.
 *
 * @throws IntezerError
 */
export async function openWindow(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	base: Omit<TimeWindow, 'from'>,
	budget: PollBudget,
): Promise<OpenedWindow> {
	const cursor = cursorOf(settings, state, budget);
	const { part, tailOffset } = state;
	const window = { ...base, from: cursor.estimate };
	const page = { ...window, until: part?.until };
	const first = await fetchTimedPage(service, page, budget, part?.offset);
	const from = cursor.exact(first.clocks.slow);
	if (from === cursor.estimate) {
		return { window, first, position: { from, part, tailOffset } };
	}
	const moved = { ...base, from };
	return { window: moved, first: await fetchTimedPage(service, moved, budget), position: { from } };
}
