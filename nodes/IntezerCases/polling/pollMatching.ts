import type { Case, CaseSearcher } from '../../intezer/types';
import { eventIdOf } from './eventId';
import { caseKey, caseHash, shortHash, tellsModification } from './caseHash';
import { SeenHashes } from './seenHashes';
import { Membership, MOST_INSIDE } from './matchingSet';
import type { PollOutcome } from './outcome';
import { fits, onlyTooMuch, readWindow, slicesOf, type Slice } from './windowParts';
import { oldestWanted, settledAt, startOf } from './cursor';
import type { TriggerState } from './state';
import { hasBaseline, recordBaseline } from './baseline';
import { fixedFilters, matchingNow, toldByItself } from './matching';
import { FIELD_OF, type PollBudget, type CaseEvent, type TriggerSettings } from './events';
import { LATE_SECONDS, fetchFirstPage, openFrom, type FirstPage } from './timeWindow';

/** Most marks to remember beside the cases that match: 56 kB. Others are looked at once more. */
const MOST_MARKS = 7_000;
/** So many modified cases are a backlog: then all that match may be read in less. */
const BACKLOG = 2_000;

/**
 * A poll for events that a case's matching tells: it was escalated, or matches the filters now. It reads which cases
 * were modified, whether they match or not: so it sees those that leave, and one that enters again is news. Where
 * nothing was modified, that is one request.
 *
 * @throws IntezerError where the answer is not whole; nothing is to be remembered then. TooManyMatching at the start
 */
export async function pollMatching(
	service: CaseSearcher,
	watch: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	if (hasBaseline(state)) return await follow(service, watch, state, budget);
	const { takesStock } = startOf(watch, state, budget);
	const stocked = await recordBaseline(service, watch, state, budget);
	if (takesStock || !hasBaseline(stocked)) return { events: [], state: stocked };
	return await follow(service, watch, stocked, budget);
}

async function follow(
	service: CaseSearcher,
	watch: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const start = startOf(watch, state, budget);
	const modified = { payload: fixedFilters(watch.payload), field: FIELD_OF[watch.event] };
	const opened = await openFrom(service, modified, budget, start.guess, (server) =>
		start.exact(server),
	);
	const from = opened.window.from ?? start.guess;
	const settled = settledAt(opened.server);
	const judging = new Judging(service, watch, state);

	let readTo = from;
	const everything = await openBacklog(service, watch, opened, budget, state.slice);
	if (everything !== undefined) {
		const { cases, complete } = await readWindow(service, everything.window);
		judging.compare(cases, complete);
		if (complete) readTo = settled;
	} else {
		const limits = { settled, room: () => state.slice ?? Infinity };
		let isFirst = true;
		for await (const slice of slicesOf(service, opened, budget, limits)) {
			const trouble = await judging.take(slice).catch(onlyTooMuch);
			if (trouble !== undefined) {
				if (isFirst) throw trouble;
				break;
			}
			isFirst = false;
			if (slice.complete) readTo = Math.min(slice.end ?? settled, settled);
		}
	}
	const keepFrom = judging.repeats ? Infinity : opened.server - LATE_SECONDS;
	return {
		events: await wantedOf(judging.events, service, watch, from, opened),
		state: {
			version: 1,
			key: state.key,
			epoch: state.epoch,
			from: Math.max(from, readTo),
			known: judging.marks.packed(opened.server, keepFrom, MOST_MARKS),
			...judging.membership.packed(),
		},
	};
}

/** All that matches, where that is less to read than what was modified; undefined where it is not. */
async function openBacklog(
	service: CaseSearcher,
	{ payload, event }: TriggerSettings,
	modified: FirstPage,
	budget: PollBudget,
	most = Infinity,
): Promise<FirstPage | undefined> {
	const count = modified.page.casesCount ?? 0;
	if (count <= BACKLOG) return undefined;
	const everything = await fetchFirstPage(service, { payload, field: FIELD_OF[event] }, budget);
	const matching = everything.page.casesCount ?? Infinity;
	return matching < count / 2 && fits(everything, budget, Math.min(most, MOST_INSIDE))
		? everything
		: undefined;
}

