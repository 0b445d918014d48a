import { modifiedAt } from './caseHash';
import type { CaseEvent } from './events';

/**
 * The event of the latest state of a case; several if their times don't tell which state is later.
 *
 * @param known those that this poll has found before. Another copy of the data may be behind the one that has shown them
 */
export function latestEvents(known: CaseEvent[], event: CaseEvent): CaseEvent[] {
	const time = modifiedAt(event.found);
	const lastTime = Math.max(-1, ...known.map(({ found }) => modifiedAt(found)));
	if (time > lastTime) return [event];
	const isKnown = known.some(({ eventId }) => eventId === event.eventId);
	return time < lastTime || isKnown ? known : [...known, event];
}
