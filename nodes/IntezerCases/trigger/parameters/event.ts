import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { readChoice } from '../../../n8n/parameterValues';
import { EVENTS, type EventName } from '../../polling/events';

const DEFAULT_EVENT: EventName = 'caseEscalated';

/** What the user sees of each event: the one place where its label is written. */
const EVENT_TEXTS: Readonly<Record<EventName, { label: string; description: string }>> = {
	alertAttached: {
		label: 'Alert Attached',
		description: 'A case got an alert; a new case counts',
	},
	caseCreated: {
		label: 'Case Created',
		description: 'A case was created',
	},
	caseEscalated: {
		label: 'Case Escalated',
		description: "A case's priority became escalated, or it was created so",
	},
	caseMatched: {
		label: 'Case Starts Matching Filters',
		description:
			'A case came to match the filters: a verdict came in, it was closed, it was assigned',
	},
	caseUpdated: {
		label: 'Case Updated',
		description: 'A case was modified in any way; a new case counts',
	},
};

/** The parameter 'Event'. */
export const eventParameter: INodeProperties = {
	displayName: 'Event',
	name: 'event',
	type: 'options',
	noDataExpression: true,
	options: EVENTS.map((event) => ({
		name: EVENT_TEXTS[event].label,
		value: event,
		description: EVENT_TEXTS[event].description,
	})).sort((a, b) => a.name.localeCompare(b.name)),
	default: DEFAULT_EVENT,
	description: 'When to start the workflow',
};

/** The node's subtitle: an expression that shows the label of the chosen event. */
export const eventSubtitle = `={{ ${JSON.stringify(
	Object.fromEntries(EVENTS.map((event) => [event, EVENT_TEXTS[event].label])),
)}[$parameter["event"]] }}`;

/** The value of 'Event'. @throws ParameterError */
export function readEvent(n8n: IPollFunctions): EventName {
	const { displayName, name } = eventParameter;
	return (
		readChoice(n8n.getNodeParameter(name, DEFAULT_EVENT), displayName, EVENTS) ?? DEFAULT_EVENT
	);
}
