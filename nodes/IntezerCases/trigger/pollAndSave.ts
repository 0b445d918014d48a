import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { IntezerError } from '../../intezer/http/errors';
import type { PollBudget } from '../polling/events';
import type { PollOutcome } from '../polling/pollOutcome';
import { findEvents } from '../polling/findEvents';
import {
	emptyState,
	hasProgress,
	replacementState,
	withoutOldStart,
	withStartTime,
	type TriggerState,
} from '../polling/state';
import { CredentialTimeout } from './credentialTimeout';
import { eventItem, readCaseFormat } from './eventItem';
import { logFailure } from './failureLog';
import type { ActivatedBy } from './firstPolls';
import { heartbeatItem, isHeartbeatDue, withHeartbeats } from './heartbeat';
import type { Outage } from './outage';
import { readSettings } from './parameters/index';
import { readHeartbeatMinutes } from './parameters/options';
import { PollReplaced, type RunningPoll } from './runningPolls';
import type { Health, SavedState } from './savedState';
import { readStateKeys, type StateKeys } from './stateKey';
import type { StateStore } from './unsavedStates';

/** One poll, with what it needs. */
export interface Poll {
	n8n: IPollFunctions;
	running: RunningPoll;
	store: StateStore;
	/** Unix milliseconds. */
	startedAt: number;
	/** Set if it is the first poll of an activation. */
	activatedBy: ActivatedBy | undefined;
}

/** What a poll that did not fail has come to. */
interface PollResult {
	/** The node's outputs: events and, if one is due, a heartbeat; null if there are none. */
	outputs: INodeExecutionData[][] | null;
	/** Why the poll found no event and read nothing more; undefined if it did. */
	stalledBy: IntezerError | undefined;
}

/**
 * Asks Intezer for the events since the stored state, and stores the next state at the end.
 *
 * @throws PollReplaced; any failure of the poll
 */
export async function pollAndSave(current: Poll): Promise<PollResult> {
	const { n8n, running, store, startedAt } = current;
	const minutes = readHeartbeatMinutes(n8n);
	const state = stateToContinue(current, await loadStateKeys(current));
	const health = withHeartbeats(state.health, minutes, startedAt);
	const { events, outcome, shortage } = await running
		.waitFor(fetchEvents(current, state.polling))
		.catch((error: unknown) => {
			if (!(error instanceof PollReplaced)) storeFailure(current, state, health);
			throw error;
		});
	const now = Date.now();
	const isDue = isHeartbeatDue(health, minutes, startedAt);
	const { behindSeconds } = outcome;
	const next: Health = { ...health, lastSuccess: now, behindSeconds };
	if (isDue) next.lastHeartbeat = startedAt;
	const written = { polling: outcome.state, health: next };
	store.write(written, events.length > 0 || isDue ? state : undefined);
	const isStalled = events.length === 0 && !hasProgress(state.polling, outcome.state);
	const stalledBy = isStalled ? shortage : undefined;
	if (isDue) {
		const heartbeat = heartbeatItem({ epoch: outcome.state.epoch, health: next, now });
		return { outputs: [events, [heartbeat]], stalledBy };
	}
	return { outputs: events.length > 0 ? [events] : null, stalledBy };
}

/**
 * The node's outputs after a failed poll that is not reported: a heartbeat if one is due, else null.
 *
 * @param outage the time in which polls have failed
 */
export function heartbeatOfFailedPoll(
	{ n8n, store, startedAt }: Poll,
	outage: Outage,
): INodeExecutionData[][] | null {
	const { current } = store;
	if (current === undefined) return null;
	const { polling, health } = current;
	if (!isHeartbeatDue(health, readHeartbeatMinutes(n8n), startedAt)) return null;
	store.write({ ...current, health: { ...health, lastHeartbeat: startedAt } }, current);
	const facts = { epoch: polling.epoch, health, now: Date.now(), failingSince: outage.since };
	return [[], [heartbeatItem(facts)]];
}

/** @throws CredentialTimeout, and as {@link readStateKeys} */
async function loadStateKeys({ n8n, running }: Poll): Promise<StateKeys> {
	return await running.waitFor(readStateKeys(n8n)).catch((error: unknown) => {
		const isLate = error instanceof IntezerError && error.kind === 'deadlineExceeded';
		throw isLate ? new CredentialTimeout() : error;
	});
}

/** The state to continue from; a new one if the trigger has none for these settings. */
function stateToContinue({ store, startedAt, activatedBy }: Poll, keys: StateKeys): SavedState {
	const state = store.stateFor(keys) ?? newState(keys.key, store);
	if (activatedBy !== 'user') return state;
	return { ...state, polling: withoutOldStart(state.polling, startedAt) };
}

/** The state of a trigger that has none for these settings. */
function newState(key: string, { current }: StateStore): SavedState {
	if (current === undefined) return { polling: emptyState(key), health: {} };
	const { polling, health, unanswered = polling } = current;
	return { polling: replacementState(unanswered, key), health };
}

/** Stores what a failed poll has learned, if it learned anything. */
function storeFailure({ store, startedAt }: Poll, state: SavedState, health: Health): void {
	const polling = withStartTime(state.polling, startedAt);
	const isChanged =
		polling !== state.polling || health.lastHeartbeat !== state.health.lastHeartbeat;
	if (!isChanged) return;
	const { current } = store;
	const isChangeOfSettings = polling.cursor === undefined && current?.polling.cursor !== undefined;
	store.write(
		isChangeOfSettings
			? { ...current, health, unanswered: polling }
			: { ...state, polling, health },
	);
}

async function fetchEvents(
	{ n8n, running: { signal, deadline } }: Poll,
	state: TriggerState,
): Promise<{
	events: INodeExecutionData[];
	outcome: PollOutcome;
	/** Why the poll ended early, if it did. */
	shortage: IntezerError | undefined;
}> {
	const settings = readSettings(n8n);
	const format = readCaseFormat(n8n);
	const client = new IntezerClient(n8n, { deadline, signal });
	const shortages: IntezerError[] = [];
	const budget: PollBudget = {
		now: () => Date.now(),
		deadline,
		onExhausted: (error) => shortages.push(error),
	};
	const outcome = await findEvents(client, settings, state, budget);
	const [shortage] = shortages;
	if (shortage !== undefined) {
		logFailure(n8n, 'Poll ended early; the next poll continues', shortage);
	}
	const events = outcome.events.map((event) => eventItem(event, settings.event, format));
	return { events, outcome, shortage };
}
