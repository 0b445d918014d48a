import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';

import { ParameterError } from '../n8n/parameterValues';
import { simplifyCase } from '../intezer/simplifyCase';
import { IntezerClient } from '../intezer/client';
import { pollError } from './trigger/pollError';
import { TriggerMemory } from './trigger/unsavedStates';
import { readKey, readShape, readWatch, triggerProperties } from './trigger/parameters';
import { latestCase } from './polling/latestCase';
import { afterFailure, isPassing, reportOf, type Outage } from './trigger/outage';
import { afterTrouble, poll } from './polling/poll';
import { fresh, type TriggerState } from './polling/state';
import type { PollBudget, CaseEvent } from './polling/events';

/** Polls come every minute, and a poll has to be over before the next. */
const LONGEST_POLL_MS = 45_000;

/** Nodes of workflows that are being polled in this process: n8n itself does not keep two polls apart. */
const polling = new Set<string>();
/** Outages by the node of a workflow: n8n drops what a failed poll writes down where it keeps cursors of its own. */
const outages = new Map<string, Outage>();
/** Contexts in which a poll ran: n8n gives each activation one of its own. */
const polledBefore = new WeakSet<IPollFunctions>();

export class IntezerCasesTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Intezer Cases Trigger',
		name: 'intezerCasesTrigger',
		icon: { light: 'file:../../icons/intezer.svg', dark: 'file:../../icons/intezer.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ {"alertAttached": "Alert Attached", "caseCreated": "Case Created", "caseEscalated": "Case Escalated", "caseMatched": "Case Starts Matching Filters", "caseUpdated": "Case Updated"}[$parameter["event"]] }}',
		description: 'Starts the workflow when something happens to a case in Intezer',
		defaults: { name: 'Intezer Cases Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'intezerApi', required: true }],
		properties: triggerProperties,
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		if (this.getMode() === 'manual') return await fetchTestEvent(this);

		const isFirst = !polledBefore.has(this);
		polledBefore.add(this);
		const place = `${this.getWorkflow().id}:${this.getNode().id}`;
		if (polling.has(place)) return null;
		polling.add(place);
		// A user who turns the trigger on is there to be told.
		if (isFirst && this.getActivationMode() === 'activate') outages.delete(place);
		try {
			const given = await pollOnce(this, place);
			outages.delete(place);
			return given;
		} catch (error) {
			const failure = failureToReport(this, error, place, isFirst);
			if (failure === undefined) return null;
			throw pollError(this.getNode(), failure);
		} finally {
			polling.delete(place);
		}
	}
}

/** Asks, and remembers what the next poll must know in one assignment, when all has gone well. */
async function pollOnce(
	n8n: IPollFunctions,
	place: string,
): Promise<INodeExecutionData[][] | null> {
	const began = Date.now();
	const staticData = n8n.getWorkflowStaticData('node');
	const memory = new TriggerMemory(place, staticData.state);
	const key = await readKey(n8n);
	const state = stateFor(key, memory.recall(key), began);
	const budget = { now: () => Date.now(), deadline: began + budgetOf(n8n) };
	const { items, next } = await ask(n8n, key, state, budget).catch((error: unknown) => {
		// Nothing counts that a failed poll saw.
		const left = afterTrouble(state, error, began);
		if (left !== state) staticData.state = { ...left };
		memory.keep(left, false);
		throw error;
	});
	staticData.state = { ...next };
	memory.keep(next, items.length > 0);
	return items.length === 0 ? null : [items];
}

async function ask(
	n8n: IPollFunctions,
	key: string,
	state: TriggerState,
	budget: PollBudget,
): Promise<{ items: INodeExecutionData[]; next: TriggerState }> {
	const watch = readWatch(n8n, key);
	const shape = readShape(n8n);
	const client = new IntezerClient(n8n, { deadline: budget.deadline });
	const { events, state: next } = await poll(client, watch, state, budget);
	return { items: events.map((event) => itemOf(event, watch.event, shape)), next };
}

function stateFor(key: string, stored: TriggerState | undefined, now: number): TriggerState {
	if (stored?.key === key) return stored;
	return fresh(key, stored === undefined ? 0 : Math.floor(now / 1000));
}

/** What n8n is to be told of a failed poll, if anything. */
function failureToReport(
	n8n: IPollFunctions,
	error: unknown,
	place: string,
	isFirst: boolean,
): unknown {
	const mode = n8n.getActivationMode();
	const now = Date.now();
	if (isFirst && (mode === 'init' || mode === 'leadershipChange')) {
		// n8n would give the trigger up for good: the next poll reports the error.
		if (isPassing(error)) outages.set(place, { since: outages.get(place)?.since ?? now });
		return undefined;
	}
	if (!isPassing(error)) return error;
	const { outage, isDue } = afterFailure(outages.get(place), now);
	outages.set(place, outage);
	return isDue ? reportOf(error, outage) : undefined;
}

/** Milliseconds that the poll has; n8n 1.x does not say. */
function budgetOf(n8n: IPollFunctions): number {
	const asked: unknown = Reflect.get(n8n, 'getPollBudgetMs');
	const given = typeof asked === 'function' ? n8n.getPollBudgetMs() : LONGEST_POLL_MS;
	return Math.min(given, LONGEST_POLL_MS);
}

async function fetchTestEvent(n8n: IPollFunctions): Promise<INodeExecutionData[][]> {
	try {
		const watch = readWatch(n8n, '');
		const shape = readShape(n8n);
		const client = new IntezerClient(n8n, { deadline: Date.now() + LONGEST_POLL_MS });
		const event = await latestCase(client, watch, Date.now() / 1000);
		if (event !== undefined) return [[itemOf(event, watch.event, shape)]];
	} catch (error) {
		throw pollError(n8n.getNode(), error);
	}
	throw pollError(
		n8n.getNode(),
		new ParameterError('No case matches', "Widen 'Filters', or wait for a case that matches."),
	);
}

function itemOf(
	{ found, eventId }: CaseEvent,
	event: string,
	{ simple, paths }: { simple: boolean; paths: string[] },
): INodeExecutionData {
	const shown = simple ? simplifyCase(found, paths) : found;
	return { json: { ...shown, event, event_id: eventId } };
}
