import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { IntezerClient } from '../../intezer/client';
import { poll, stateAfterFailure } from '../polling/poll';
import { emptyState, type TriggerState } from '../polling/state';
import { isFirstPollOf } from './firstPolls';
import { eventItem, readCaseFormat } from './eventItem';
import { endOutage, failureToReport } from './failureReports';
import { readSettings } from './parameters/index';
import { pollError } from './pollError';
import { endPoll, startPoll } from './runningPolls';
import { readStateKey } from './stateKey';
import { fetchTestEvent } from './testEvent';
import { StoredState } from './unsavedStates';

/** n8n polls every minute at most, and a poll must be over before the next. */
const MAX_POLL_MS = 45_000;

/**
 * The node's `poll`: the items of new events, or null. In the editor, the item of a test event.
 *
 * @throws NodeApiError or NodeOperationError where a failure is to be reported
 */
export async function pollTrigger(n8n: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (n8n.getMode() === 'manual') return await fetchTestEvent(n8n, MAX_POLL_MS);

	const isFirst = isFirstPollOf(n8n);
	const triggerId = `${n8n.getWorkflow().id}:${n8n.getNode().id}`;
	if (!startPoll(triggerId)) return null;
	// A user who activates the trigger must see a failure, however recently one was reported.
	if (isFirst && n8n.getActivationMode() === 'activate') endOutage(triggerId);
	try {
		const items = await pollOnce(n8n, triggerId);
		endOutage(triggerId);
		return items.length === 0 ? null : [items];
	} catch (error) {
		const failure = failureToReport(n8n, error, triggerId, isFirst);
		if (failure === undefined) return null;
		throw pollError(n8n.getNode(), failure);
	} finally {
		endPoll(triggerId);
	}
}

/** One poll: reads the state, asks Intezer, and stores the next state in one assignment at the end. */
async function pollOnce(n8n: IPollFunctions, triggerId: string): Promise<INodeExecutionData[]> {
	const startedAt = Date.now();
	const staticData = n8n.getWorkflowStaticData('node');
	const storedState = new StoredState(triggerId, staticData.state);
	const key = await readStateKey(n8n);
	const state = stateFor(key, storedState.read(key), startedAt);
	const deadline = startedAt + pollDurationMs(n8n);
	const { items, next } = await findEvents(n8n, key, state, deadline).catch((error: unknown) => {
		const failed = stateAfterFailure(state, error, startedAt);
		if (failed !== state) staticData.state = { ...failed };
		storedState.keep(failed, false);
		throw error;
	});
	staticData.state = { ...next };
	storedState.keep(next, items.length > 0);
	return items;
}

async function findEvents(
	n8n: IPollFunctions,
	key: string,
	state: TriggerState,
	deadline: number,
): Promise<{ items: INodeExecutionData[]; next: TriggerState }> {
	const settings = readSettings(n8n, key);
	const format = readCaseFormat(n8n);
	const client = new IntezerClient(n8n, { deadline });
	const budget = { now: () => Date.now(), deadline };
	const { events, state: next } = await poll(client, settings, state, budget);
	return { items: events.map((event) => eventItem(event, settings.event, format)), next };
}

/** The stored state, or an empty one where that belongs to other settings. */
function stateFor(key: string, stored: TriggerState | undefined, now: number): TriggerState {
	if (stored?.key === key) return stored;
	return emptyState(key, stored === undefined ? 0 : Math.floor(now / 1000));
}

/** The milliseconds that a poll may take; n8n 1.x sets no limit. */
function pollDurationMs(n8n: IPollFunctions): number {
	const method: unknown = Reflect.get(n8n, 'getPollBudgetMs');
	const budget = typeof method === 'function' ? n8n.getPollBudgetMs() : MAX_POLL_MS;
	return Math.min(budget, MAX_POLL_MS);
}
