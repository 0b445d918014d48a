import { alertIdOf, environmentOf } from './alertId';
import { alertSearchPageOf } from './alertSearchPage';
import type { ApiCaller } from './http/apiCaller';
import { IntezerError, unreadable } from './http/errors';
import { mayBeTooLong } from './http/mayBeTooLong';
import type { EntryPage } from './search/searchTarget';
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
 * @throws IntezerError, also if a response is incomplete for a single id
 */
export async function lookUpAlerts(api: ApiCaller, lookup: AlertLookup): Promise<Alert[]> {
	const { ids, isWanted = () => true } = lookup;
	if (ids.length > IDS_PER_REQUEST) {
		// A service that refuses the first part would refuse the others too.
		const first = await lookUpAlerts(api, { ...lookup, ids: ids.slice(0, IDS_PER_REQUEST) });
		const rest = { ...lookup, ids: ids.slice(IDS_PER_REQUEST) };
		return [...first, ...(await lookUpParts(api, rest, IDS_PER_REQUEST))];
	}
	const page = await requestUnlessTooLong(api, lookup);
	if (page === undefined || (ids.length > 1 && !isComplete(page, ids))) {
		return await lookUpParts(api, lookup, Math.ceil(ids.length / 2));
	}
	const asked = new Set(ids);
	return distinct(page.entries).filter(
		(alert) => asked.has(alertIdOf(alert) ?? '') && isWanted(alert),
	);
}

/** Each alert once. One without an environment is identified by its whole content. */
function distinct(alerts: readonly Alert[]): Alert[] {
	const byKey = new Map<string, Alert>();
	for (const alert of alerts) {
		const key = JSON.stringify([alertIdOf(alert), environmentOf(alert) ?? alert]);
		if (!byKey.has(key)) byKey.set(key, alert);
	}
	return [...byKey.values()];
}

/** Without a count, only a response with an alert of each id is certain to be complete. */
function isComplete({ entries, count }: EntryPage, ids: readonly string[]): boolean {
	if (count !== undefined) return entries.length >= count;
	const found = new Set(entries.map(alertIdOf));
	return ids.every((id) => found.has(id));
}

/** Undefined if the service refuses the request, but accepts one with a single id. @throws IntezerError */
async function requestUnlessTooLong(
	api: ApiCaller,
	lookup: AlertLookup,
): Promise<EntryPage | undefined> {
	const { ids } = lookup;
	return await request(api, lookup).catch(async (error: unknown) => {
		const isTooLong = ids.length > 1 && error instanceof IntezerError && mayBeTooLong(error);
		if (!isTooLong) throw error;
		await request(api, { ...lookup, ids: ids.slice(0, 1) });
		return undefined;
	});
}

async function request(api: ApiCaller, lookup: AlertLookup): Promise<EntryPage> {
	const { ids, environments = [], signal } = lookup;
	const body = { alert_ids: ids, ...(environments.length === 0 ? {} : { environments }) };
	const options = { url: '/alerts/search', body, abortSignal: signal };
	return await api.callForResult(options, 'noAlertCall', (response) => {
		const page = alertSearchPageOf(response);
		if (page instanceof IntezerError || ids.length > 1) return page;
		const isShort = page.entries.length < (page.count ?? 0);
		return isShort ? unreadable({ reason: 'fewerAlerts' }, response.httpStatus) : page;
	});
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
