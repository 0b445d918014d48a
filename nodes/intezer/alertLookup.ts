import { alertIdOf } from './alertId';
import { alertSearchPageOf } from './alertSearchPage';
import type { ApiCaller } from './http/apiCaller';
import { IntezerError } from './http/errors';
import type { Alert } from './types';

/** With ids of 64 characters, a request is still shorter than what firewalls usually accept. */
const IDS_PER_REQUEST = 100;

/** Which alerts to look up. */
export interface AlertLookup {
	ids: readonly string[];
	/** Only alerts of these; of all environments, if there are none. */
	environments?: readonly string[];
	/** Which of them to return; all, unless given. */
	isWanted?: (alert: Alert) => boolean;
	/** Aborting it ends the retries of the requests. */
	signal?: AbortSignal;
}

/**
 * The alerts with certain ids, in any order. Asks for fewer at a time if a response is incomplete or the service refuses
 * the list.
 *
 * @throws IntezerError
 */
export async function lookUpAlerts(api: ApiCaller, lookup: AlertLookup): Promise<Alert[]> {
	const { ids, environments = [], isWanted = () => true, signal } = lookup;
	if (ids.length > IDS_PER_REQUEST) return await lookUpParts(api, lookup, IDS_PER_REQUEST);
	const body = { alert_ids: ids, ...(environments.length === 0 ? {} : { environments }) };
	const request = { url: '/alerts/search', body, abortSignal: signal };
	const page = await api.call(request, 'noAlertCall', alertSearchPageOf).catch((error: unknown) => {
		if (ids.length > 1 && isBadRequest(error)) return undefined;
		throw error;
	});
	const isIncomplete = page === undefined || (page.count ?? 0) > page.entries.length;
	if (isIncomplete && ids.length > 1) {
		return await lookUpParts(api, lookup, Math.ceil(ids.length / 2));
	}
	const asked = new Set(ids);
	const found = page?.entries.filter((alert) => asked.has(alertIdOf(alert) ?? '')) ?? [];
	return found.filter(isWanted);
}

/** @param size how many ids to ask for at a time */
async function lookUpParts(api: ApiCaller, lookup: AlertLookup, size: number): Promise<Alert[]> {
	const { ids } = lookup;
	const count = Math.ceil(ids.length / size);
	const parts = Array.from({ length: count }, (_, index) =>
		ids.slice(index * size, (index + 1) * size),
	);
	const found = parts.map(async (part) => await lookUpAlerts(api, { ...lookup, ids: part }));
	return (await Promise.all(found)).flat();
}

function isBadRequest(error: unknown): boolean {
	return error instanceof IntezerError && error.kind === 'badRequest';
}
