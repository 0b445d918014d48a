import type { CaseSearcher } from '../../intezer/types';
import { eventIdOf } from './eventId';
import { caseKey, eventHash, tellsModification } from './caseHash';
import { SeenHashes } from './seenHashes';
import type { PollOutcome } from './outcome';
import { slicesOf, type Slice } from './windowParts';
import { oldestWanted, settledAt, startOf } from './cursor';
import type { TriggerState } from './state';
import { FIELD_OF, type PollBudget, type CaseEvent, type TriggerSettings } from './events';
import { LATE_SECONDS, openFrom } from './timeWindow';

/** Most marks to remember: 176 kB of the 200 kB that a state may have. */
const MOST_MARKS = 22_000;
/** Most of them may be of cases that the next poll reads again: in a storm the trigger lags rather than forgets. */
const MOST_IN_WINDOW = 20_000;
/** With so many events a poll has enough; the next goes on. */
const MOST_EVENTS = 10_000;
/** The service's times may be so much ahead of the clock that its answers show. */
const CLOCK_SLACK_SECONDS = 60;

/**
 * A poll for events that a time of the case tells: it was created, updated, or got an alert. It reads all cases whose
 * time is in the window that the last poll left, and knows by their marks which it has seen.
 *
 * @throws IntezerError where the answer is not whole; nothing is to be remembered then
 */
export async function pollWindow(
	service: CaseSearcher,
	watch: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const began = budget.now();
	const start = startOf(watch, state, budget);
	const window = { payload: watch.payload, field: FIELD_OF[watch.event] };
	const opened = await openFrom(service, window, budget, start.guess, (server) =>
		Math.max(start.exact(server), oldestWanted(watch, { server }) ?? -Infinity),
	);
	const from = opened.window.from ?? start.guess;
	const settled = settledAt(opened.server);
	const reading = new Reading(watch, new SeenHashes(state.known), start.takesStock, settled);

	let last: Slice | undefined;
	let readTo = from;
	const limits = { settled, room: () => reading.room(state.slice) };
	for await (const slice of slicesOf(service, opened, budget, limits)) {
		reading.take(slice);
		if (!slice.complete) break;
		last = slice;
		readTo = Math.max(from, Math.min(slice.end ?? settled, settled));
	}

	const isWhole = last !== undefined && last.end === undefined;
	const elapsed = Math.ceil((budget.now() - began) / 1000);
	const reached = isWhole ? opened.server + elapsed + CLOCK_SLACK_SECONDS : (last?.end ?? from);
	// What the last poll has read further on than this one must still be known.
	const isBehind = !isWhole && reached < (state.reach ?? 0);
	const keepFrom = reading.repeats ? Infinity : opened.server - LATE_SECONDS;
	const known = reading.marks.packed(opened.server, isBehind ? -Infinity : keepFrom, MOST_MARKS);
	return {
		events: [...reading.events.values()],
		state: {
			version: 1,
			key: state.key,
			epoch: state.epoch,
			// Stock that could not be taken whole is left: what happens from now on counts.
			from: start.takesStock && !isWhole ? opened.server : readTo,
			reach: isBehind ? (state.reach ?? reached) : reached,
			known,
		},
	};
}

/** What a poll makes of the slices that it reads. */
class Reading {
	/** By case: a poll emits a case once, as it was seen last. */
	readonly events = new Map<string, CaseEvent>();
	/** Whether a case may come to look as it did before: see {@link tellsModification}. */
	repeats = false;
	/** Whether the slice that was read last, and all before it, can bring nothing new. */
	private isSettled = true;

	constructor(
		private readonly watch: TriggerSettings,
		readonly marks: SeenHashes,
		private readonly takesStock: boolean,
		private readonly settled: number,
	) {}

	/** How many more cases this poll has room for, in its output and in what the next must know. */
	room(most = Infinity): number {
		const isFull = this.events.size >= MOST_EVENTS;
		const known = this.isSettled ? 0 : this.marks.current;
		return isFull ? 0 : Math.min(most, MOST_IN_WINDOW - known);
	}

	take(slice: Slice): void {
		const { event } = this.watch;
		this.marks.nextSlice(this.isSettled);
		this.isSettled = slice.end !== undefined && slice.end < this.settled;
		for (const found of slice.cases) {
			if (event === 'caseUpdated' && !tellsModification(found)) this.repeats = true;
			const mark = eventHash(event, found);
			if (!this.marks.has(mark) && !this.takesStock) {
				this.events.set(caseKey(found), { found, eventId: eventIdOf(event, found) });
			}
			this.marks.see(mark);
		}
	}
}
