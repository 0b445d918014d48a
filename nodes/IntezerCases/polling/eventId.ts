import { randomBytes } from 'node:crypto';

import type { Case } from '../../intezer/types';
import { caseKey, eventHash, isHashRepeatable, modificationHash } from './caseHash';
import type { EventName, TriggerSettings } from './events';
import type { TriggerState } from './state';

/**
 * The id of an event. No other event of any case has it, and if the case has times, it is the same whenever a poll
 * finds the event from the same saved state. It consists of the case, the event, and what distinguishes this event from
 * others of the same kind and case:
 *
 * - case created: nothing, it happens once.
 * - case updated, alert attached: a hash of the case with its times. If the case has no time that distinguishes two
 *   such events, its occurrence too.
 * - case escalated, case starts matching: its occurrence.
 *
 * The occurrence is the epoch of the state, the number of polls that emitted events before, and the time at which the
 * case was modified: an earlier event may be unknown because n8n was killed before it saved the state. If the case does
 * not say when it was modified, only the process distinguishes its events from those that an earlier process did not
 * save.
 *
 * @param state the one that the poll started with
 */
export function eventIdOf(
	{ event, processId }: TriggerSettings,
	found: Case,
	state: Pick<TriggerState, 'epoch' | 'emissions'>,
): string {
	const name = eventName(event, found);
	const { epoch, emissions = 0 } = state;
	const occurrence = [epoch, emissions, modificationHash(found) ?? processId].join('.');
	switch (event) {
		case 'caseCreated':
			return name;
		case 'caseUpdated':
		case 'alertAttached': {
			const id = `${name}:${eventHash(event, found)}`;
			return isHashRepeatable(event, found) ? `${id}:${occurrence}` : id;
		}
		case 'caseEscalated':
		case 'caseMatched':
			return `${name}:${occurrence}`;
	}
}

/** The id of a test event. It is always new, so that no workflow mistakes a real event for a repeated one. */
export function testEventIdOf(event: EventName, found: Case): string {
	return `${eventName(event, found)}:test-${randomBytes(6).toString('base64url')}`;
}

function eventName(event: EventName, found: Case): string {
	return `${caseKey(found)}:${event}`;
}
