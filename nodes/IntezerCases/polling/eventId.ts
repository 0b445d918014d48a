import type { Case } from '../../intezer/types';
import { caseKey, eventHash } from './caseHash';
import type { EventName } from './events';

/**
 * The id of an event: the same text whenever the event is emitted. It consists of the case, the event, and what tells
 * one such event of the case from the next.
 *
 * @param entry for an event by matching: how often the case stopped matching before, and the epoch of the state
 */
export function eventIdOf(
	event: EventName,
	found: Case,
	entry: { times: number; epoch: number } = { times: 0, epoch: 0 },
): string {
	const name = `${caseKey(found)}:${event}`;
	switch (event) {
		case 'caseCreated':
			return name;
		case 'caseUpdated':
		case 'alertAttached':
			return `${name}:${eventHash(event, found)}`;
		case 'caseEscalated':
		case 'caseMatched':
			return entry.times === 0 && entry.epoch === 0
				? name
				: `${name}:${entry.epoch.toString(36)}.${entry.times}`;
	}
}
