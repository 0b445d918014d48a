import type { CaseSearcher } from '../../intezer/types';
import { hasBaseline, recordBaseline } from './baseline';
import { cursorOf, oldestWanted, settledAt } from './cursor';
import { EVENT_TIME_FIELD, type CaseEvent, type PollBudget, type TriggerSettings } from './events';
import { MatchEvaluation } from './matchEvaluation';
import { fetchMatching, idFilters } from './matchesFilters';
import { MAX_MATCHING } from './matchingSet';
import type { PollOutcome } from './outcome';
import type { TriggerState } from './state';
import { fetchFirstPage, fetchFirstPageFrom, OVERLAP_SECONDS, type FirstPage } from './timeWindow';
import { isReadableInTime, overBudgetError, readInParts, readWindow } from './windowParts';

/** Maximum number of hashes in a state beside the matching set: 56 kB. Other cases are evaluated once more. */
const MAX_SEEN = 7_000;
/** More modified cases than this are a backlog: reading all cases that match may then take less. */
const BACKLOG = 2_000;

/**
 * A poll for events that depend on which cases match: a case was escalated, or starts matching the filters. It reads
 * which cases were modified, whether they match or not, so it also sees those that stop matching, and a case that
 * matches again is an event again. Where nothing was modified, that is one request.
 *
 * @throws IntezerError where the service fails; then nothing may be stored. TooManyMatching for a baseline
 */
export async function pollMatching(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	if (hasBaseline(state)) return await pollModified(service, settings, state, budget);
	const { isForBaseline } = cursorOf(settings, state, budget);
	const next = await recordBaseline(service, settings, state, budget);
	if (isForBaseline || !hasBaseline(next)) return { events: [], state: next };
	return await pollModified(service, settings, next, budget);
}

async function pollModified(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	const cursor = cursorOf(settings, state, budget);
	const window = { payload: idFilters(settings.payload), field: EVENT_TIME_FIELD[settings.event] };
	const modified = await fetchFirstPageFrom(service, window, budget, cursor.estimate, (second) =>
		cursor.exact(second),
	);
	const from = modified.window.from ?? cursor.estimate;
	const { serverSecond } = modified;
	const settled = settledAt(serverSecond);
	const evaluation = new MatchEvaluation(service, settings, state);

	let nextCursor = from;
	const all = await fetchAllForBacklog(service, settings, modified, budget, state.partSize);
	if (all !== undefined) {
		const { cases, complete } = await readWindow(service, all.window);
		evaluation.compareWithAll(cases, complete);
		if (complete) nextCursor = settled;
	} else {
		const limits = { settled, room: () => state.partSize ?? Infinity };
		let isFirst = true;
		for await (const part of readInParts(service, modified, budget, limits)) {
			const error = await evaluation.addPart(part).catch(overBudgetError);
			if (error !== undefined) {
				if (isFirst) throw error;
				break;
			}
			isFirst = false;
			if (part.complete) nextCursor = Math.min(part.end ?? settled, settled);
		}
	}
	const keepFrom = evaluation.hasRepeatableHashes ? Infinity : serverSecond - OVERLAP_SECONDS;
	return {
		events: await dropTooOld(evaluation.events, service, settings, from, serverSecond),
		behindSeconds: Math.max(0, settled - Math.max(from, nextCursor)),
		state: {
			version: 1,
			key: state.key,
			epoch: state.epoch,
			cursor: Math.max(from, nextCursor),
			seen: evaluation.seen.pack(serverSecond, keepFrom, MAX_SEEN),
			...evaluation.matchingSet.pack(),
		},
	};
}

/** The first page of all cases that match, where they are fewer than those modified; undefined where they are not. */
async function fetchAllForBacklog(
	service: CaseSearcher,
	{ payload, event }: TriggerSettings,
	modified: FirstPage,
	budget: PollBudget,
	max = Infinity,
): Promise<FirstPage | undefined> {
	const modifiedCount = modified.page.casesCount ?? 0;
	if (modifiedCount <= BACKLOG) return undefined;
	const window = { payload, field: EVENT_TIME_FIELD[event] };
	const all = await fetchFirstPage(service, window, budget);
	const isLess = (all.page.casesCount ?? Infinity) < modifiedCount / 2;
	return isLess && isReadableInTime(all, budget, Math.min(max, MAX_MATCHING)) ? all : undefined;
}

/** Drops events that are older than the user wants; only a backlog has such. */
async function dropTooOld(
	events: ReadonlyMap<string, CaseEvent>,
	service: CaseSearcher,
	settings: TriggerSettings,
	from: number,
	serverSecond: number,
): Promise<CaseEvent[]> {
	const oldest = oldestWanted(settings, serverSecond);
	if (oldest === undefined || oldest <= from || events.size === 0) return [...events.values()];
	const recent = { time_range_start: oldest, time_range_field: EVENT_TIME_FIELD[settings.event] };
	const cases = [...events.values()].map(({ found }) => found);
	const wanted = await fetchMatching(service, recent, cases);
	return [...events].filter(([key]) => wanted.has(key)).map(([, event]) => event);
}
