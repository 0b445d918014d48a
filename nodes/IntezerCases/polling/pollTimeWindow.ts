import type { CaseSearcher } from '../../intezer/types';
import { caseKey, eventHash, hashesWithMoreAlerts, isHashRepeatable } from './caseHash';
import { CaseLookup } from './caseLookup';
import { cursorOf, settledAt } from './window/cursor';
import { eventIdOf } from './eventId';
import { latestEvents } from './latestEvents';
import { EVENT_TIME_FIELD, type CaseEvent, type PollBudget, type TriggerSettings } from './events';
import { openWindow, type OpenedWindow } from './window/openWindow';
import type { PollOutcome } from './pollOutcome';
import { SeenHashes } from './window/seenHashes';
import type { TriggerState } from './state';
import { fetchTimedPage, isComplete, MAX_LEAD_SECONDS } from './window/timeWindow';
import { findTooOld, oldestWanted } from './findTooOld';
import { readWindow, type Chunk } from './window/readWindow';
import { reportOrThrow } from './exhausted';
import { pageByPage } from './window/windowPosition';

/** Maximum number of hashes in a state: 144 kB of the 200 kB that it may have. */
const MAX_SEEN = 18_000;
/** Above this number, the poll reads only what has settled: in a burst, the trigger lags but forgets nothing. */
const MAX_SEEN_UNSETTLED = 11_000;
/** After this many events a poll ends; the next one continues. */
const MAX_EVENTS = 10_000;

/**
 * A poll for events that have a time in the case: it was created, updated, or got an alert. It reads all cases whose
 * time lies in the window that the last poll left, and knows by their hashes which it has seen.
 *
 * @throws IntezerError if the service fails; then nothing may be stored
 */
export async function pollTimeWindow(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const { isForBaseline } = cursorOf(settings, state, budget);
	const { maxIds } = state;
	const field = EVENT_TIME_FIELD[settings.event];
	// Where pages are looked up, each should take one request.
	const base = { payload: settings.payload, field, pageSize: maxIds };
	const opened = await openWindow(service, settings, state, base, budget);
	const oldest = oldestWanted(settings, opened.first.clocks.slow);
	const { window, first, position } = await skipTooOld(service, opened, budget, oldest);
	const lookup = new CaseLookup(service, maxIds);
	const seen = new SeenHashes(state.seen);
	const events = new Map<string, CaseEvent[]>();
	const isFull = (of: 'any' | 'unsettled') =>
		events.size >= MAX_EVENTS || (of === 'unsettled' && seen.size >= MAX_SEEN_UNSETTLED);
	const settled = settledAt(first.clocks.slow);
	const limits = { settled, maxAtOnce: MAX_SEEN_UNSETTLED, isFull };

	let reached = position;
	let isEnd = false;
	let isRepeatable = false;
	try {
		for await (const chunk of readWindow({ service, window, first, position, ...limits, budget })) {
			const unseen = isForBaseline ? [] : unseenEvents(settings, chunk, seen, state);
			const times = { from: reached.from, until: chunk.until, oldest };
			const cases = unseen.map(({ found }) => found);
			const tooOld = await findTooOld(lookup, settings, times, cases);
			for (const event of unseen) {
				const key = caseKey(event.found);
				if (!tooOld.has(key)) events.set(key, latestEvents(events.get(key) ?? [], event));
			}
			for (const found of chunk.cases) {
				seen.add(eventHash(settings.event, found), chunk.until);
				isRepeatable ||= isHashRepeatable(settings.event, found);
			}
			reached = chunk.position;
			isEnd = chunk.isEnd;
			seen.dropBefore(reached.from);
		}
	} catch (error) {
		reportOrThrow(error, budget);
		// There are not enough requests to find out at once which events are too old.
		if (reached === position) reached = pageByPage(position, settled);
	}
	// The rest of a baseline that could not be read at once is skipped: events from now on count.
	if (isForBaseline && !isEnd) reached = { from: first.clocks.slow - MAX_LEAD_SECONDS };
	if (isEnd && isRepeatable) seen.dropEarlierPolls();
	const { from, part, tailOffset } = reached;
	const isBehind = part !== undefined || tailOffset !== undefined;
	return {
		events: [...events.values()].flat(),
		behindSeconds: Math.max(0, settled - from),
		state: {
			version: 1,
			key: state.key,
			epoch: state.epoch,
			cursor: from,
			part,
			tailOffset,
			maxIds: isBehind ? lookup.maxIds : undefined,
			seen: seen.pack(MAX_SEEN, reached),
		},
	};
}

/** The events of a chunk that no poll has seen. */
function unseenEvents(
	settings: TriggerSettings,
	{ cases }: Chunk,
	seen: SeenHashes,
	state: TriggerState,
): CaseEvent[] {
	const { event } = settings;
	const isSeen = (hash: string) => seen.has(hash);
	return cases
		.filter((found) => !isSeen(eventHash(event, found)))
		.filter((found) => !hashesWithMoreAlerts(event, found).some(isSeen))
		.map((found) => ({ found, eventId: eventIdOf(settings, found, state) }));
}

/** Starts at the oldest second that the user wants, if the window has more than a page. @throws IntezerError */
async function skipTooOld(
	service: CaseSearcher,
	opened: OpenedWindow,
	budget: PollBudget,
	oldest: number,
): Promise<OpenedWindow> {
	const { window, first, position } = opened;
	const isSmall = position.part === undefined && isComplete(first);
	if (isSmall || oldest <= (position.part?.until ?? window.from)) return opened;
	const recent = { ...window, from: oldest };
	return {
		window: recent,
		first: await fetchTimedPage(service, recent, budget),
		position: { from: oldest },
	};
}
