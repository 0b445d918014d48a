import type { Result } from './http/apiCaller';
import { unreadable, type IntezerError } from './http/errors';
import { isObject } from './json';
import type { EntryPage } from './search/searchTarget';

/** A page of alerts from the result of `/alerts/search`, or what is wrong with it. */
export function alertSearchPageOf({
	result,
	httpStatus,
	serverTime,
}: Result): EntryPage | IntezerError {
	if (!isObject(result)) return unreadable({ reason: 'noResult' }, httpStatus);
	const alerts: unknown = result.alerts ?? [];
	if (!Array.isArray(alerts) || !alerts.every(isObject)) {
		return unreadable({ reason: 'notList', list: 'alerts' }, httpStatus);
	}
	const count = result.alerts_count;
	return { entries: alerts, count: typeof count === 'number' ? count : undefined, serverTime };
}
