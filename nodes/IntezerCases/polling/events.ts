import type { IDataObject } from 'n8n-workflow';

import type { IntezerError } from '../../intezer/http/errors';
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

/** The time of a case that changes when an event may have happened. */
export const EVENT_TIME_FIELD: Readonly<Record<EventName, TimeField>> = {
	alertAttached: 'last_attached_alert_time',
	caseCreated: 'creation_time',
	caseEscalated: 'modification_time',
	caseMatched: 'modification_time',
	caseUpdated: 'modification_time',
};

/** Whether the event depends on which cases match, and not on a time alone. */
export function isMatchingEvent(event: EventName): boolean {
	return event === 'caseEscalated' || event === 'caseMatched';
}

/** The settings of a trigger. */
export interface TriggerSettings {
	event: EventName;
	/** The filters by their names in the API, without a time range. */
	payload: IDataObject;
	/** How many hours before its start the trigger's events begin; 0: at the start. */
	lookBackHours: number;
	/** Events older than this when a poll finds them are dropped; 0 drops none. */
	ignoreOlderThanHours: number;
	/** For events that depend on which cases match: older cases don't count; 0 for no limit. */
	onlyCreatedWithinDays: number;
	/** Identifies the running process: no other process knows what it has not saved. */
	processId: string;
}

/** Something that happened to a case. */
export interface CaseEvent {
	/** The case as received. */
	found: Case;
	/** See `eventIdOf`. */
	eventId: string;
}

/** The time that a poll has. */
export interface PollBudget {
	/** Unix milliseconds by n8n's clock. */
	now(): number;
	/** When the poll must be over, by the same clock. */
	deadline: number;
	/** Called when time or requests run out: the poll succeeds with what it has, and the next one continues. */
	onExhausted(error: IntezerError): void;
}
