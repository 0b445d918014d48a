import { hash } from 'node:crypto';

import { caseIdOf } from '../../intezer/caseId';
import { millisecondsOf } from '../../intezer/receivedTime';
import { simplifyCase } from '../../intezer/simplifyCase';
import type { Case } from '../../intezer/types';
import type { EventName } from './events';

/** 48 bits: with 20,000 hashes stored, one new event in ten billion is mistaken for a known one. */
export const HASH_LENGTH = 8;

// cspell:ignore creat modif ication
/** How many alerts may be removed from a case between two polls and not count as an alert attached. */
const MAX_REMOVED_ALERTS = 20;

/** The times of a case, under any of the names that a service may use. */
const CREATION_NAME = timeName('(creat(ed|ion))');
const MODIFICATION_NAME = timeName('(modif(ied|ication)|updated?)');
const ALERT_NAME = timeName('((attached_?)?alert(_?(attached|added))?)');

function timeName(what: string): RegExp {
	return new RegExp(
		`^(case_?)?(last_?|latest_?)?${what}(_?(time|date|timestamp|at|on))+(_?utc)?$`,
		'i',
	);
}

/** A short hash of any JSON value. */
export function shortHash(value: unknown): string {
	return hash('sha256', JSON.stringify(value), 'base64url').slice(0, HASH_LENGTH);
}

/** Identifies a case: its id, or a hash of its documented fields if it has none. */
export function caseKey(found: Case): string {
	return caseIdOf(found) ?? `?${shortHash(documentedFields(found))}`;
}

/** Hashes of received cases: a poll needs each several times, and hashing is most of its work. */
const keyHashes = new WeakMap<Case, string>();
const caseHashes = new WeakMap<Case, string>();

/** A hash of a case's key, as the matching set holds it. */
export function keyHash(found: Case): string {
	return computedOnce(keyHashes, found, () => shortHash([caseKey(found)]));
}

/** A hash of a case's state: the documented fields, and its times as received. */
export function caseHash(found: Case): string {
	return computedOnce(caseHashes, found, () => {
		const names = [CREATION_NAME, MODIFICATION_NAME, ALERT_NAME];
		const times = names.map((name) => timesOf(found, name));
		return shortHash([caseKey(found), documentedFields(found), times]);
	});
}

function computedOnce(hashes: WeakMap<Case, string>, found: Case, compute: () => string): string {
	const known = hashes.get(found);
	if (known !== undefined) return known;
	const hash = compute();
	hashes.set(found, hash);
	return hash;
}

/** When a case was modified, in Unix milliseconds; 0 if it does not say so in a way that can be read. */
export function modifiedAt(found: Case): number {
	const times = timesOf(found, MODIFICATION_NAME).map(([, value]) => millisecondsOf(value) ?? 0);
	return Math.max(0, ...times);
}

/** A hash of the time at which a case was modified; undefined if it has none. */
export function modificationHash(found: Case): string | undefined {
	const times = timesOf(found, MODIFICATION_NAME);
	return times.length === 0 ? undefined : shortHash(times);
}

/**
 * Whether a later event of a case may have the hash of an earlier one, because nothing in the case tells when each
 * happened: the case was changed back, or got an alert in place of one that was removed. Then only the hashes of the last
 * responses may be kept.
 */
export function isHashRepeatable(event: EventName, found: Case): boolean {
	if (event === 'caseUpdated') return timesOf(found, MODIFICATION_NAME).length === 0;
	if (event !== 'alertAttached') return false;
	if (timesOf(found, ALERT_NAME).length > 0) return false;
	return alertCount(found) !== undefined || timesOf(found, MODIFICATION_NAME).length === 0;
}

/** The hash by which a poll of a time window knows an event: while it stays the same, nothing new has happened. */
export function eventHash(event: EventName, found: Case): string {
	switch (event) {
		case 'caseCreated':
			return keyHash(found);
		case 'alertAttached':
			return alertHash(found, alertCount(found), timesOf(found, ALERT_NAME));
		default:
			return caseHash(found);
	}
}

/** The hashes that a case had with more alerts and the same time: if one was seen, alerts were removed since. */
export function hashesWithMoreAlerts(event: EventName, found: Case): string[] {
	const count = alertCount(found);
	if (event !== 'alertAttached' || count === undefined) return [];
	const times = timesOf(found, ALERT_NAME);
	// Without a time, another alert may have replaced those that were removed.
	if (times.length === 0) return [];
	const removed = Array.from({ length: MAX_REMOVED_ALERTS }, (_, index) => index + 1);
	return removed.map((more) => alertHash(found, count + more, times));
}

function alertHash(found: Case, count: number | undefined, times: readonly FieldValue[]): string {
	// Without either, use the whole state: an event that is sent twice is better than one that is lost.
	if (count === undefined && times.length === 0) return caseHash(found);
	return shortHash([caseKey(found), count, times]);
}

function alertCount({ alerts_count: count }: Case): number | undefined {
	return typeof count === 'number' ? count : undefined;
}

/** The documented values except the link, which may change without an event; lists are sorted. */
function documentedFields(found: Case): unknown[] {
	return Object.entries(simplifyCase(found))
		.filter(([field]) => field !== 'intezer_case_url')
		.map(([, value]) => (Array.isArray(value) ? value.map(String).sort() : value));
}

type FieldValue = [field: string, value: unknown];

function timesOf(found: Case, name: RegExp): FieldValue[] {
	return Object.keys(found)
		.filter((field) => name.test(field))
		.sort()
		.map((field): FieldValue => [field, found[field]])
		.filter(([, value]) => value !== null && value !== undefined);
}
