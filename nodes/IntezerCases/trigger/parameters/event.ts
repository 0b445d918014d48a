import type { INodeProperties, IPollFunctions } from 'n8n-workflow';

import { readChoice } from '../../../n8n/parameterValues';
import { EVENTS, type EventName } from '../../polling/events';

const DEFAULT_EVENT: EventName = 'caseEscalated';

/** The texts of each event: the only place where its label is written. */
const EVENT_TEXTS: Readonly<Record<EventName, { label: string; description: string }>> = {
	alertAttached: {
		label: 'Alert Attached',
		description: 'When an alert is attached to a case, or a case is created',
	},
	caseCreated: {
		label: 'Case Created',
		description: 'When a case is created',
	},
	caseEscalated: {
		label: 'Case Escalated',
		description: 'When a case is escalated, or created with the priority escalated',
	},
	caseMatched: {
		label: 'Case Starts Matching Filters',
		description:
			'When a case starts to match all filters, for example because it got a verdict, or was closed or assigned',
	},
	caseUpdated: {
		label: 'Case Updated',
		description: 'When a case is created or changed in any way',
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
	description: 'The event that starts the workflow',
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