/** The events that are not too old for the user; only a backlog brings such. */
async function wantedOf(
	events: ReadonlyMap<string, CaseEvent>,
	service: CaseSearcher,
	watch: TriggerSettings,
	from: number,
	opened: FirstPage,
): Promise<CaseEvent[]> {
	const oldest = oldestWanted(watch, opened);
	if (oldest === undefined || oldest <= from || events.size === 0) return [...events.values()];
	const young = { time_range_start: oldest, time_range_field: FIELD_OF[watch.event] };
	const cases = [...events.values()].map(({ found }) => found);
	const wanted = await matchingNow(service, young, cases);
	return [...events].filter(([key]) => wanted.has(key)).map(([, event]) => event);
}

/** What a poll makes of the cases that it reads. */
class Judging {
	/** By case: a poll emits a case once. */
	readonly events = new Map<string, CaseEvent>();
	readonly marks: SeenHashes;
	readonly membership: Membership;
	/** Whether a case may come to look as it did before: see {@link tellsModification}. */
	repeats = false;

	constructor(
		private readonly service: CaseSearcher,
		private readonly watch: TriggerSettings,
		private readonly state: TriggerState,
	) {
		this.marks = new SeenHashes(state.known);
		this.membership = new Membership(state);
	}

	/** Judges the cases of a slice whose state was not seen yet. @throws IntezerError */
	async take(slice: Slice): Promise<void> {
		this.marks.nextSlice(true);
		const news = slice.cases.filter((found) => !this.isKnown(found));
		const { payload } = this.watch;
		const told = new Map(news.map((found) => [found, toldByItself(payload, found)]));
		const asked = news.filter((found) => told.get(found) === undefined);
		const matching = await matchingNow(this.service, payload, asked);
		for (const found of news) {
			const verdict = told.get(found);
			if (verdict === undefined) this.judge(found, matching.get(caseKey(found)));
			else if (verdict) this.enter(found);
			else this.leave(found);
		}
	}

	/** Compares all that matches with what did. */
	compare(matching: readonly Case[], isComplete: boolean): void {
		const present = new Set<string>();
		for (const found of matching) {
			present.add(shortHash([caseKey(found)]));
			this.enter(found);
		}
		if (!isComplete) return;
		for (const mark of [...this.membership.marks]) {
			if (!present.has(mark)) this.membership.leave(mark);
		}
	}

	private isKnown(found: Case): boolean {
		if (!tellsModification(found)) this.repeats = true;
		const mark = caseHash(found);
		for (const each of [mark, doubtful(mark)]) if (this.marks.has(each)) this.marks.see(each);
		return this.marks.has(mark);
	}

	/** @param matching the case as the service gave it when asked for those that match; undefined where it did not */
	private judge(found: Case, matching: Case | undefined): void {
		const mark = caseHash(found);
		if (matching === undefined) {
			// Two answers may come from two copies of the data: what does not match is asked once more.
			if (!this.marks.has(doubtful(mark))) this.marks.see(doubtful(mark));
			else this.marks.see(mark);
			this.membership.leave(shortHash([caseKey(found)]));
			return;
		}
		const asked = caseHash(matching);
		// A state that was seen before is older than the one found: the next poll asks again.
		if (asked === mark || !this.marks.has(asked)) this.enter(matching);
	}

	private enter(found: Case): void {
		const { event } = this.watch;
		const key = caseKey(found);
		const mark = shortHash([key]);
		if (!this.membership.has(mark)) {
			const entry = { times: this.membership.timesLeft(mark), epoch: this.state.epoch };
			this.events.set(key, { found, eventId: eventIdOf(event, found, entry) });
		}
		this.membership.enter(mark);
		this.marks.see(caseHash(found));
	}

	private leave(found: Case): void {
		this.membership.leave(shortHash([caseKey(found)]));
		this.marks.see(caseHash(found));
	}
}

/** The mark of a case of which one answer only said that it does not match. */
function doubtful(mark: string): string {
	return shortHash([mark, 'doubtful']);
}
