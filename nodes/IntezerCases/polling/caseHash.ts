import { createHash } from 'node:crypto';

import { simplifyCase } from '../../intezer/simplifyCase';
import type { Case } from '../../intezer/types';
import type { EventName } from './events';

/** 48 bits: among 20,000 remembered marks, one new event in ten billion would be taken for an old one. */
export const MARK_LENGTH = 8;

/** Fields that tell when a case was created or modified, by the names that a service may give them. */
const CREATION_NAME = timeName('(creat(ed|ion))');
const MODIFICATION_NAME = timeName('(modif(ied|ication)|updated?)');
/** The same for the time of the last alert. */
const ALERT_NAME = timeName('((attached_?)?alert(_?(attached|added))?)');

function timeName(what: string): RegExp {
	return new RegExp(
		`^(case_?)?(last_?|latest_?)?${what}(_?(time|date|timestamp|at|on))+(_?utc)?$`,
		'i',
	);
}

/** A short hash of any JSON value. */
export function shortHash(value: unknown): string {
	return createHash('sha256')
		.update(JSON.stringify(value))
		.digest('base64url')
		.slice(0, MARK_LENGTH);
}

/** What a case is known by: its id, or all that it says where it has none. */
export function caseKey(found: Case): string {
	const id = found.case_id;
	return typeof id === 'string' && id !== '' ? id : `?${shortHash(documented(found))}`;
}

/** What tells one state of a case from another: the documented fields, and its times as they came. */
export function caseHash(found: Case): string {
	const times = [CREATION_NAME, MODIFICATION_NAME, ALERT_NAME].map((name) => timesOf(found, name));
	return shortHash([caseKey(found), documented(found), times]);
}

/**
 * Whether two states of a case can be told apart by its times. Where they cannot, a case may come to look again as it
 * did before, and only what an answer held last is known.
 */
export function tellsModification(found: Case): boolean {
	return timesOf(found, MODIFICATION_NAME).length > 0;
}

/** By which an event over a time window is known: while it is the same, nothing happened that the event is about. */
export function eventHash(event: EventName, found: Case): string {
	switch (event) {
		case 'caseCreated':
			return shortHash([caseKey(found)]);
		case 'alertAttached':
			return alertMark(found);
		default:
			return caseHash(found);
	}
}

function alertMark(found: Case): string {
	const times = timesOf(found, ALERT_NAME);
	const count = found.alerts_count ?? null;
	// A case that says neither is told apart by all that it says: twice rather than never.
	if (count === null && times.length === 0) return caseHash(found);
	return shortHash([caseKey(found), count, times]);
}

/** The documented values but the link, which does not tell that anything happened; lists in no order. */
function documented(found: Case): unknown[] {
	return Object.entries(simplifyCase(found))
		.filter(([field]) => field !== 'intezer_case_url')
		.map(([, value]) => (Array.isArray(value) ? value.map(String).sort() : value));
}

function timesOf(found: Case, name: RegExp): Array<[string, unknown]> {
	return Object.entries(found)
		.filter(([field, value]) => name.test(field) && value !== null && value !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1));
}
