import { randomBytes } from 'node:crypto';

import type { Case } from '../../intezer/types';
import { caseKey, eventHash, isHashRepeatable, modificationHash } from './caseHash';
import type { EventName, TriggerSettings } from './events';
import type { TriggerState } from './state';

/**
 * The id of an event: never that of another event of any case, and if the case has times, the same text whenever a poll
 * finds the event from the same saved state. It consists of the case, the event, and what tells one such event of the
 * case from the next:
 *
 * - case created: nothing, it happens once.
 * - case updated, alert attached: a hash of what the case looks like, with its times. If the case has no time that
 *   tells two such events apart, its occurrence too.
 * - case escalated, case starts matching: its occurrence.
 *
 * The occurrence is the epoch of the state, how many polls emitted events before, and when the case was modified: an
 * earlier event may be unknown because n8n was killed before it saved the state. If the case does not say when it was
 * modified, only the process tells its events from those that an earlier process did not save.
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

/** The id of a test event: always another one, so that no workflow takes a real event for one that it has had. */
export function testEventIdOf(event: EventName, found: Case): string {
	return `${eventName(event, found)}:test-${randomBytes(6).toString('base64url')}`;
}

function eventName(event: EventName, found: Case): string {
	return `${caseKey(found)}:${event}`;
}
