import { randomBytes } from 'node:crypto';

import type { Case } from '../../intezer/types';
import { caseKey, eventHash, isHashRepeatable } from './caseHash';
import type { EventName } from './events';
import type { TriggerState } from './state';

/** The state that a poll starts with: what it tells of an event. */
type IdSource = Pick<TriggerState, 'epoch' | 'emissions'>;

/**
 * The id of an event: the same text whenever a poll finds the event from the same saved state, and never that of another
 * event. It consists of the case, the event, and what tells one such event of the case from the next:
 *
 * - case created: nothing, it happens once.
 * - case updated, alert attached: a hash of what the case looks like, with its times. Where the case has no time that
 *   tells two such events apart, the epoch of the state and how many polls emitted events before.
 * - case escalated, case starts matching: the epoch of the state, and how often the case stopped matching before.
 *
 * @param leaveCount how often the case stopped matching
 */
export function eventIdOf(event: EventName, found: Case, state: IdSource, leaveCount = 0): string {
	const name = eventName(event, found);
	switch (event) {
		case 'caseCreated':
			return name;
		case 'caseUpdated':
		case 'alertAttached': {
			const id = `${name}:${eventHash(event, found)}`;
			return isHashRepeatable(event, found) ? withPosition(id, state, state.emissions ?? 0) : id;
		}
		case 'caseEscalated':
		case 'caseMatched':
			return withPosition(name, state, leaveCount);
	}
}

/** The id of a test event: always another one, so that no workflow takes a real event for one that it has had. */
export function testEventIdOf(event: EventName, found: Case): string {
	return `${eventName(event, found)}:test-${randomBytes(6).toString('base64url')}`;
}

function eventName(event: EventName, found: Case): string {
	return `${caseKey(found)}:${event}`;
}

/** A state whose epoch is a number is an older one, and keeps the ids that it had. */
function withPosition(id: string, { epoch }: IdSource, count: number): string {
	if (typeof epoch === 'string') return `${id}:${epoch}.${count}`;
	return epoch === 0 && count === 0 ? id : `${id}:${epoch.toString(36)}.${count}`;
}
