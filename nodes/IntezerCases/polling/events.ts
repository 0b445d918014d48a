import type { IDataObject } from 'n8n-workflow';

import type { Case, TIME_RANGE_FIELDS } from '../../intezer/types';

export const EVENTS = [
	'alertAttached',
	'caseCreated',
	'caseEscalated',
	'caseMatched',
	'caseUpdated',
] as const;

export type EventName = (typeof EVENTS)[number];
export type TimeField = (typeof TIME_RANGE_FIELDS)[number];

/** Which time of a case says that an event may have happened. */
export const FIELD_OF: Readonly<Record<EventName, TimeField>> = {
	alertAttached: 'last_attached_alert_time',
	caseCreated: 'creation_time',
	caseEscalated: 'modification_time',
	caseMatched: 'modification_time',
	caseUpdated: 'modification_time',
};

/** What a trigger waits for. */
export interface TriggerSettings {
	event: EventName;
	/** The filters by their names on the wire, without a time range. */
	payload: IDataObject;
	/** Names what belongs together: event, filters as written and address. Another key takes stock anew. */
	key: string;
	/** How far back of its start the trigger's events begin; 0: at the start. */
	lookBackHours: number;
	/** Events older than this, when a poll comes to them, are dropped; 0: none is. */
	ignoreOlderThanHours: number;
}

/** Something that happened to a case. */
export interface CaseEvent {
	/** The case as it came. */
	found: Case;
	/** The same text for the same event, whenever it is emitted. */
	eventId: string;
}

/** The time that a poll has. */
export interface PollBudget {
	/** Unix milliseconds by n8n's clock. */
	now(): number;
	/** When the poll must be over, by the same clock. */
	deadline: number;
}
