import type { CaseSearcher } from '../../intezer/types';
import { hasBaseline, recordBaseline } from './matching/baseline';
import { CaseLookup } from './caseLookup';
import { isLimitRaised, oldestCreation } from './matching/createdWithin';
import { cursorOf, settledAt } from './window/cursor';
import { EVENT_TIME_FIELD, type CaseEvent, type PollBudget, type TriggerSettings } from './events';
import { MatchEvaluation } from './matching/matchEvaluation';
import { idFilters } from './matching/matchesFilters';
import { openWindow } from './window/openWindow';
import type { PollOutcome } from './pollOutcome';
import { pageByPage } from './window/windowPosition';
import { reportOrThrow } from './exhausted';
import type { TriggerState } from './state';
import { oldestWanted } from './findTooOld';
import { readWindow } from './window/readWindow';

/** Maximum number of modified cases to read at once, and of events before a poll ends; the next one continues. */
const MAX_AT_ONCE = 7_000;

/**
 * A poll for events that depend on which cases match: a case was escalated, or starts matching the filters. It reads
 * which cases were modified, whether they match or not. So it also sees those that stop matching, and if one of them
 * matches again, that is another event. If nothing was modified, this takes one request.
 *
 * @throws IntezerError if the service fails; then nothing may be stored. TooManyMatching for a baseline
 */
export async function pollMatching(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	if (hasBaseline(state) && !isLimitRaised(settings, state, budget)) {
		return await pollModified(service, settings, state, budget);
	}
	const { isForBaseline } = cursorOf(settings, state, budget);
	const next = await recordBaseline(service, settings, state, budget);
	if (isForBaseline || !hasBaseline(next)) return { events: [], state: next };
	try {
		return await pollModified(service, settings, next, budget);
	} catch (error) {
		reportOrThrow(error, budget);
		return { events: [], state: next };
	}
}

async function pollModified(
	service: CaseSearcher,
	settings: TriggerSettings,
	state: TriggerState,
	budget: PollBudget,
): Promise<PollOutcome> {
	// Where pages are looked up, each should take one request.
	const { maxIds } = state;
	const field = EVENT_TIME_FIELD[settings.event];
	const base = { payload: idFilters(settings.payload), field, pageSize: maxIds };
	const { window, first, position } = await openWindow(service, settings, state, base, budget);
	const { slow, last } = first.clocks;
	const oldest = oldestWanted(settings, slow);
	const createdFrom = Math.max(state.createdFrom ?? 0, oldestCreation(settings, slow));
	const lookup = new CaseLookup(service, maxIds);
	const evaluation = new MatchEvaluation(lookup, settings, state, last, createdFrom);
	const events = new Map<string, CaseEvent>();
	const isFull = () => events.size >= MAX_AT_ONCE;
	const limits = { settled: settledAt(slow), maxAtOnce: MAX_AT_ONCE, isFull };

	let reached = position;
	try {
		for await (const chunk of readWindow({ service, window, first, position, ...limits, budget })) {
			const times = { from: reached.from, until: chunk.until, oldest };
			const found = await evaluation.add(chunk.cases, times);
			for (const [key, event] of found) events.set(key, event);
			reached = chunk.position;
		}
	} catch (error) {
		reportOrThrow(error, budget);
		// There are not enough requests to evaluate all at once.
		if (reached === position) reached = pageByPage(position, limits.settled);
	}
	const { from, part, tailOffset } = reached;
	const isBehind = part !== undefined || tailOffset !== undefined;
	return {
		events: [...events.values()],
		behindSeconds: Math.max(0, limits.settled - from),
		state: {
			version: 1,
			key: state.key,
			epoch: state.epoch,
			cursor: from,
			part,
			tailOffset,
			maxIds: isBehind ? lookup.maxIds : undefined,
			seen: {},
			...evaluation.pack(from),
			...(createdFrom > 0 ? { createdFrom } : {}),
		},
	};
}
