import type { Case } from '../../intezer/types';
import { caseKey, eventHash } from './caseHash';
import type { EventName } from './events';

/**
 * A text that is the same for the same event, whenever it is emitted: case, event and what tells one such event of the
 * case from the next.
 *
 * @param entry for a case that entered: how often it left before, and in which state of the trigger
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
