import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { noteFirstPoll } from './firstPolls';
import { logFailure, logWarning } from './failureLog';
import { endOutage, failureToReport, outageReportedBefore, reportStall } from './failureReports';
import { OutageReport } from './outage';
import { heartbeatOfFailedPoll, pollAndSave, type Poll } from './pollAndSave';
import { pollError } from './pollError';
import { endPoll, PollReplaced, startPoll } from './runningPolls';
import { fetchTestEvent } from './fetchTestEvent';
import { StateStore } from './unsavedStates';

/** n8n polls every minute at most, and a poll must be over before the next. */
const MAX_POLL_MS = 45_000;

/**
 * The node's `poll`: the items of new events on the first output, and a heartbeat on the second; null if there are
 * none. In the editor, the item of a test event.
 *
 * @throws NodeApiError or NodeOperationError if a failure is to be reported
 */
export async function pollTrigger(n8n: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	if (n8n.getMode() === 'manual') return await fetchTestEvent(n8n, MAX_POLL_MS);

	const startedAt = Date.now();
	const activatedBy = noteFirstPoll(n8n);
	const node = n8n.getNode();
	const { id: workflowId = '' } = n8n.getWorkflow();
	// The name, because n8n 1 accepts several nodes with the same id.
	const triggerId = `${workflowId}:${node.name}`;
	const store = new StateStore(triggerId, n8n.getWorkflowStaticData('node'));
	const running = startPoll(triggerId, n8n, maxPollMs(n8n));
	if (running === undefined) return null;
	// A user who activates the trigger must see a failure, however recently one was reported.
	if (activatedBy === 'user' && n8n.getActivationMode() === 'activate') endOutage(triggerId);
	if (store.isUnreadable) {
		logWarning(n8n, 'The saved state of the trigger is damaged, so the trigger starts over');
	}
	const poll: Poll = { n8n, running, store, startedAt, activatedBy };
	try {
		const { outputs, stalledBy } = await pollAndSave(poll);
		if (stalledBy === undefined) endOutage(triggerId);
		else reportStall(stalledBy, triggerId, activatedBy);
		return outputs;
	} catch (error) {
		if (error instanceof PollReplaced) return null;
		if (error instanceof OutageReport) throw pollError(node, error);
		const failure = failureToReport(error, triggerId, activatedBy);
		if (failure !== undefined) throw pollError(node, failure);
		logFailure(n8n, 'Poll failed, not reported as a failed execution', error);
		const outage = outageReportedBefore(triggerId, error);
		return outage === undefined ? null : heartbeatOfFailedPoll(poll, outage);
	} finally {
		endPoll(triggerId, running);
	}
}

/** The milliseconds that a poll may take; n8n 1.x sets no limit. */
function maxPollMs(n8n: IPollFunctions): number {
	const method: unknown = Reflect.get(n8n, 'getPollBudgetMs');
	const budget = typeof method === 'function' ? n8n.getPollBudgetMs() : MAX_POLL_MS;
	return Math.min(budget, MAX_POLL_MS);
}
