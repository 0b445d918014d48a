import type { CaseSearcher } from '../../intezer/types';
import { caseKey, eventHash, hasModificationTime } from './caseHash';
import { cursorOf, oldestWanted, settledAt } from './cursor';
import { eventIdOf } from './eventId';
import { EVENT_TIME_FIELD, type CaseEvent, type PollBudget, type TriggerSettings } from './events';
import type { PollOutcome } from './outcome';
import { SeenHashes } from './seenHashes';
import type { TriggerState } from './state';
import { fetchFirstPageFrom, OVERLAP_SECONDS } from './timeWindow';
import { readInParts, type WindowPart } from './windowParts';

/** Maximum number of hashes in a state: 176 kB of the 200 kB that it may have. */
const MAX_SEEN = 22_000;
/** Of these, how many may be of cases that the next poll reads again: in a burst the trigger lags but forgets nothing. */
const MAX_SEEN_IN_WINDOW = 20_000;
/** After this many events a poll ends; the next one continues. */
const MAX_EVENTS = 10_000;
/** The service's times may be this far ahead of the clock in its responses. */
const CLOCK_SLACK_SECONDS = 60;

/**
 * A poll for events that a time of the case tells: it was created, updated, or got an alert. It reads all cases whose
 * time lies in the window that the last poll left, and knows by their hashes which it has seen.
 *
 * @throws IntezerError where the service fails; then nothing may be stored
 */
export async function pollTimeWindow(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const startedAt = budget.now();
	const cursor = cursorOf(settings, state, budget);
	const window = { payload: settings.payload, field: EVENT_TIME_FIELD[settings.event] };
	const firstPage = await fetchFirstPageFrom(service, window, budget, cursor.estimate, (second) =>
		Math.max(cursor.exact(second), oldestWanted(settings, second) ?? -Infinity),
	);
	const { serverSecond } = firstPage;
	const from = firstPage.window.from ?? cursor.estimate;
	const settled = settledAt(serverSecond);
	const reading = new WindowReading(settings, state, cursor.isForBaseline, settled);

	let lastPart: WindowPart | undefined;
	let nextCursor = from;
	const limits = { settled, room: () => reading.room(state.partSize) };
	for await (const part of readInParts(service, firstPage, budget, limits)) {
		reading.addPart(part);
		if (!part.complete) break;
		lastPart = part;
		nextCursor = Math.max(from, Math.min(part.end ?? settled, settled));
	}

	const isFullyRead = lastPart !== undefined && lastPart.end === undefined;
	// The rest of a baseline that could not be read completely is skipped: events from now on count.
	const newCursor = cursor.isForBaseline && !isFullyRead ? serverSecond : nextCursor;
	const elapsed = Math.ceil((budget.now() - startedAt) / 1000);
	const readUntil = isFullyRead
		? serverSecond + elapsed + CLOCK_SLACK_SECONDS
		: (lastPart?.end ?? from);
	// Where the last poll read further than this one, what it saw there is still needed.
	const isBehind = !isFullyRead && readUntil < (state.readUntil ?? 0);
	const keepFrom = reading.hasRepeatableHashes ? Infinity : serverSecond - OVERLAP_SECONDS;
	const seen = reading.seen.pack(serverSecond, isBehind ? -Infinity : keepFrom, MAX_SEEN);
	return {
		events: [...reading.events.values()],
		behindSeconds: Math.max(0, settled - newCursor),
		state: {
			version: 1,
			key: state.key,
			epoch: state.epoch,
			cursor: newCursor,
			readUntil: isBehind ? (state.readUntil ?? readUntil) : readUntil,
			seen,
		},
	};
}

/** Collects the events of the parts that a poll reads. */
class WindowReading {
	/** By case: a poll emits a case once, in the state that it saw last. */
	readonly events = new Map<string, CaseEvent>();
	readonly seen: SeenHashes;
	/** Whether a case may get the hash of an earlier state again: see {@link hasModificationTime}. */
	hasRepeatableHashes = false;
	/** Whether the last part, and all before it, have settled. */
	private isSettled = true;

	constructor(
		private readonly settings: TriggerSettings,
		private readonly state: TriggerState,
		private readonly isForBaseline: boolean,
		private readonly settled: number,
	) {
		this.seen = new SeenHashes(state.seen);
	}

	/** How many more cases fit into this poll's output and the state. */
	room(max = Infinity): number {
		if (this.events.size >= MAX_EVENTS) return 0;
		const seen = this.isSettled ? 0 : this.seen.currentCount;
		return Math.min(max, MAX_SEEN_IN_WINDOW - seen);
	}

	addPart(part: WindowPart): void {
		const { event } = this.settings;
		this.seen.nextPart(this.isSettled);
		this.isSettled = part.end !== undefined && part.end < this.settled;
		for (const found of part.cases) {
			if (event === 'caseUpdated' && !hasModificationTime(found)) this.hasRepeatableHashes = true;
			const hash = eventHash(event, found);
			if (!this.seen.has(hash) && !this.isForBaseline) {
				this.events.set(caseKey(found), { found, eventId: eventIdOf(event, found, this.state) });
			}
			this.seen.add(hash);
		}
	}
}
